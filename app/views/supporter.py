"""What a supporter's pages show: a friend is what she brought, a reason and an ask; nothing of a voter's record is carried here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph.model import AskKind, ContactKey, Outcome


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
