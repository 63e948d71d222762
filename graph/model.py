"""The words of the house, as values. Standard library only, so that everybody may import it.

Nothing here decides or keeps anything. Identifiers are NewTypes or named tuples; values are frozen. Text is already
cleaned when it gets here (NFC, no control characters); an unknown text is ``""``, an unknown number is ``None``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, NewType

CampaignId = NewType("CampaignId", str)
SupporterId = NewType("SupporterId", str)
ContactKey = NewType("ContactKey", str)
"""HMAC of campaign, supporter, source and the provider's id, else of name, phone and e-mail (hex)."""


class VoterRef(NamedTuple):
    """A voter's name across voter files: the state and the state's own id, never a row number."""

    state: str
    voter_id: str

    def __str__(self) -> str:
        """Render as ``NC:AA016138``."""
        return f"{self.state}:{self.voter_id}"


class Purpose(StrEnum):
    """What a supporter may agree to, each by itself."""

    MATCH = "match"
    COORDINATE = "coordinate"
    POOL = "pool"
    SHARE_RESULTS = "share_results"


class SourceKind(StrEnum):
    """The formats in which friends arrive."""

    GOOGLE_PEOPLE = "google_people"
    MICROSOFT_GRAPH = "microsoft_graph"
    FACEBOOK_EXPORT = "facebook_export"
    VCARD = "vcard"
    GOOGLE_CSV = "google_csv"
    OUTLOOK_CSV = "outlook_csv"
    LINKEDIN_CSV = "linkedin_csv"
    TYPED = "typed"


class MatchStatus(StrEnum):
    """What is said of a contact's match."""

    AUTO = "auto"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNSURE = "unsure"
    NO_MATCH = "no_match"


class AskKind(StrEnum):
    """What a supporter may ask a friend to do."""

    REGISTER = "register"
    REQUEST_BALLOT = "request_ballot"
    VOTE_EARLY = "vote_early"
    RETURN_BALLOT = "return_ballot"
    CURE = "cure"
    VOTE = "vote"
    INVITE = "invite"


class RelationshipType(StrEnum):
    """How a supporter knows a friend, as far as what she brought tells."""

    FAMILY = "family"
    HOUSEHOLD = "household"
    FRIEND = "friend"
    COWORKER = "coworker"
    NEIGHBOR = "neighbor"
    FAITH = "faith"
    SCHOOL = "school"
    OTHER = "other"
    UNKNOWN = "unknown"


class BallotStatus(StrEnum):
    """What the ballot file says: accepted means voted, sent means out and not yet back, anything else needs a check."""

    VOTED = "voted"
    NEEDS_CHECK = "needs_check"
    SENT = "sent"


class Outcome(StrEnum):
    """What a supporter reports of a friend, or the friend of himself."""

    SENT = "sent"
    TALKED = "talked"
    HAS_PLAN = "has_plan"
    HAS_VOTED = "has_voted"
    LATER = "later"
    NOT_THIS_PERSON = "not_this_person"
    ASKED_TO_STOP = "asked_to_stop"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Place:
    """An address as a contact holds it; every part may be unknown."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A birthday of which any part may be unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation a contact names, such as ``("spouse", "Ana Lee")``."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One entry of a contact source as a reader gives it: what the supporter brought, nothing added.

    ``source`` is the file's name (or the connection's id) and ``position`` the 0-based place in it. Phones and e-mails
    are as written; ``labels`` are lower-cased group names without the leading star.
    """

    source: str
    position: int
    kind: SourceKind
    display_name: str = ""
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    name_prefix: str = ""
    name_suffix: str = ""
    nickname: str = ""
    organization: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    birthday: Birthday | None = None
    relations: tuple[Relation, ...] = ()
    labels: tuple[str, ...] = ()
    is_starred: bool = False
    provider_id: str = ""
    connected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Supporter:
    """Somebody who brings friends. ``purposes`` is what she agreed to; ``None`` means the operator declared it."""

    supporter_id: SupporterId
    display_name: str
    email: str = ""
    phone: str = ""
    postal_code: str = ""
    files: tuple[str, ...] = ()
    purposes: frozenset[Purpose] | None = None
    organizer_id: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A supporter and the contacts she brought, opened, in the order she brought them."""

    supporter: Supporter
    contacts: Mapping[ContactKey, ContactRecord]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as it is kept: details sealed under the supporter's key, the tie in the clear.

    ``tie_strength`` is between 0 and 1, or ``None`` when the source tells nothing.
    """

    key: ContactKey
    supporter_id: SupporterId
    source: str
    position: int
    sealed_details: bytes
    relationship_type: RelationshipType = RelationshipType.UNKNOWN
    tie_strength: float | None = None


@dataclass(frozen=True, slots=True)
class Voter:
    """What the graph keeps of a voter that somebody is matched to."""

    ref: VoterRef
    precinct: str = ""
    city: str = ""
    household: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One voter a contact may be, with the posterior probability and the reasons in words."""

    voter: VoterRef
    match_probability: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What is believed of one contact: candidates best first (at most three), or none."""

    contact_key: ContactKey
    status: MatchStatus
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""

    @property
    def voter(self) -> VoterRef | None:
        """The voter this contact is taken for: the best candidate of an automatic or confirmed match."""
        linked = self.status in (MatchStatus.AUTO, MatchStatus.CONFIRMED)
        return self.candidates[0].voter if linked and self.candidates else None


@dataclass(frozen=True, slots=True)
class Ask:
    """One suggestion to one supporter. ``expected_votes`` is what the ask adds; ``factors`` made that number."""

    supporter_id: SupporterId
    contact_key: ContactKey
    voter: VoterRef
    rank: int
    kind: AskKind
    expected_votes: float
    reason: str
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened between a supporter and a friend, in UTC."""

    supporter_id: SupporterId
    kind: Outcome
    at: datetime
    contact_key: ContactKey | None = None
    voter: VoterRef | None = None
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Election:
    """The coming election as the campaign's election table gives it; an unknown date is ``None``."""

    name: str
    day: date
    state: str
    registration_deadline: date | None = None
    early_voting_starts: date | None = None
    early_voting_ends: date | None = None
    mail_ballot_due: date | None = None
    polls_open: str = ""
    polls_close: str = ""
    lookup_url: str = ""
    time_zone: str = "America/New_York"
    ballot_request_deadline: date | None = None
