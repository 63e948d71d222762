"""What a page shows beside what the journey made: a form as it was filled in, a problem, a small notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from app.organizing.measuring import Measured
from app.views.calls import CallDesk
from app.views.desk import DeskHome, SharedAsk
from app.views.my_data import ConsentChoice, MyData, Receipt
from app.views.new_file import NewFile
from app.views.reach import Reach
from app.views.rights import Applicant, Offered
from app.views.supporter import BroughtFriend, MessageDraft, Question, SendChoice, SupporterList
from app.views.truth import TownTruth
from app.web.picture import TableRow
from graph.model import AskKind, ContactKey, Outcome, Purpose


@dataclass(frozen=True, slots=True)
class Landing:
    """The first page; ``has_started`` when a supporter is signed in already."""

    election_day: date
    has_started: bool


@dataclass(frozen=True, slots=True)
class AboutYou:
    """The form "About you" as it was filled in, with what is wrong with it."""

    name: str = ""
    postal_code: str = ""
    email: str = ""
    phone: str = ""
    may_call: bool = False
    problem: str = ""
    asks_code: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """The wait for an organizer's yes; it holds nothing."""


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """The choices of the consent page."""

    choices: tuple[ConsentChoice, ...]


@dataclass(frozen=True, slots=True)
class ProviderTile:
    """A provider that this install has set up: its key in the address, its button, one line below."""

    key: str
    label: str
    note: str = ""
    is_open: bool = False
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class ConnectPage:
    """The ways to bring friends; without ``may_match`` only typing is offered."""

    providers: tuple[ProviderTile, ...]
    may_match: bool
    friends_brought: int
    typed: str = ""
    problem: str = ""
    file_words: str = ""


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """The entries that wait for her choice, all ticked or none."""

    waiting: tuple[Offered, ...]
    is_ticked: bool = True


@dataclass(frozen=True, slots=True)
class ListPage:
    """The supporter's list, with what she just did: a friend taken ``away`` (to undo), or a report ``thanked``."""

    mine: SupporterList
    away: ContactKey | None = None
    thanked: bool = False


@dataclass(frozen=True, slots=True)
class AllFriends:
    """Everybody she brought."""

    friends: tuple[BroughtFriend, ...]


@dataclass(frozen=True, slots=True)
class WritePage:
    """One message as it stands in the box, with the ways to send exactly that text and what speaks against it."""

    draft: MessageDraft
    text: str
    channels: tuple[SendChoice, ...]
    problems: tuple[str, ...]
    most_letters: int


@dataclass(frozen=True, slots=True)
class ShareQuestion:
    """Whether the campaign may know that she talked to this friend."""

    key: ContactKey
    first_name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """The cards "is this your friend?" of today."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class MyDataPage:
    """What is held of her; ``titles`` names each purpose in her language."""

    data: MyData
    titles: Mapping[Purpose, str]
    saved: bool = False


@dataclass(frozen=True, slots=True)
class DeleteQuestion:
    """The page between her and an erasure; it holds nothing."""


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A receipt under its own heading."""

    title: str
    sentence: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class LeaveOutPage:
    """The form for whoever wants to be left out and has no link; what he wrote is not shown again."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened, what is safe, what to do; one way on."""

    title: str
    happened: str
    safe: str
    next_step: str
    href: str
    link_text: str


@dataclass(frozen=True, slots=True)
class CallsPage:
    """The leaders' calls, and what was wrong with the form."""

    desk: CallDesk
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ApplicantsPage:
    """Those who wait for an organizer's yes."""

    applicants: Sequence[Applicant]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The organizer's home; ``renew`` seconds between reloads for a browser without scripts, 0 for none."""

    desk: DeskHome
    renew: int = 0


@dataclass(frozen=True, slots=True)
class ReachPage:
    """Whom the supporters know: the picture, the same as rows, and places."""

    reach: Reach
    picture: Markup
    rows: tuple[TableRow, ...]
    renew: int = 0


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """The campaign's experiment as it stands today, ``None`` before the first voter file, and the share of slots left to chance."""

    measured: Measured | None
    explore_share: float


@dataclass(frozen=True, slots=True)
class AsksPage:
    """The shared asks with the words for asks and factors."""

    asks: tuple[SharedAsk, ...]
    ask_words: Mapping[AskKind, str]
    factor_words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewFilePage:
    """What the newest voter file changed; nothing before a second file."""

    new: NewFile | None


@dataclass(frozen=True, slots=True)
class TruthPage:
    """What only an invented town can know."""

    town: TownTruth | None
