"""What many campaigns do today: the same phone or e-mail, else the one voter of that name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from benchmarks.judged import Links
from graph.digests import keyed_digest, normalise_email, normalise_phone
from graph.model import Circle, ContactRecord
from graph.voters import ContactDigests, VoterColumns
from matching.normalise import normalise


class PlainRule:
    """The same phone or e-mail, else the only voter of that first and last name; it is always sure."""

    def __init__(self, columns: VoterColumns, key: bytes) -> None:
        self._columns, self._key = columns, key
        self._phones, self._emails = _first_rows(columns.phones), _first_rows(columns.emails)
        self._named: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for row in range(len(columns)):
            self._named[columns.first_name[row], columns.last_name[row]].append(row)

    def link(self, circles: Sequence[Circle]) -> Links:
        """The links of the rule."""
        records = [record for circle in circles for record in circle.contacts.values()]
        rows = [(record, self._row(record)) for record in records]
        return {
            (record.source, record.position): (self._columns.ref(row).voter_id, 1.0)
            for record, row in rows
            if row is not None
        }

    def _row(self, record: ContactRecord) -> int | None:
        for phone in filter(None, map(normalise_phone, record.phones)):
            if (row := self._phones.get(keyed_digest(self._key, phone))) is not None:
                return row
        for email in filter(None, map(normalise_email, record.emails)):
            if (row := self._emails.get(keyed_digest(self._key, email))) is not None:
                return row
        words = normalise(record.display_name).split() or [""]
        rows = self._named.get((words[0], words[-1]), [])
        return rows[0] if len(rows) == 1 else None


def _first_rows(digests: ContactDigests) -> dict[int, int]:
    """The first row of each digest."""
    return dict(zip(map(int, digests.digests[::-1]), map(int, digests.rows[::-1]), strict=True))
