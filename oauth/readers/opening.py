"""Opening a contact file is reading it: the door is ``oauth.readers.reading``."""

from oauth.readers.reading import read_contacts

__all__ = ["read_contacts"]
