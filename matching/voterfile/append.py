"""Phones and e-mails of voters as keyed digests: from the voter file itself, and from a vendor's append file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.digests import area_code, keyed_digests, normalise_email, normalise_phone
from graph.voters import ContactDigests
from matching.voterfile.delimited import Progress, examine, read_columns
from matching.voterfile.profile import Profile, comparable_header
from matching.voterfile.report import Tally
from matching.voterfile.sniff import fitted, missing_column

_WRITTEN_PLAINLY, _NATIONAL = r"^[0-9() .-]{10,20}$", "^[2-9][0-9]{2}[2-9][0-9]{6}$"
_NOT_DIGIT = "[^0-9]"


@dataclass(frozen=True, slots=True)
class Keyed:
    """Digests with their rows, and of phones the area codes (0: none); ``invalid`` texts were neither."""

    digests: NDArray[np.uint64]
    rows: NDArray[np.int32]
    area_codes: NDArray[np.int16]
    invalid: int


def keyed_phones(texts: pa.ChunkedArray, rows: NDArray[np.int32], *, key: bytes) -> Keyed:
    """Digests of the phones in a text column whose rows belong to these voters; empty texts are passed over."""
    return _keyed(texts, rows, key, _phones)


def keyed_emails(texts: pa.ChunkedArray, rows: NDArray[np.int32], *, key: bytes) -> Keyed:
    """Digests of the e-mails in a text column whose rows belong to these voters; empty texts are passed over."""
    return _keyed(texts, rows, key, lambda said: [normalise_email(text) for text in said.to_pylist()])


def _keyed(
    texts: pa.ChunkedArray,
    rows: NDArray[np.int32],
    key: bytes,
    normalised: Callable[[pa.ChunkedArray], list[str]],
) -> Keyed:
    said = pc.greater(pc.binary_length(pc.utf8_trim_whitespace(texts)), 0).to_numpy() & (rows >= 0)
    plain = normalised(texts.filter(pa.array(said)))
    valid = np.array([bool(text) for text in plain], dtype=bool)
    known = list(filter(None, plain))
    areas = np.fromiter(map(area_code, known), dtype=np.int16, count=len(known))
    return Keyed(keyed_digests(key, known), rows[said][valid], areas, int(np.count_nonzero(~valid)))


def _phones(said: pa.ChunkedArray) -> list[str]:
    """``normalise_phone`` of each text; plain ten-digit numbers, nearly all of a file, are read all at once."""
    digits = pc.replace_substring_regex(said, _NOT_DIGIT, "")
    is_plain = pc.and_(pc.match_substring_regex(said, _WRITTEN_PLAINLY), pc.match_substring_regex(digits, _NATIONAL))
    phones: list[str] = pc.if_else(is_plain, pc.binary_join_element_wise("+1", digits, ""), said).to_pylist()
    for place in np.flatnonzero(~is_plain.to_numpy()).tolist():
        phones[place] = normalise_phone(phones[place])
    return phones


def gathered(parts: Iterable[Keyed]) -> ContactDigests:
    """All digests of one sort, ordered by digest then row, each pair once."""
    held = list(parts)
    digests = np.concatenate([np.zeros(0, dtype=np.uint64), *(part.digests for part in held)])
    rows = np.concatenate([np.zeros(0, dtype=np.int32), *(part.rows for part in held)])
    order = np.lexsort((rows, digests))
    digests, rows = digests[order], rows[order]
    again = np.zeros(len(rows), dtype=bool)
    again[1:] = (digests[1:] == digests[:-1]) & (rows[1:] == rows[:-1])
    return ContactDigests(digests[~again], rows[~again])


def area_codes(parts: Iterable[Keyed], *, voters: int) -> NDArray[np.int16]:
    """Each voter's area code: the first known one in the order of the parts, 0 when none is."""
    codes = np.zeros(voters, dtype=np.int16)
    for part in reversed(list(parts)):
        told = part.area_codes > 0
        codes[part.rows[told][::-1]] = part.area_codes[told][::-1]
    return codes


def read_append(
    path: Path, *, profile: Profile, ids: pa.Array, key: bytes, tally: Tally, progress: Progress | None = None
) -> tuple[list[Keyed], list[Keyed]]:
    """The phones and e-mails of an append file, whose columns are found by header.

    Ids that are not in the voter file, and texts that are no phone or e-mail, are left out and counted.

    Raises:
        InputError: see ``matching.voterfile.delimited``; no id column, or neither phones nor e-mails.
    """
    file = examine(path, delimiters=("comma", "tab"), role="append file", progress=progress)
    headers = profile.append.columns
    found = _append_columns(profile, file.header)
    for group in (("voter_id",), ("phones", "emails")):
        if not any(column.rstrip("0123456789") in group for column in found):
            wanted = [name for column in group for name in headers.get(column, ())]
            raise missing_column(wanted, file.header, thing=file.thing, expected="append file", layout=profile.name)
    table = read_columns(file, found, plain=tuple(found), step="append", progress=progress)
    tally.files["append"] = file.facts()
    wanted_ids = pc.utf8_trim_whitespace(table["voter_id"])
    rows = pc.fill_null(pc.index_in(wanted_ids, value_set=ids), -1).to_numpy().astype(np.int32)
    phones = [keyed_phones(table[name], rows, key=key) for name in found if name.startswith("phones")]
    emails = [keyed_emails(table[name], rows, key=key) for name in found if name.startswith("emails")]
    tally.count("append", rows_read=len(rows), voter_not_in_file=int(np.count_nonzero(rows < 0)))
    count_keyed("append", phones, emails, tally)
    return phones, emails


def count_keyed(step: str, phones: list[Keyed], emails: list[Keyed], tally: Tally) -> None:
    """Count what was kept and what was neither phone nor e-mail."""
    tally.count(
        step,
        phones_kept=sum(len(part.digests) for part in phones),
        phones_invalid=sum(part.invalid for part in phones),
        emails_kept=sum(len(part.digests) for part in emails),
        emails_invalid=sum(part.invalid for part in emails),
    )


def _append_columns(profile: Profile, header: tuple[str, ...]) -> dict[str, int]:
    """The id column, and every column that holds phones or e-mails (``phones0``, ``phones1``, ``emails0``)."""
    found = fitted({"voter_id": profile.append.columns["voter_id"]}, header)
    for word in ("phones", "emails"):
        known = {comparable_header(name) for name in profile.append.columns.get(word, ())}
        places = [place for place, name in enumerate(header) if comparable_header(name) in known]
        found.update({f"{word}{number}": place for number, place in enumerate(places)})
    return found
