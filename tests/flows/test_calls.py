"""The call of the next day: Kim joins and may be called; Jo leads her neighborhood; nobody is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from lived_in import ADDRESS, NOW, browser_of, form_token

from app import journey
from app.house import House
from app.main import create_app
from app.voter_file import turnout_of, voters_of
from app.web.sign_in_links import make_link
from graph.errors import InputError, NotFoundError
from graph.model import AskKind, BallotStatus, SupporterId
from graph.voters import Ballots
from oauth.suppression import suppress
from prioritization.calls import Blocked


def join(house: House, name: str, *, may_call: bool = True, phone: str = "(919) 555-0109", postal_code: str = "99501"):
    return journey.start_supporter(
        house, name, email="", postal_code=postal_code, phone=phone, may_call=may_call
    )  # fmt: skip


def open_calls(house: House) -> dict[str, list[str]]:
    desk = journey.call_desk(house, seen_by="organizer")
    return {queue.leader: [call.name for call in queue.lines] for queue in desk.queues}


def later(house: House, days: int) -> House:
    return replace(house, clock=lambda: NOW + timedelta(days=days))


@pytest.fixture
def desk(house: House) -> TestClient:
    """An organizer's browser, signed in."""
    token = make_link(
        house.records,
        supporter_id=SupporterId("user:maria"),
        role="organizer",
        now=NOW,
        expires=NOW + timedelta(days=1),
    )
    browser = TestClient(create_app(house, with_worker=False), base_url=ADDRESS)
    browser.get(f"/enter/{token}")
    return browser


def test_kim_is_on_the_list_of_the_leader_of_her_neighborhood_until_she_was_called(house):
    jo, kim = join(house, "Jo Becker", may_call=False), join(house, "Kim Osei")
    assert open_calls(house) == {"": ["Kim Osei"]}
    journey.set_leader(house, jo, "99501, 99502")
    assert open_calls(house) == {"Jo Becker": ["Kim Osei"]}
    journey.note_called(house, kim)
    assert open_calls(house) == {}


def test_a_call_that_nobody_makes_becomes_the_organizers(house):
    jo = join(house, "Jo Becker", may_call=False)
    journey.set_leader(house, jo, "")
    join(house, "Kim Osei")
    assert open_calls(later(house, 3)) == {"Jo Becker": ["Kim Osei"]}
    assert open_calls(later(house, 4)) == {"": ["Kim Osei"]}


def test_who_did_not_agree_or_left_no_number_is_never_called(house):
    join(house, "Kim Osei", may_call=False)
    join(house, "Lee Ng", phone="")
    assert open_calls(house) == {}


def test_who_leaves_takes_her_call_and_her_lead_along(house):
    jo, kim = join(house, "Jo Becker", may_call=False), join(house, "Kim Osei")
    journey.set_leader(house, jo, "99501")
    journey.withdraw(house, jo)
    assert open_calls(house) == {"": ["Kim Osei"]}
    journey.withdraw(house, kim)
    assert open_calls(house) == {}
    assert not journey.call_desk(house, seen_by="organizer").leaders


def test_a_zip_that_is_none_and_somebody_who_is_not_there_are_refused(house):
    jo = join(house, "Jo Becker")
    with pytest.raises(InputError):
        journey.set_leader(house, jo, "2770")
    with pytest.raises(NotFoundError):
        journey.set_leader(house, SupporterId("s-nobody"), "27701")
    with pytest.raises(NotFoundError):
        journey.note_called(house, SupporterId("s-nobody"))


def test_the_page_shows_and_takes_all_of_it(house, desk):
    jo = join(house, "Jo Becker", may_call=False)
    kim = join(house, "Kim Osei")
    page = desk.get("/desk/calls").text
    assert "Kim Osei" in page
    assert "(919) 555-0109" in page
    csrf = form_token(page)

    refused = desk.post("/desk/calls/leaders", data={"supporter": jo, "postal_codes": "12", "csrf": csrf})
    assert refused.status_code == 422
    assert "A ZIP code has five digits." in refused.text
    named = desk.post("/desk/calls/leaders", data={"supporter": jo, "postal_codes": "99501", "csrf": csrf})
    assert "Jo Becker" in named.text
    called = desk.post("/desk/calls/made", data={"supporter": kim, "csrf": csrf})
    assert "No call is open." in called.text
    gone = desk.post("/desk/calls/leaders/remove", data={"supporter": jo, "csrf": csrf})
    assert "Nobody leads yet" in gone.text


def test_the_page_and_its_forms_are_for_organizers_and_refuse_a_foreign_form(house, desk):
    kim = join(house, "Kim Osei")
    stranger = browser_of(house)
    assert stranger.get("/desk/calls").status_code == 403
    assert stranger.post("/desk/calls/made", data={"supporter": kim}).status_code == 403
    assert desk.post("/desk/calls/made", data={"supporter": kim, "csrf": "forged"}).status_code == 403
    assert open_calls(house) == {"": ["Kim Osei"]}


def test_seeing_a_number_is_written_into_the_audit(house):
    kim = join(house, "Kim Osei")
    journey.call_desk(house, seen_by="organizer")
    assert journey.my_data(house, kim, "en").names_seen_by_campaign == 1


# --- whom callers ring first --------------------------------------------------------------------------------------------


def test_callers_ring_voters_of_the_precinct_and_never_who_asked_to_be_left_out(house):
    columns = voters_of(house).columns
    precinct = columns.precinct[0]
    first = journey.ring_first(house, size=5, precincts={precinct})
    assert {line.precinct for line in first.lines} == {precinct}
    assert [line.persuasion for line in first.lines] == sorted((line.persuasion for line in first.lines), reverse=True)
    left = first.lines[0].voter
    suppress(house.install, house.vault, phones=(), emails=(), voters=(left,), at=NOW)
    again = journey.ring_first(house, size=5, precincts={precinct})
    assert left not in {line.voter for line in again.lines}
    assert len(again.lines) == 5
    assert again.blocked[Blocked.OPTED_OUT] == 1


def test_a_precinct_that_is_not_in_the_file_is_refused(house):
    with pytest.raises(InputError):
        journey.ring_first(house, size=5, precincts={"no such precinct"})


# --- ballots that came back and were not counted ------------------------------------------------------------------------


def with_ballots(house: House, statuses: dict[str, BallotStatus]) -> House:
    """The house after a ballot file told of these voters."""
    house.voters.put_ballots(Ballots(statuses, as_of=NOW.date()))
    return house


def test_a_ballot_to_check_is_its_leaders_call_and_nobody_elses_suggestion(house, desk):
    columns = voters_of(house).columns
    asks = [ask for supporter in house.graph.supporters() for ask in house.graph.asks_of(supporter.supporter_id)]
    friend = next(ask.voter for ask in asks if ask.kind is not AskKind.INVITE)
    with_ballots(house, {friend.voter_id: BallotStatus.NEEDS_CHECK, "NOBODY": BallotStatus.NEEDS_CHECK})
    journey.rank(house)
    assert friend not in {a.voter for s in house.graph.supporters() for a in house.graph.asks_of(s.supporter_id)}
    jo = join(house, "Jo Becker", may_call=False)
    journey.set_leader(house, jo, columns.postal_code[columns.row(friend)])
    page = desk.get("/desk/calls").text
    assert "One ballot needs a check" in page
    (line,) = journey.call_desk(house, seen_by="organizer").to_cure
    assert (line.voter_id, line.leader) == (friend.voter_id, "Jo Becker")
    found = journey.ring_first(house, size=50, ballots_to_check=True)
    assert [one.voter for one in found.lines] == [friend]
    suppress(house.install, house.vault, phones=(), emails=(), voters=(friend,), at=NOW)
    assert journey.call_desk(house, seen_by="organizer").to_cure == ()
    assert journey.ring_first(house, size=50, ballots_to_check=True).lines == ()


def test_a_ballot_file_told_again_counts_at_once_though_it_names_as_many(house):
    columns = voters_of(house).columns
    for row in (0, 1):
        with_ballots(house, {columns.ref(row).voter_id: BallotStatus.VOTED})
        assert turnout_of(house, columns).probability[row] == 1.0


def test_once_the_polls_have_closed_nobody_is_rung(house):
    over = later(house, 40)
    with pytest.raises(InputError, match="election is over"):
        journey.ring_first(over, size=5)
    with_ballots(over, {voters_of(over).columns.ref(0).voter_id: BallotStatus.NEEDS_CHECK})
    assert journey.call_desk(over, seen_by="organizer").to_cure == ()


def test_a_leader_may_have_precincts_as_the_voter_file_writes_them(house):
    jo, sam = join(house, "Jo Becker", may_call=False), join(house, "Sam Ortiz", may_call=False)
    columns = voters_of(house).columns
    precinct = next(name for name in columns.precinct.values if name)
    journey.set_leader(house, jo, f"{precinct.lower()}, 99501 99502")
    journey.set_leader(house, sam, "")
    (line, _) = sorted(journey.call_desk(house, seen_by="organizer").leaders, key=lambda leader: leader.name)
    assert (line.postal_codes, line.precincts) == (("99501", "99502"), (precinct,))
    row = int((columns.precinct.codes == columns.precinct.values.index(precinct)).nonzero()[0][0])
    with_ballots(house, {columns.ref(row).voter_id: BallotStatus.NEEDS_CHECK})
    assert {one.leader for one in journey.call_desk(house, seen_by="organizer").to_cure} <= {"Jo Becker"}
    with pytest.raises(InputError, match="no precinct"):
        journey.set_leader(house, jo, "nowhere at all")


@pytest.mark.parametrize(("hour", "is_quiet"), [(11, True), (12, False), (0, False), (2, True)])
def test_before_eight_and_after_nine_in_the_evening_there_nobody_is_to_be_rung(house, hour, is_quiet):
    then = replace(house, clock=lambda: NOW.replace(hour=hour))
    assert journey.call_desk(then, seen_by="organizer").is_quiet is is_quiet
