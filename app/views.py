"""What pages show: one typed value for each page, made by the journey, read by a template. Never a store.

Nothing here carries a voter's record to a supporter: a friend is what she brought, a reason and an ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from graph.model import AskKind, ContactKey, Outcome, Purpose


@dataclass(frozen=True, slots=True)
class FriendCard:
    """A friend on the supporter's list.

    ``brought`` says what she herself brought ("Starred in your contacts"), ``reason`` is one plain sentence, ``until`` a
    short tag with the date of the ask ("until Saturday"), ``state`` the last thing reported, or ``None`` while open.
    """

    key: ContactKey
    name: str
    first_name: str
    initials: str
    brought: str
    reason: str
    until: str
    ask: AskKind
    state: Outcome | None = None
    state_words: str = ""


@dataclass(frozen=True, slots=True)
class SupporterList:
    """The supporter's page: at most five cards, what is done, and how many friends she brought."""

    open_cards: tuple[FriendCard, ...]
    done_cards: tuple[FriendCard, ...]
    slots: int
    friends_brought: int
    questions_waiting: int
    deadline_sentence: str
    kept_until: date | None
    explored: bool = False
    invitation: FriendCard | None = None


@dataclass(frozen=True, slots=True)
class BroughtFriend:
    """One line of "All your friends": a name, what she brought, and nothing that tells why he is not listed."""

    key: ContactKey
    name: str
    initials: str
    brought: str
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """Real counts while friends are being found; ``state`` is waiting, running, done or failed."""

    state: str
    read: int = 0
    people: int = 0
    found: int = 0
    unsure: int = 0
    asks: int = 0
    problem: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class CandidateChoice:
    """A registered voter on the card "is this your friend?"; ``token`` stands for the voter, and only here."""

    token: str
    name: str
    town: str
    age_band: str


@dataclass(frozen=True, slots=True)
class Question:
    """The card "is this your friend?": what she brought beside at most three candidates."""

    key: ContactKey
    name: str
    initials: str
    brought: str
    candidates: tuple[CandidateChoice, ...]


@dataclass(frozen=True, slots=True)
class SendChoice:
    """A way to send from her own phone: its label and its link (``sms:``, ``mailto:``, ``https://wa.me/``)."""

    channel: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """The editable message to one friend, with the wordings to choose from and the ways to send it."""

    key: ContactKey
    first_name: str
    name: str
    wordings: tuple[str, ...]
    chosen: int
    link: str
    channels: tuple[SendChoice, ...]
    is_quiet: bool = False

    @property
    def text(self) -> str:
        """The chosen wording."""
        return self.wordings[self.chosen]


@dataclass(frozen=True, slots=True)
class FriendPage:
    """The page behind the link: who wrote, for whom, and the dates that are everyone's."""

    code: str
    supporter_name: str
    dates: tuple[tuple[str, str], ...]
    lookup_url: str
    answered: Outcome | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class ConsentChoice:
    """One purpose on the consent page, with the text that goes into the ledger by its hash."""

    purpose: Purpose
    title: str
    explanation: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the consent ledger as its owner reads it."""

    at: datetime
    purpose: Purpose
    agreed: bool
    text_version: str
    title: str = ""
    words: str = ""
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One look of somebody else at something of a supporter's: who (a role or an id), at what, whose name if a friend's."""

    at: datetime
    who: str
    what: str
    name: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source on "My data": its name, how many friends it brought, when."""

    source: str
    label: str
    friends: int


@dataclass(frozen=True, slots=True)
class MyData:
    """What is held of a supporter, in her own words."""

    name: str
    email: str
    postal_code: str
    phone: str
    sources: tuple[SourceLine, ...]
    choices: tuple[ConsentChoice, ...]
    ledger: tuple[LedgerLine, ...]
    names_seen_by_campaign: int
    kept_until: date | None
    looks: tuple[SeenLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure really removed."""

    reference: str
    at: datetime
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step from invitation to vote; a count about friends that is too small to show is ``None``."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """One line of "What needs you": a count, what it counts (one, many), the reason, one link."""

    count: int
    one: str
    many: str
    why: str
    link: str
    link_text: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A supporter on the organizer's home page; the counts are her own. The day of her newest report says more than her last
    step, how many are ``left`` to write to more than her next.
    """

    supporter_id: str
    name: str
    last_step: str
    next_step: str
    tag: str
    wrote: int
    talked: int
    reported_on: date | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class DeskHome:
    """The organizer's home page."""

    today: date
    days_to_go: int
    ballots_as_of: date | None
    needs: tuple[Need, ...]
    people: tuple[PersonLine, ...]
    people_in_all: int
    funnel: tuple[FunnelStep, ...]
    expected_votes: float
    expected_low: float
    expected_high: float


@dataclass(frozen=True, slots=True)
class CircleGroup:
    """A group of people who know each other, named by place: a ring in the picture, a row in its twin table.

    ``heard`` is ``None`` when those who have heard, or those who have not, are too few to show.
    """

    name: str
    people: int
    heard: int | None
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class CircleLine:
    """Ties between two groups, by their places in ``Reach.groups``."""

    first: int
    second: int
    ties: int


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place on "Where one more supporter helps most"; small counts are hidden as ``None``.

    ``new_from_one`` is how many people whom nobody knows one more supporter from there is expected to bring.
    """

    place: str
    have: int
    unreached: int | None
    new_from_one: int | None = None


@dataclass(frozen=True, slots=True)
class SingleBridges:
    """Supporters who alone are the way to most of a group of people; ``people`` are those whom only they know.

    A second supporter in each of ``places``, at most two, would remove one of them.
    """

    supporters: int
    people: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the supporters know, for the organizer. Counts below the smallest cell are ``None``.

    Groups, lines and bridges are those of ``drawn_at`` (``None`` before the first picture); ``is_drawing`` says that a
    newer picture is on its way.
    """

    supporters: int
    known: int | None
    universe: int
    known_to_two: int | None
    groups: tuple[CircleGroup, ...]
    lines: tuple[CircleLine, ...]
    places: tuple[PlaceLine, ...]
    layout_seed: int
    bridges: SingleBridges | None = None
    drawn_at: datetime | None = None
    is_drawing: bool = False


@dataclass(frozen=True, slots=True)
class SharedAsk:
    """An ask whose tie the supporter shared: the organizer sees the name and every factor."""

    supporter_name: str
    friend_name: str
    ask: AskKind
    reason: str
    factors: Mapping[str, float]
    expected_votes: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong link of the invented town, shown because nobody in it is real."""

    supporter_name: str
    brought: str
    linked_to: str
    truly: str
    match_probability: float


@dataclass(frozen=True, slots=True)
class TownTruth:
    """What only an invented town can know: how right the links are and what the asks are worth."""

    contacts: int
    linked: int
    right: int
    wrong: int
    missed: int
    ours: float
    random: float
    lowest_first: float
    oracle: float
    mistakes: tuple[Mistake, ...]
