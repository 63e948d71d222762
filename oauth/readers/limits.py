"""How much of a contact file is read. Everything beyond is refused or cut, never worked on."""

from __future__ import annotations

from typing import Final

LARGEST_FILE_BYTES: Final = 20_000_000
"""Any file, photos included."""

LARGEST_VCARD_CHARACTERS: Final = 5_000_000
"""A vCard file after its photos, logos, sounds and keys are dropped."""

LONGEST_LINE_CHARACTERS: Final = 65_536
"""One vCard property, unfolded."""

MOST_LINES: Final = 1_000_000
LONGEST_ROW_CHARACTERS: Final = 1_000_000
"""One line of a CSV table."""

MOST_JSON_VALUES: Final = 1_000_000
"""Objects and lists of a JSON file: 20,000 people have some 400,000."""

MOST_ENTRIES: Final = 20_000
MOST_COLUMNS: Final = 1_000
MOST_VALUES: Final = 32
"""Phones, e-mails, places, relations or labels of one entry, each."""

LONGEST_FIELD_CHARACTERS: Final = 1_000
DEEPEST_JSON: Final = 32
