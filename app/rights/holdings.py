"""Everything that is kept, whose it is, how long, and how hers is found: the one list that export and erasure walk.

Tables and labels hold people and ties; records and streams hold the rest. What is kept and not declared here fails a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from graph.model import SupporterId
from graph.records import JsonObject, Record, RecordStore
from oauth.chain import erase_chain

SUPPORTER = "{supporter}"
"""Where a kind's or a stream's name holds the supporter's id."""


class Place(StrEnum):
    """Where something is kept."""

    TABLE = "table of SQLite"
    LABEL = "label of Neo4j"
    RECORD = "records of the campaign"
    STREAM = "streams of the campaign"
    INSTALL = "records of the install"
    FILE = "files of the data folder"


class Whose(StrEnum):
    """Whose data it is: who may see it, and with whom it goes."""

    SUPPORTER = "a supporter's own"
    FRIEND = "a friend's, brought by a supporter and erased with her"
    VOTER = "of the public list of voters"
    STUDY = "of voters whom chance drew, under names that only the campaign's key makes: nobody can be read out of it"
    LEFT_OUT = "of people who asked to be left out, as keyed hashes"
    NOBODY = "nobody's: settings, keys and counts"


class Clock(StrEnum):
    """How long it is kept. What is a supporter's or a friend's goes at the campaign's end at the latest."""

    LEAVING = "until she leaves"
    UNMATCHED = "30 days when nobody like him is found, else until she leaves"
    LAST_NAMED = "until no match names him"
    OWN_HOUR = "until its own hour"
    DAY = "24 hours"
    CAMPAIGN = "until the campaign's end"
    STUDY = "until the election's history file was looked at, a year after the election at the latest"
    NEXT = "until the next one takes its place"
    INSTALL = "as long as the install"


class Found(StrEnum):
    """How a supporter's own are found among the records of a kind."""

    KEY = "her id is the key"
    PREFIX = "her id is the start of the key, before a colon"
    FIELD = "her id stands in a field of the value"
    NAME = "her id is in the name of the kind or stream"


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is kept. ``found`` and ``field`` say how a supporter's are found among the records.

    ``hidden`` names fields that no export shows: what opens a door or means nothing outside.
    """

    name: str
    place: Place
    whose: Whose
    clock: Clock
    found: Found | None = None
    field: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def is_hers(self) -> bool:
        """Whether it goes, and is handed out, with a supporter."""
        return self.found is not None and self.whose in (Whose.SUPPORTER, Whose.FRIEND)

    def named(self, supporter_id: SupporterId) -> str:
        """The kind or stream of one supporter."""
        return self.name.replace(SUPPORTER, supporter_id)

    def holds(self, name: str) -> bool:
        """Whether a kind or stream that was found somewhere is this one."""
        start, has_id, _ = self.name.partition(SUPPORTER)
        return name.startswith(start) and len(name) > len(start) if has_id else name == self.name


def _of(place: Place, whose: Whose, clock: Clock, *names: str) -> tuple[Holding, ...]:
    return tuple(Holding(name, place, whose, clock) for name in names)


def _hers(name: str, found: Found, field: str = "", *, clock: Clock = Clock.LEAVING, hidden: str = "") -> Holding:
    return Holding(name, Place.RECORD, Whose.SUPPORTER, clock, found, field, frozenset(hidden.split()))


def _his(name: str, found: Found, field: str = "", *, clock: Clock = Clock.LEAVING) -> Holding:
    return Holding(name, Place.RECORD, Whose.FRIEND, clock, found, field)


HOLDINGS: tuple[Holding, ...] = (
    *_of(Place.TABLE, Whose.SUPPORTER, Clock.LEAVING, "supporter"),
    *_of(Place.TABLE, Whose.FRIEND, Clock.UNMATCHED, "contact", "match", "candidate"),
    *_of(Place.TABLE, Whose.FRIEND, Clock.LEAVING, "ask", "event"),
    *_of(Place.TABLE, Whose.VOTER, Clock.LAST_NAMED, "voter"),
    *_of(Place.TABLE, Whose.NOBODY, Clock.INSTALL, "record", "entry", "migration"),
    *_of(Place.LABEL, Whose.SUPPORTER, Clock.LEAVING, "Supporter"),
    *_of(Place.LABEL, Whose.FRIEND, Clock.UNMATCHED, "Contact"),
    *_of(Place.LABEL, Whose.FRIEND, Clock.LEAVING, "Ask", "Event"),
    *_of(Place.LABEL, Whose.VOTER, Clock.LAST_NAMED, "Voter"),
    *_of(Place.LABEL, Whose.NOBODY, Clock.INSTALL, "Record", "Entry", "Turn", "KithMigration"),
    _hers("applicant", Found.KEY),
    _hers("brought", Found.KEY),
    _hers("called", Found.KEY),
    _hers("ego_picture", Found.KEY, hidden="hers desk"),
    _hers("leader", Found.KEY),
    _hers("may_call", Found.KEY),
    _hers("mail_proved", Found.KEY),
    _hers("own_voter", Found.KEY, hidden="voter_id"),
    _hers("progress", Found.KEY),
    _hers("volume", Found.KEY, clock=Clock.OWN_HOUR),
    _hers("volume_alarm", Found.KEY),
    _hers("supporter_key", Found.KEY, hidden="wrapped wrapped_by key_id"),
    _hers("connection", Found.FIELD, "supporter", hidden="sealed earlier"),
    _hers("job", Found.FIELD, "payload.supporter_id", hidden="worker"),
    _hers("identity", Found.FIELD, "supporter"),
    _hers("login_state", Found.FIELD, "supporter", clock=Clock.OWN_HOUR, hidden="verifier nonce"),
    _hers("session", Found.FIELD, "supporter", clock=Clock.OWN_HOUR, hidden="data"),
    _hers("sign_in_link", Found.FIELD, "supporter", clock=Clock.OWN_HOUR),
    _his(f"answered:{SUPPORTER}", Found.NAME),
    _his("friend_card", Found.PREFIX),
    _his("friend_link", Found.FIELD, "supporter_id"),
    _his(f"friend_said:{SUPPORTER}", Found.NAME),
    _his(f"undone:{SUPPORTER}", Found.NAME),
    Holding("links_before", Place.RECORD, Whose.FRIEND, Clock.OWN_HOUR, Found.KEY, hidden=frozenset({"links"})),
    Holding("upload", Place.RECORD, Whose.FRIEND, Clock.DAY, Found.KEY, hidden=frozenset({"sealed"})),
    Holding(f"consent:{SUPPORTER}", Place.STREAM, Whose.SUPPORTER, Clock.LEAVING, Found.NAME),
    *_of(Place.RECORD, Whose.STUDY, Clock.STUDY, "study", "study_home"),
    *_of(Place.STREAM, Whose.STUDY, Clock.STUDY, "explored"),
    *_of(Place.STREAM, Whose.NOBODY, Clock.CAMPAIGN, "audit", f"audit:{SUPPORTER}"),
    *_of(Place.RECORD, Whose.NOBODY, Clock.CAMPAIGN, "chain", "erasures_done"),
    *_of(Place.RECORD, Whose.NOBODY, Clock.INSTALL, "campaign_key", "match_model", "organization"),
    *_of(
        Place.RECORD, Whose.NOBODY, Clock.NEXT, "current_ballots", "current_generation", "doctor", "picture", "renewal"
    ),
    *_of(
        Place.RECORD,
        Whose.NOBODY,
        Clock.OWN_HOUR,
        "at_work",
        "held_link",
        "held_look",
        "link_ask",
        "revocation",
        "spent",
    ),
    *_of(Place.INSTALL, Whose.NOBODY, Clock.INSTALL, "install_root"),
    *_of(Place.INSTALL, Whose.LEFT_OUT, Clock.INSTALL, "suppression"),
    *_of(Place.INSTALL, Whose.NOBODY, Clock.INSTALL, "erasures_done"),
    *_of(Place.INSTALL, Whose.NOBODY, Clock.NEXT, "demo"),
    *_of(Place.FILE, Whose.VOTER, Clock.NEXT, "voters", "ballots"),
    *_of(Place.FILE, Whose.NOBODY, Clock.INSTALL, "keys", "erasures.jsonl"),
)


def declared(place: Place, name: str) -> Holding | None:
    """The holding that a kind, stream, table or label belongs to; ``None`` for what nobody declared."""
    return next((one for one in HOLDINGS if one.place is place and one.holds(name)), None)


def erase_hers(records: RecordStore, supporter_id: SupporterId) -> dict[str, int]:
    """Remove every record and stream of hers; how many went, by holding. Those of which there was none are left out."""
    gone = {one.name: _erase(records, one, supporter_id) for one in HOLDINGS if one.is_hers}
    return {name: count for name, count in gone.items() if count}


def export_hers(records: RecordStore, supporter_id: SupporterId) -> dict[str, list[JsonObject]]:
    """Every record of hers by holding, without what is hidden; streams have readers of their own and are not here."""
    held = {one.name: _shown(records, one, supporter_id) for one in HOLDINGS if one.is_hers}
    return {name.removesuffix(f":{SUPPORTER}"): values for name, values in held.items() if values}


def erase_orphans(records: RecordStore, is_here: Callable[[SupporterId], bool]) -> int:
    """Remove what belongs to nobody who ``is_here``: a job wrote it in the moment in which she left; how many went."""
    named = sorted({name for one in HOLDINGS if one.is_hers for name in _named_in(records, one)})
    return sum(sum(erase_hers(records, one).values()) for one in named if not is_here(one))


def _named_in(records: RecordStore, holding: Holding) -> Iterator[SupporterId]:
    """Whose a holding is, where its keys or names say so."""
    if holding.found is Found.KEY:
        yield from (SupporterId(record.key) for record in records.all(holding.name))
    elif holding.found is Found.NAME:
        start = holding.name.removesuffix(SUPPORTER)
        names = [*records.kinds(), *records.streams()]
        yield from (SupporterId(name.removeprefix(start)) for name in names if name.startswith(start))


def _erase(records: RecordStore, holding: Holding, supporter_id: SupporterId) -> int:
    if holding.place is Place.STREAM:
        return erase_chain(records, holding.named(supporter_id))
    return sum(records.delete(one.kind, one.key) for one in list(_hers_in(records, holding, supporter_id)))


def _shown(records: RecordStore, holding: Holding, supporter_id: SupporterId) -> list[JsonObject]:
    if holding.place is Place.STREAM:
        return []
    found = _hers_in(records, holding, supporter_id)
    return [{name: value for name, value in one.value.items() if name not in holding.hidden} for one in found]


def _hers_in(records: RecordStore, holding: Holding, supporter_id: SupporterId) -> Iterator[Record]:
    if holding.found is Found.KEY:
        record = records.get(holding.name, supporter_id)
        yield from () if record is None else (record,)
    elif holding.found is Found.NAME:
        yield from records.all(holding.named(supporter_id))
    elif holding.found is Found.PREFIX:
        yield from (one for one in records.all(holding.name) if one.key.startswith(f"{supporter_id}:"))
    else:
        yield from (one for one in records.all(holding.name) if _field(one.value, holding.field) == supporter_id)


def _field(value: JsonObject, path: str) -> object:
    found: object = value
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
