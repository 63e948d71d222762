"""The whole demo, walked through without a browser: what ``kith demo --check`` does.

    arrive -> agree -> connect -> find -> the list -> not this person -> write, report, share -> the desk moves
    -> the questions -> a friend leaves -> my data -> the desk's pages -> every link -> delete everything

Every page, style sheet, script and picture on the way is fetched; whatever does not answer or lacks what it promises
raises a ``KithError`` that names the page.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from app.demo.page import Form, Page, missing
from app.demo.visitor import Visitor
from graph.errors import KithError

Say = Callable[[str], None]

LIST_LENGTH = 5
DESK_MOVES_WITHIN_SECONDS = 2.0
_FINDING_SECONDS = 60.0
_NAME = "Robin Check"
_PURPOSES = ["match", "coordinate", "pool", "share_results"]
_LINK = re.compile(r"https?://[^\s]+/f/[\w-]+")


def walk(base_url: str, organizer_link: str, *, say: Say) -> None:
    """Do all of the demo as a supporter, a friend and the organizer.

    Raises:
        KithError: a page did not answer, or lacked what it promises; ``thing`` is its path without ids.
    """
    with Visitor(base_url) as robin, Visitor(base_url) as organizer:
        organizer.open(organizer_link).needs("From invitation to vote", "My people")
        say("The organizer is at her desk")
        brought = _bring_friends(robin, say)
        _put_one_away(robin, say)
        _write_and_share(robin, organizer, say)
        _answer_questions(robin, say)
        _friend_leaves(robin, say)
        _read_my_data(robin, brought, say)
        _look_around(organizer, say)
        say(f"Opened {robin.open_all_links() + organizer.open_all_links()} more linked pages")
        _leave(robin, brought, say)
        organizer.open("/desk").needs("From invitation to vote")


def _bring_friends(robin: Visitor, say: Say) -> int:
    """From the first page to the list; how many friends came."""
    page = robin.open(robin.open("/").link("/start"))
    consent = robin.send(page, page.form("/start"), {"name": _NAME, "postal_code": "27601"})
    _refuse_ticked(consent)
    connect = robin.press(consent, "/consent", ("answer", "agree"), purpose=_PURPOSES)
    say("Agreed to all four purposes, none of which was ticked")
    screen = robin.send(connect, connect.form("/start"))
    form = screen.form("/authorize")
    choice = robin.press(screen, "/authorize", ("decision", "allow"), account=_first_account(screen, form))
    keep = [value for name, value in choice.form("/choose").ticked if name == "keep"]
    robin.press(choice.needs("Whom do you bring?"), "/choose", ("answer", "these"), keep=keep[1:])
    say(f"Connected an address book, with the provider's consent screen; unticked one of {len(keep)} friends")
    counts = _wait_until_found(robin)
    say("Read {read}, of these people {people}, found {found}, unsure {unsure}".format(**counts))
    robin.open("/finding").needs("Your friends are found", str(counts["found"]))
    return counts["read"]


def _refuse_ticked(consent: Page) -> None:
    consent.needs("What we use, and why")
    form = consent.form("/consent")
    if form.ticked or sorted(value for _, value in form.boxes) != sorted(_PURPOSES):
        raise missing(consent.label, "four boxes with nothing ticked")


def _first_account(screen: Page, form: Form) -> str:
    accounts = form.choices.get("account", [])
    if not accounts:
        raise missing(screen.label, "an account to choose")
    return accounts[0]


def _wait_until_found(robin: Visitor) -> dict[str, int]:
    """Poll as the page's script does, until the search is done; its counts."""
    end = time.monotonic() + _FINDING_SECONDS
    while time.monotonic() < end:
        progress = robin.json("/finding.json")
        if progress["state"] == "done":
            return _checked({name: int(str(text).replace(",", "")) for name, text in progress["counts"].items()})
        if progress["state"] == "failed":
            break
        time.sleep(0.2)
    raise KithError("The search did not come to an end.", thing="/finding", next_step="Look at the job's problem.")


def _checked(counts: dict[str, int]) -> dict[str, int]:
    if not counts["read"] >= counts["people"] >= counts["found"] > 0 or counts["asks"] != LIST_LENGTH:
        raise missing("/finding", "counts that fit each other")
    return counts


def _put_one_away(robin: Visitor, say: Say) -> None:
    before = _full_list(robin.open("/list"))
    gone = before.cards[0]
    after = _full_list(robin.press(before, f"/{gone}/report", ("outcome", "not_this_person")))
    if gone in after.cards or set(before.cards[1:]) - set(after.cards):
        raise missing(after.label, "the next friend in the place of the one put away")
    say("Five friends with reasons; “not this person” slid another in")


def _full_list(page: Page) -> Page:
    if len(page.cards) != LIST_LENGTH:
        raise missing(page.label, f"one of {LIST_LENGTH} cards, {len(page.cards)} stood there, so one")
    return page


def _write_and_share(robin: Visitor, organizer: Visitor, say: Say) -> None:
    """Write to the first friend, say so, share it; the desk shows it within two seconds."""
    before = organizer.open("/desk").counts()["Wrote to someone"]
    friend = robin.open("/list").cards[0]
    letter = robin.open(f"/friends/{friend}/write").needs("Goes out from your own phone")
    letter.link("sms:" if "sms:" in str(letter.links) else "mailto:")
    robin.send(letter, letter.form("/write"), {"text": f"Shall we go together? {_friend_link(letter)}"}).needs(
        "Shall we"
    )
    question = robin.press(letter, "/report", ("outcome", "sent")).needs("Tell the campaign")
    noted = robin.press(question, "/share", ("share", "yes")).needs("Noted. Thank you.", "done")
    seconds = _seconds_until(lambda: organizer.open("/desk").counts()["Wrote to someone"] > before)
    _full_list(noted)
    say(f"Wrote and shared; the desk counted it after {seconds:.1f} seconds")
    organizer.open("/desk/asks").needs(_NAME, "Factor")


def _seconds_until(has_moved: Callable[[], bool]) -> float:
    start = time.monotonic()
    while (passed := time.monotonic() - start) < DESK_MOVES_WITHIN_SECONDS:
        if has_moved():
            return time.monotonic() - start
        time.sleep(0.1)
    raise KithError(f"The counts stood still for {passed:.0f} seconds.", thing="/desk", next_step="Look at the report.")


def _friend_link(letter: Page) -> str:
    found = _LINK.search(letter.text)
    if found is None:
        raise missing(letter.label, "the link to the friend's page")
    return found[0]


def _answer_questions(robin: Visitor, say: Say) -> None:
    """Answer today's cards: the first with its first candidate, the second with none, the others unsure."""
    page, answered = robin.open("/questions"), 0
    while page.cards:
        form = page.form(f"/{page.cards[0]}")
        button = form.buttons[(0, -2)[answered]] if answered < 2 else form.buttons[-1]
        page = robin.press(page, f"/{page.cards[0]}", button)
        answered += 1
    page.needs("No questions today")
    say(f"Answered {answered} questions “is this your friend?”")


def _friend_leaves(robin: Visitor, say: Say) -> None:
    """A friend opens the link of a message on his own phone and asks to be left out."""
    friend = _open_cards(robin.open("/list"))[0]
    link = _friend_link(robin.open(f"/friends/{friend}/write"))
    with Visitor(robin.base_url) as stranger:
        page = stranger.open(link).needs(f"{_NAME} thought of you", "Voting near you")
        receipt = stranger.press(page, page.forms[0].action, ("answer", "left"))
        receipt.needs("You are left out", "Receipt", "Reference")
    if friend in robin.open("/list").cards:
        raise missing("/list", "the effect of “leave me out”")
    say("A friend said “leave me out”: a receipt for him, and the card is gone")


def _open_cards(page: Page) -> list[str]:
    """The cards that can still be written to."""
    return [card for card in page.cards if any(f"/friends/{card}/write" in link for link in page.links)]


def _read_my_data(robin: Visitor, brought: int, say: Say) -> None:
    robin.open("/my-data").needs(_NAME, "What you agreed to, and when", "Download everything")
    held = robin.json("/my-data/download")
    if held.get("name") != _NAME or len(held.get("friends", ())) != brought or len(held.get("consent", ())) < 4:
        raise missing("/my-data/download", "what she brought")
    say(f"Downloaded everything held of her: {brought} friends, her choices, her reports")


def _look_around(organizer: Visitor, say: Say) -> None:
    organizer.open("/desk").needs("What needs you", "extra vote")
    reach = organizer.open("/desk/reach").needs("Circles of friends", "Where one more supporter helps most")
    if not reach.drawings or len(reach.rows) < 3:
        raise missing(reach.label, "the picture and its table")
    organizer.open("/desk/reach.svg")
    organizer.open("/desk/truth").needs("the right one", "The mistakes", "Knowing everything")
    say("Read the desk: reach as a picture and a table, shared asks, the truth")


def _leave(robin: Visitor, brought: int, say: Say) -> None:
    friend = _open_cards(robin.open("/list"))[0]
    link = _friend_link(robin.open(f"/friends/{friend}/write"))
    page = robin.open("/my-data/delete").needs("This cannot be undone")
    receipt = robin.send(page, page.form("/my-data/delete")).needs("Everything is deleted", f"Friends {brought:,}")
    for address, expected in (("/list", 403), (link, 404)):
        if robin.status(address) != expected:
            raise missing(receipt.label, f"the end of what she had: it answered other than {expected}, so it")
    say("Deleted everything, with a receipt; her links are dead")
