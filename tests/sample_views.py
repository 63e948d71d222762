"""One filled and one bare view for every template, with invented people, some of whose names try to break out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.friends import messages
from app.organizing.measuring import Measured
from app.views.calls import CallDesk, CallLine, CallQueue, CureLine, LeaderLine
from app.views.circle import CircleRow, EgoPicture, HerCircles, OverlapLine, SupporterReach
from app.views.desk import DeskHome, FunnelStep, Need, PersonLine, SharedAsk
from app.views.my_data import ConsentChoice, LedgerLine, MyData, Receipt, SourceLine
from app.views.new_file import ChangeLine, NewFile, SharedChange
from app.views.people import KnownPerson, MomentLine, PersonView, TieLine
from app.views.reach import CircleGroup, CircleLine, PlaceLine, Reach, SingleBridges
from app.views.rights import Applicant, FriendPage, HeldByAddress, HeldOfFriend, Offered
from app.views.supporter import (
    BroughtFriend,
    CandidateChoice,
    FriendCard,
    MessageDraft,
    Progress,
    Question,
    SupporterList,
)
from app.views.truth import Mistake, TownTruth
from app.web import states
from app.web.ego import CirclesPage, SupporterPage
from app.web.held import HeldAskPage, HeldEnterPage, HeldWaitPage
from app.web.pages import Frame
from app.web.people import PeoplePage, PersonPage, timeline_rows
from app.web.picture import community_picture, ego_picture, place_groups, table_rows
from app.web.signing import EnterPage, SignInPage, SignOutPage
from graph.model import AskKind, ContactKey, MatchStatus, Outcome, Purpose
from graph.profile import Source
from prioritization.effect import EffectModel
from prioritization.experiment import Belief
from prioritization.holdouts import Balance
from prioritization.study import Finding

EXPERIMENT = Measured(
    Finding(
        8_240, 824, 5_310, 0.22, 0.03, 0.472, 0.461, Belief(1.1, 1.9), Belief(5.8, 10.0), Belief(0.2, 0.4),
        (("close", 2_100, Belief(0.3, 0.5)),), 0.01, 55_000,
    ),
    (Balance("age", 47.1, 46.8, 0.02), Balance("past votes", 3.1, 3.2, -0.04), Balance("forecast of voting", 0.46, 0.47, -0.01)),
    3, True, EffectModel(), EffectModel(shift=0.11, shift_deviation=0.115, learned_from="ab12"),
)  # fmt: skip
"""After the election, with too few people to be sure."""
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}\u202eA&\"'"
NEW_FILE = NewFile(
    day=date(2026, 10, 12),
    whole_file=(
        ChangeLine("Voters before", 201_204),
        ChangeLine("Voters now", 201_940),
        ChangeLine("New on the list", 1_870),
    ),
    confirmed=(ChangeLine("stand as they were", 412), ChangeLine("are of voters who are no longer on the list", None)),
    found=(ChangeLine("still the same voter", 8_210), ChangeLine("another voter than before", 31)),
    supporters=204,
    waiting=3,
    shared=(
        SharedChange("Ana Whitfield", "Tom <b>Beckerath</b>", "no longer on the list"),
        SharedChange("Jo Whitfield", "Rosa Delmare", "has another address"),
    ),
)
FRAME = Frame(
    campaign="Rivera for Council",
    candidate="Elena Rivera",
    office="runs for city council",
    disclaimer="Paid for by Rivera for Council.",
    privacy_contact="privacy@rivera.example",
    language="en",
    other_language_href="/list?lang=es",
    path="/desk",
    csrf="form-token",
    role="supporter",
    is_demo=False,
    kept_until=date(2026, 12, 15),
)
CHOICES = (
    ConsentChoice(
        Purpose.MATCH,
        "Find my friends on the public list of registered voters",
        "We compare names, towns and numbers. Names that we cannot find are erased after 30 days.",
        agreed=False,
    ),
    ConsentChoice(
        Purpose.COORDINATE, "Spread the asking", "When two of us know the same person, only one is asked.", agreed=False
    ),
    ConsentChoice(Purpose.POOL, "Let friends of friends help the search", "Nobody sees your contacts.", agreed=False),
    ConsentChoice(
        Purpose.SHARE_RESULTS, "Tell the campaign whom I talked to", "Asked again for each person.", agreed=False
    ),
)


def _card(number: int, name: str, brought: str, reason: str, until: str) -> FriendCard:
    first, _, last = name.partition(" ")
    initials = (first[:1] + last[:1]).upper()
    return FriendCard(
        ContactKey(f"{number:02d}ab"), name, first, initials, brought, reason, until, AskKind.RETURN_BALLOT
    )


CARDS = (
    _card(
        *(1, "Maria Alvarez", "Starred in your contacts, with her birthday"),
        *("You seem close, so a word from you counts. Ballots can be mailed", "until Tuesday"),
    ),
    _card(
        *(2, "Tom Becker", "“Tom, Hollis High” in your contacts"),
        *("A note from you is rare and gets read. Early voting is open", "until Saturday"),
    ),
    _card(
        *(3, "Priya Nair", "In your Google contacts", "You kept her e-mail. Early voting is open"),
        "until Saturday",
    ),
)
DONE = replace(
    _card(4, "Dana Kim", "You typed this name", "", ""),
    state=Outcome.HAS_PLAN,
    state_words="has a plan, since yesterday",
)
INVITATION = FriendCard(
    *(ContactKey("0f1e"), "Dana Osgood", "Dana", "DO", "In your contacts"),
    *("You have this friend's number. Perhaps this friend would like to help too.", "", AskKind.INVITE),
)
LIST = SupporterList(
    invitation=INVITATION,
    open_cards=CARDS,
    done_cards=(DONE, replace(_card(5, "Lee Carver", "", "", ""), state=Outcome.SENT, state_words="you wrote today")),
    slots=5,
    friends_brought=214,
    questions_waiting=3,
    deadline_sentence="Early voting ends Saturday at 3 pm.",
    kept_until=date(2026, 12, 15),
    explored=True,
)
LINK = "rivera.example/f/k7Q2"
GREETING = messages.Greeting("Maria", "Jo", "Elena Rivera", LINK)
TEXTS = messages.wordings(
    GREETING, AskKind.RETURN_BALLOT, when="Ballots need to be in the mail by Tuesday.", language="en"
)
DRAFT = MessageDraft(
    key=CARDS[0].key,
    first_name="Maria",
    name="Maria Alvarez",
    wordings=TEXTS,
    chosen=0,
    link=LINK,
    channels=messages.channels(TEXTS[0], phone="+19195550123", email="maria@post.example", platform="ios"),
)
FRIENDS = tuple(
    BroughtFriend(card.key, card.name, card.initials, card.brought, is_listed=card in CARDS)
    for card in (*CARDS, DONE, _card(6, "Owen O’Neill", "“Owen Work” in your contacts", "", ""))
)
QUESTION = Question(
    ContactKey("07ab"),
    "Ana Ruiz",
    "AR",
    "In your contacts, Hollis number",
    (
        CandidateChoice("t1", "Ana Maria Ruiz", "Hollis", "30 to 39"),
        CandidateChoice("t2", "Ana L. Ruiz", "Millbrook", "50 to 59"),
    ),
)
FRIEND_PAGE = FriendPage(
    code="k7Q2",
    supporter_name="Jo Whitfield",
    dates=(
        ("Mail your ballot", "by Tue, Oct 27"),
        ("Vote early", "until Sat, 3 pm"),
        ("Election Day", "Nov 3, 6:30 am to 7:30 pm"),
    ),
    lookup_url="https://vote.example/place",
)
RECEIPT = Receipt(
    "R-7Q2K-19", datetime(2026, 10, 20, 14, 5, tzinfo=UTC), (("friends", 214), ("matches", 120), ("asks", 5))
)
MY_DATA = MyData(
    name="Jo Whitfield",
    email="jo@post.example",
    postal_code="27001",
    phone="",
    sources=(SourceLine("google", "Google contacts", 209), SourceLine("typed", "Typed by you", 5)),
    choices=tuple(replace(choice, agreed=choice.purpose is Purpose.MATCH) for choice in CHOICES),
    ledger=(LedgerLine(datetime(2026, 10, 19, 9, 30, tzinfo=UTC), Purpose.MATCH, agreed=True, text_version="1"),),
    names_seen_by_campaign=0,
    kept_until=date(2026, 12, 15),
)
DESK = DeskHome(
    today=date(2026, 10, 20),
    days_to_go=14,
    ballots_as_of=date(2026, 10, 20),
    needs=(
        Need(
            31,
            "One person has stalled",
            "{count} people have stalled",
            "connected, never wrote; 12 of them yours",
            "/desk#people",
            "See them",
        ),
        Need(
            4,
            "One place has nobody",
            "{count} places have nobody",
            "1,940 voters whom no supporter knows",
            "/desk/reach",
            "Reach",
        ),
        Need(
            1,
            "One shared ask to read",
            "{count} shared asks to read",
            "the factors behind each",
            "/desk/asks",
            "Shared asks",
        ),
    ),
    people_in_all=40,
    people=(
        PersonLine("s1", "Jo Whitfield", "connected", "bring more friends", "", 12, 7, date(2026, 10, 19), 3),
        PersonLine("s2", "Sam Ortiz", "connected", "bring more friends", "stalled", 0, 0, None, 5),
        PersonLine("s3", "Priya Nair", "connected", "bring more friends", "", 21, 15, date(2026, 10, 20)),
        PersonLine("s4", "Lee Carver", "signed up", "connect friends", "new", 0, 0),
    ),
    funnel=tuple(
        FunnelStep(label, count)
        for label, count in (
            ("Invited", 1240),
            ("Agreed", 812),
            ("Connected", 694),
            ("Got a list", 661),
            ("Wrote to someone", 402),
            ("Talked", 288),
            ("Friend has a plan", 171),
            ("Friend has voted", 96),
        )
    ),
    expected_votes=38.2,
    expected_low=14.1,
    expected_high=66.0,
)
_PLACES = (
    *(("Eastside", 3200, 2100), ("Millbrook", 2400, 1700), ("Old Town", 2600, 500), ("Hollis", 1900, 560)),
    *(("Fairview", 1500, 90), ("Lakeside", 1200, 560), ("Northgate", 1150, 780), ("Mill Row", 900, 420)),
    *(("State College", 780, 40), ("Fairgrounds", 640, 560), ("Harbor", 560, 330), ("West End", 420, 140)),
    *(("Quarry", 300, 90), ("Sand Hill", 260, 250)),
)
_TIES = (
    *((1, 5, 30), (1, 9, 65), (1, 13, 70), (3, 7, 66), (3, 11, 86), (5, 9, 90), (5, 13, 20), (7, 11, 24)),
    *((9, 13, 48), (0, 1, 140), (0, 2, 80), (0, 3, 60), (1, 7, 90), (2, 8, 30), (4, 10, 50), (5, 6, 22), (12, 13, 8)),
)
GROUPS = tuple(
    CircleGroup(name, people, heard, spot.x, spot.y, spot.radius)
    for (name, people, heard), spot in zip(
        _PLACES, place_groups([people for _, people, _ in _PLACES], _TIES, seed=7), strict=True
    )
)
REACH = Reach(
    supporters=694,
    known=18420,
    universe=41300,
    known_to_two=6105,
    groups=GROUPS,
    lines=tuple(CircleLine(*tie) for tie in _TIES),
    places=(
        PlaceLine("Precinct 8, Millbrook", 0, 640, 412),
        PlaceLine("Precinct 22, Fairgrounds", 2, 710, 398),
        PlaceLine("Precinct 3, Old Town", 1, 590, 377),
        PlaceLine("Precinct 9, Quarry", 1, None, None),
    ),
    layout_seed=7,
    bridges=SingleBridges(4, 2130, ("Northgate", "Fairview")),
)
ASK = SharedAsk(
    "Jo Whitfield",
    "Maria Alvarez",
    AskKind.RETURN_BALLOT,
    "You seem close, so a word from you counts.",
    {"match_probability": 0.97, "turnout_probability": 0.52, "support_probability": 0.8, "tie": 0.9},
    0.061,
)
TOWN = TownTruth(
    contacts=6120,
    linked=3410,
    right=3344,
    wrong=66,
    missed=208,
    ours=7.9,
    random=2.6,
    lowest_first=2.2,
    oracle=9.1,
    mistakes=(Mistake("Sam Ortiz", "Bob Lee", "Robert A Lee, Hollis", "Robert T Lee, Hollis", 0.93),),
)
PICTURE = Markup(community_picture(REACH.groups, REACH.lines, title="Groups"))  # noqa: S704 (it escapes names itself)
REACH_PAGE = states.ReachPage(REACH, PICTURE, table_rows(REACH.groups, REACH.lines))
EMPTY_REACH = replace(REACH, supporters=0, known=0, known_to_two=0, groups=(), lines=(), places=(), bridges=None)
EMPTY_LIST = replace(
    LIST, open_cards=(), done_cards=(), friends_brought=0, questions_waiting=0, kept_until=None, invitation=None
)

NO_PICTURE = EgoPicture(None, (), ())
STATUSES = dict.fromkeys(MatchStatus, "found by comparing")
PERSON = PersonView(
    name="Maria Alvarez",
    registered_name="Maria Alvarez-Quinn",
    town="Raeford",
    precinct="Eastside",
    age_band="40–49",
    ties=(
        TieLine("Jo Whitfield", "Maria Alvarez", MatchStatus.CONFIRMED),
        TieLine("Sam Ortiz", "Mary A.", MatchStatus.AUTO),
    ),
    timeline=(
        MomentLine(datetime(2024, 11, 5, 12, tzinfo=UTC), Source.VOTER_FILE, "voted", "general", "", is_day=True),
        MomentLine(datetime(2026, 10, 12, 18, 5, tzinfo=UTC), Source.SUPPORTER, "talked", "", "Jo Whitfield"),
        MomentLine(None, Source.ENGINE, "vote_early", "You starred this friend in your contacts.", "Jo Whitfield"),
    ),
)
PEOPLE_PAGE = PeoplePage(
    (KnownPerson("0f" * 16, "Maria Alvarez", "Raeford", ("Jo Whitfield", "Sam Ortiz"), date(2026, 10, 12)),),
    ("October 12",),
)

HELD_OF_FRIEND = HeldOfFriend(
    code="4f5e",
    supporter_name="Jo Whitfield",
    source="A contacts file",
    names=("Maria Alvarez", "Mari"),
    phones=("(919) 555-0101",),
    emails=("maria@post.example",),
    places=("Hollis",),
    labels=("book club",),
    is_linked=True,
    is_suggested=True,
    reports=("talked",),
    seen_by=1,
    others=2,
    kept_until=date(2026, 12, 15),
)

HELD_BY_ADDRESS = HeldByAddress(
    "maria@post.example",
    (HELD_OF_FRIEND,),
    is_left_out=True,
    is_supporter=True,
    kept_until=date(2026, 12, 15),
    token="d",
)

_SPOTS = place_groups([2, 24, 12, 7, 5], [(0, 1, 24), (0, 2, 12), (0, 3, 7), (0, 4, 5), (1, 2, 4)], seed=7)
_AROUND = (("Family", 24, 3), ("Raeford", 12, 1), ("Work", 7, 0), ("Others", 5, 0))
EGO_PICTURE = EgoPicture(
    (_SPOTS[0].x, _SPOTS[0].y, _SPOTS[0].radius),
    tuple(CircleGroup(*row, spot.x, spot.y, spot.radius) for row, spot in zip(_AROUND, _SPOTS[1:], strict=True)),
    (*(CircleLine(-1, at, row[1]) for at, row in enumerate(_AROUND)), CircleLine(0, 1, 4)),
)
HER_CIRCLES = HerCircles((CircleRow("Family", 24, 2, 3), CircleRow("Raeford", 12, 0, 1)), EGO_PICTURE, 48)
SUPPORTER_REACH = SupporterReach(
    "Jo <i>Whitfield</i>", True, 48, None, EGO_PICTURE, (OverlapLine("Sam Ortiz", 14), OverlapLine("Priya Nair", 11))
)

FILLED: Mapping[str, object] = {
    "supporter/landing.html": states.Landing(date(2026, 11, 3), has_started=False),
    "supporter/start.html": states.AboutYou(
        "Jo", "270", "jo@post.example", "", True, "Please write five digits.", True, "rivera"
    ),
    "supporter/waiting.html": states.WaitingPage(),
    "supporter/consent.html": states.ConsentPage(CHOICES),
    "supporter/connect.html": states.ConnectPage(
        (states.ProviderTile("google", "Google contacts"), states.ProviderTile("microsoft", "Outlook contacts")),
        may_match=True,
        friends_brought=3,
        typed="Maria Alvarez",
        problem="The file is larger than 5 MB.",
    ),
    "supporter/finding.html": Progress("running", 214, 180, 96, 12, 5),
    "supporter/list.html": states.ListPage(LIST, away=ContactKey("09ab"), thanked=True),
    "supporter/friends.html": states.AllFriends(FRIENDS),
    "supporter/write.html": states.WritePage(
        DRAFT, DRAFT.text, DRAFT.channels, ("One link is enough.",), messages.MOST_LETTERS
    ),
    "supporter/share.html": states.ShareQuestion(CARDS[0].key, "Maria", Outcome.TALKED),
    "supporter/questions.html": states.QuestionsPage((QUESTION,)),
    "supporter/my_data.html": states.MyDataPage(
        MY_DATA, {choice.purpose: choice.title for choice in CHOICES}, saved=True
    ),
    "supporter/delete.html": states.DeleteQuestion(),
    "supporter/sign_in.html": SignInPage((("google", "Google"),), sends_mail=True),
    "supporter/enter.html": EnterPage("/enter/abc"),
    "supporter/sign_out.html": SignOutPage(),
    "receipt.html": states.ReceiptPage("You are left out", "Nobody will be asked to write to you.", RECEIPT),
    "friend/page.html": FRIEND_PAGE,
    "friend/held.html": HELD_OF_FRIEND,
    "friend/held_ask.html": HeldAskPage(sends_mail=True, problem="This is no e-mail address.", is_asked=True),
    "friend/held_enter.html": HeldEnterPage("abc"),
    "friend/held_by_mail.html": HELD_BY_ADDRESS,
    "friend/held_wait.html": HeldWaitPage("abc"),
    "friend/leave_out.html": states.LeaveOutPage("Please write a phone number or an e-mail address."),
    "supporter/choose.html": states.ChoosePage(
        (
            Offered(0, "Maria Alvarez", "Starred in your contacts"),
            Offered(1, "Tom Becker", ""),
            *(Offered(2 + at, f"Cousin {at + 1}", "In your contacts") for at in range(30)),
        )
    ),
    "error.html": states.ErrorPage(
        *("There is nothing here", "No such page.", "", "Check the address.", "/", "To the first page")
    ),
    "desk/home.html": states.DeskPage(DESK, renew=5),
    "desk/reach.html": REACH_PAGE,
    "desk/calls.html": states.CallsPage(
        CallDesk(
            queues=(
                CallQueue("", (CallLine("s9", "Kim Osei", "(919) 555-0109", "27701", date(2026, 10, 17), True),)),
                CallQueue(
                    "Jo Whitfield",
                    (CallLine("s8", "Lee Ng", "(919) 555-0108", "", date(2026, 10, 21), False),),
                ),
            ),
            leaders=(
                LeaderLine("s1", "Jo Whitfield", ("27701", "27705")),
                LeaderLine("s2", "Sam Ortiz", ()),
            ),
            could_lead=(("s3", "Ana <b>Quinn</b>"),),
            to_cure=(
                CureLine("Rosa Delmare", "Durham", "27701", "AA000104", "Jo Whitfield"),
                CureLine("Tom <i>Beckerath</i>", "Raeford", "28376", "AA000102", ""),
            ),
            to_cure_in_all=12,
        ),
        problem="A ZIP code has five digits. Write them with spaces between: 27701 27705.",
    ),
    "desk/applicants.html": states.ApplicantsPage((Applicant("s7", "Kim Osei", "27701"),)),
    "supporter/circles.html": CirclesPage(HER_CIRCLES, Markup(ego_picture(EGO_PICTURE, you="You", size=21.0))),  # noqa: S704
    "desk/supporter.html": SupporterPage(
        SUPPORTER_REACH,
        Markup(ego_picture(EGO_PICTURE, you="Jo")),  # noqa: S704
        "s-jo",
        date(2026, 10, 12),
    ),
    "desk/people.html": PEOPLE_PAGE,
    "desk/person.html": PersonPage(PERSON, timeline_rows(PERSON, "en", ZoneInfo("America/New_York")), STATUSES),
    "desk/asks.html": states.AsksPage((ASK,), {AskKind.RETURN_BALLOT: "return the ballot"}, {"tie": "How close"}),
    "desk/truth.html": states.TruthPage(TOWN),
    "desk/experiment.html": states.ExperimentPage(EXPERIMENT, 0.05),
    "desk/new_file.html": states.NewFilePage(NEW_FILE),
}
BARE: Mapping[str, object] = {
    "desk/experiment.html": states.ExperimentPage(None, 0.0),
    "desk/new_file.html": states.NewFilePage(None),
    "supporter/landing.html": states.Landing(date(2026, 11, 3), has_started=True),
    "supporter/start.html": states.AboutYou(),
    "supporter/consent.html": states.ConsentPage(()),
    "supporter/connect.html": states.ConnectPage((), may_match=False, friends_brought=0),
    "supporter/finding.html": Progress("failed"),
    "supporter/list.html": states.ListPage(EMPTY_LIST),
    "supporter/friends.html": states.AllFriends(()),
    "supporter/write.html": states.WritePage(replace(DRAFT, channels=()), "", (), (), messages.MOST_LETTERS),
    "supporter/questions.html": states.QuestionsPage(()),
    "supporter/my_data.html": states.MyDataPage(replace(MY_DATA, sources=(), choices=(), ledger=()), {}),
    "friend/held.html": replace(
        HELD_OF_FRIEND, names=(), phones=(), emails=(), places=(), labels=(), is_linked=False, reports=(), others=0
    ),
    "friend/held_ask.html": HeldAskPage(sends_mail=False),
    "friend/held_wait.html": HeldWaitPage("abc", is_failed=True),
    "friend/held_by_mail.html": replace(HELD_BY_ADDRESS, cards=(), is_left_out=False, is_supporter=False),
    "friend/leave_out.html": states.LeaveOutPage(),
    "supporter/choose.html": states.ChoosePage((), is_ticked=False),
    "friend/page.html": replace(FRIEND_PAGE, dates=(), lookup_url="javascript:alert(1)", receipt="Noted."),
    "desk/home.html": states.DeskPage(
        replace(DESK, needs=(), people=(), funnel=(), ballots_as_of=None, expected_votes=0.0)
    ),
    "desk/reach.html": states.ReachPage(EMPTY_REACH, Markup(""), ()),
    "desk/calls.html": states.CallsPage(CallDesk((), (), ())),
    "desk/applicants.html": states.ApplicantsPage(()),
    "supporter/circles.html": CirclesPage(HerCircles((), NO_PICTURE, 0), Markup("")),
    "desk/supporter.html": SupporterPage(
        SupporterReach("Jo Whitfield", True, None, None, NO_PICTURE, (), is_drawing=True), Markup("")
    ),
    "desk/people.html": PeoplePage((), ()),
    "desk/person.html": PersonPage(replace(PERSON, registered_name="", ties=(), timeline=()), (), {}),
    "desk/asks.html": states.AsksPage((), {}, {}),
    "desk/truth.html": states.TruthPage(None),
}
