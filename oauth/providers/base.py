"""A provider as data. Adding one is: copy ``google.py``, change the facts, run the contract test over it.

Every address is written down here and never read from a provider's own discovery document, because whoever answers
for that document would choose where codes and tokens go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.errors import InputError
from oauth.readers.contact_file import ContactFile
from oauth.readers.documents import read_documents
from oauth.transport import ProviderError, origin_of

Page = Mapping[str, object]

ID_TOKEN_ALGORITHMS = frozenset({"RS256", "ES256"})


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider is, what is asked of it, and how its answers are read.

    Attributes:
        issuer: who signs its id_tokens; ``{tid}`` stands for the tenant that the token itself names.
        sends_issuer: whether the callback must carry ``iss`` (RFC 9207); when it is there it is always checked.
        revocation_endpoint: ``""`` when the provider has none.
        login_scopes: asked for when somebody only signs in.
        connect_scopes: asked for when somebody connects her address book; holds ``contacts_scope``.
        contacts_scope_names: how the provider may spell the granted contacts scope in its answer.
        connect_parameters: what else goes into the authorization URL of a connection.
        contacts_url: the first page of contacts; its origin is the only one that ever gets the bearer.
        is_loopback: true for the demo's own provider and for nothing else.
        read_pages: all pages to records, positions counted through.
        count_entries: how many contacts a page holds.
        next_url: the URL of the next page, ``""`` after the last.
    """

    id: str
    label: str
    client_id: str
    client_secret: str = field(repr=False)
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str
    login_scopes: tuple[str, ...]
    connect_scopes: tuple[str, ...]
    contacts_scope_names: frozenset[str]
    contacts_url: str
    read_pages: Callable[[Sequence[Page], str], ContactFile]
    count_entries: Callable[[Page], int]
    next_url: Callable[[Page], str]
    connect_parameters: Mapping[str, str] = field(default_factory=dict)
    login_parameters: Mapping[str, str] = field(default_factory=dict)
    id_token_algorithms: frozenset[str] = ID_TOKEN_ALGORITHMS
    sends_issuer: bool = False
    is_loopback: bool = False

    @property
    def login_origins(self) -> frozenset[str]:
        """The origins that may be asked for tokens, keys and revocation."""
        addresses = (self.token_endpoint, self.jwks_uri, self.revocation_endpoint)
        return frozenset(origin_of(address) for address in addresses if address)

    @property
    def contacts_origins(self) -> frozenset[str]:
        """The one origin that may see the bearer."""
        return frozenset({origin_of(self.contacts_url)})

    @property
    def form_origin(self) -> str:
        """The origin that a form on our pages may lead to, for ``form-action`` of the content security policy."""
        scheme, _, rest = self.authorization_endpoint.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"


def read_page(data: bytes, *, provider_id: str) -> Page:
    """One page of a provider's answer as a JSON object, depth and shape checked; an empty one is an answer too.

    Raises:
        ProviderError: anything but one JSON object in UTF-8, or one that is too deep.
    """
    try:
        documents = read_documents(data.decode("utf-8"), source=provider_id)
    except (UnicodeDecodeError, InputError):
        documents = []
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise ProviderError("The provider's answer could not be read.", thing=provider_id, reason="unreadable")
    return documents[0]
