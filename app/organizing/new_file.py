"""What the newest voter file changed, for the desk: counts, and names only of friends whom supporters told of.

Each contact's link before the file stands beside her matches of today; counts about friends below ten are hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from app.friends.finding import FIND
from app.house import House
from app.jobs import JOB, JobState
from app.organizing.people import shared_names
from app.organizing.small_cells import shown_count
from app.renewal import CURRENT, LINKS_BEFORE, RENEWAL, links_live
from app.views.new_file import ChangeLine, NewFile, SharedChange
from graph.model import ContactKey, SupporterId
from oauth.audit import record_seen
from prioritization.elections import local_day

_NEWS_DAYS = timedelta(days=7)
_SAME = "still the same voter"
_FOUND = (
    _SAME, "another registration of the same person", "another voter than before",
    "found for the first time", "not found any more", "no longer on the list",
    "has another address", "has another name", "marked as removed from the list",
)  # fmt: skip
"""What may have become of a link. The first six are each contact's own, the last three come on top."""
_, _OTHER_REGISTRATION, _OTHER_VOTER, _NEW, _LOST, _GONE, *_MARKED = _FOUND
_MARKS = dict(zip(("moved", "renamed", "removed"), _MARKED, strict=True))
_CONFIRMED = {
    "still_there": "stand as they were", "other_registration": "stand by another registration of the same person",
    "gone": "are of voters who are no longer on the list", "moved": "are of voters with another address",
    "renamed": "are of voters with another name", "removed": "are of voters who are marked as removed",
}  # fmt: skip
_FILE = {
    "before": "Voters before", "now": "Voters now", "new": "New on the list", "gone": "No longer on the list",
    "removed": "Newly marked as removed or denied", "double_registrations": "Double registrations, counted as one person",
}  # fmt: skip


def what_changed(house: House, *, with_names: bool) -> NewFile | None:
    """What the newest voter file changed; ``None`` as long as no second one was imported.

    With names, the friends whom supporters told of are named where their link changed, and the audit says that it was seen.
    """
    told = house.records.get(RENEWAL, CURRENT)
    if told is None:
        return None
    changes = {one: _changes_of(house, one) for one in _with_links(house)}
    every = Counter(change for hers in changes.values() for became in hers.values() for change in became)
    return NewFile(
        day=_day(house, told.value["at"]),
        whole_file=tuple(ChangeLine(label, told.value["file"][name]) for name, label in _FILE.items()),
        confirmed=tuple(
            ChangeLine(label, shown_count(told.value["confirmed"][name])) for name, label in _CONFIRMED.items()
        ),
        found=tuple(ChangeLine(label, shown_count(every[label])) for label in _FOUND) if links_live(house) else (),
        supporters=told.value["confirmed"]["supporters"],
        waiting=_waiting(house),
        shared=tuple(_shared(house, changes)) if with_names else None,
    )


def new_file_day(house: House) -> date | None:
    """The day of the newest voter file, as long as that is news; ``None`` afterwards and before the second file."""
    told = house.records.get(RENEWAL, CURRENT)
    day = _day(house, told.value["at"]) if told else None
    return day if day is not None and house.today <= day + _NEWS_DAYS else None


def _day(house: House, at: str) -> date:
    return local_day(house.election, datetime.fromisoformat(at))


def _with_links(house: House) -> list[SupporterId]:
    """The supporters who are here and had contacts when the file came."""
    here = {one.supporter_id for one in house.graph.supporters()}
    return [one for record in house.records.all(LINKS_BEFORE) if (one := SupporterId(record.key)) in here]


def _changes_of(house: House, supporter_id: SupporterId) -> dict[ContactKey, list[str]]:
    """What became of the link of each of her contacts; what she has removed since is left out, and what never was linked."""
    before = house.records.get(LINKS_BEFORE, supporter_id)
    links: Mapping[str, list[str]] = before.value["links"] if before else {}
    now = {match.contact_key: str(match.voter) if match.voter else "" for match in house.graph.matches_of(supporter_id)}
    became = {ContactKey(key): _became(link, now[ContactKey(key)]) for key, link in links.items() if key in now}
    return {key: changes for key, changes in became.items() if changes}


def _became(link: Sequence[str], now: str) -> list[str]:
    """``link`` as ``app.renewal`` keeps it; ``now`` the voter it is linked to today, ``""`` for nobody."""
    if not link:
        return [_NEW] if now else []
    was, expected, *marks = link
    if now not in (was, expected):
        return [_OTHER_VOTER if now else _LOST]
    if not expected:
        return [_GONE]
    return [_SAME if now == was == expected else _OTHER_REGISTRATION, *(_MARKS[mark] for mark in marks)]


def _waiting(house: House) -> int:
    """Supporters whose friends are being looked for, or will be."""
    open_states = (JobState.READY, JobState.CLAIMED)
    jobs = [job.value for job in house.records.all(JOB) if job.value["job"] == FIND]
    return len({job["payload"].get("supporter_id") for job in jobs if job["state"] in open_states})


def _shared(house: House, changes: Mapping[SupporterId, Mapping[ContactKey, Sequence[str]]]) -> Iterator[SharedChange]:
    """The friends whom supporters told of, whose link is not simply the same, by supporter and name."""
    for supporter_id, supporter_name, names in shared_names(house):
        hers = changes.get(supporter_id, {})
        seen = [key for key in names if set(hers.get(key, ())) - {_SAME}]
        record_seen(house.records, who="organizer", what="new_file", whom=seen, at=house.clock(), of=supporter_id)
        for key in sorted(seen, key=lambda one: (names[one].casefold(), one)):
            yield from (SharedChange(supporter_name, names[key], change) for change in hers[key] if change != _SAME)
