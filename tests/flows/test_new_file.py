"""What a new voter file changed, on the desk: counts for all, names of shared ties for organizers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from fastapi.testclient import TestClient
from lived_in import Built, browser_of, card, copy_of, join, key_of, neighbors, work

from app import journey
from app.house import House
from app.renewal import LINKS_BEFORE, forget_links, renew_house
from app.roles import Role
from app.voter_file import voters_of
from app.web.sessions import new_session
from graph.model import Candidate, Match, MatchStatus, Outcome, SupporterId, VoterRef
from graph.voters import RegistrationStatus, VoterColumns
from oauth.audit import acts


class Renewal(NamedTuple):
    """Ana, and four of her friends by what becomes of them: told of and gone, gone, told of and taken off, told of."""

    ana: SupporterId
    told_gone: str
    gone: str
    told_removed: str
    told_same: str


def at_desk(house: House, role: Role) -> TestClient:
    """Somebody of the desk."""
    browser: TestClient = browser_of(house)
    session = new_session(house.records, now=house.clock(), supporter_id=SupporterId("user:kim"), role=role)
    browser.cookies.set("kith_session", session.id)
    return browser


def new_file(columns: VoterColumns, *, without: Sequence[VoterRef], removed: Sequence[VoterRef]) -> VoterColumns:
    """The file with strangers in the place of some voters, and others marked as removed."""
    gone, out = (sorted(row for ref in refs if (row := columns.row(ref)) is not None) for refs in (without, removed))
    ids = np.array([name + b"x" if row in gone else name for row, name in enumerate(columns.voter_ids)])
    names = replace(columns.first_name, codes=columns.first_name.codes.copy())
    names.codes[gone] = (names.codes[gone] + len(names.values) // 2) % len(names.values)
    status = columns.status.copy()
    status[out] = RegistrationStatus.REMOVED
    return replace(columns, voter_ids=ids, first_name=names, status=status)


@pytest.fixture(scope="module")
def seen(built: Built, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of this file's own, for the tests that only look."""
    return copy_of(built, tmp_path_factory.mktemp("new_file"))


@pytest.fixture(scope="module")
def renewal(seen: House) -> Renewal:
    """The new file came, and her friends were looked for again."""
    renewal = renewed(seen)
    assert "not finished" in at_desk(seen, Role.ORGANIZER).get("/desk/new-file").text
    work(seen)
    return renewal


def renewed(house: House) -> Renewal:
    """Ana knows 30; in the new file twelve of them are gone and one is marked as removed. Nobody looked again yet."""
    for resident in house.graph.supporters():
        journey.withdraw(house, resident.supporter_id)
    known = neighbors(house, 30)
    ana = join(house, "Ana Whitfield", near=known[0])
    journey.bring(house, ana, [card(one, at) for at, one in enumerate(known)])
    work(house)
    linked = {match.voter: match for match in house.graph.matches_of(ana) if match.voter}
    found = [one for one in known if one.ref in linked]
    kept = [found[0], found[12], found[13]]
    for one in kept:
        journey.report(house, ana, key_of(house, ana, one.name), Outcome.TALKED, True)
    confirm(house, ana, linked[found[13].ref])
    before = voters_of(house).columns
    after = new_file(before, without=[one.ref for one in found[:12]], removed=[found[12].ref])
    generation = house.voters.build(after, layout="nc", created_from={"voters": "newer"})
    house.voters.switch(generation.generation_id)
    renew_house(house, before, house.voters.columns())
    return Renewal(ana, *(one.name for one in (found[0], found[1], found[12], found[13])))


def confirm(house: House, who: SupporterId, match: Match) -> None:
    """She said that it is he."""
    assert match.voter is not None
    house.graph.put_matches(
        who, [replace(match, status=MatchStatus.CONFIRMED, candidates=(Candidate(match.voter, 1.0),))]
    )


def counts_of(house: House) -> dict[str, int | None]:
    told = journey.what_changed(house, with_names=False)
    assert told is not None
    return {line.label: line.count for line in (*told.whole_file, *told.confirmed, *told.found)}


def test_an_organizer_reads_counts_and_only_the_names_that_were_told(seen: House, renewal: Renewal) -> None:
    text = at_desk(seen, Role.ORGANIZER).get("/desk/new-file").text
    assert "not finished" not in text
    assert renewal.told_gone in text
    assert renewal.told_removed in text
    assert renewal.gone not in text
    assert renewal.told_same not in text
    counts = counts_of(seen)
    assert counts["no longer on the list"] == 12
    assert counts["No longer on the list"] == counts["New on the list"] == 12
    assert counts["Newly marked as removed or denied"] == 1
    assert (counts["still the same voter"] or 0) >= 10
    hidden = ("stand as they were", "marked as removed from the list", "another voter than before")
    assert [counts[label] for label in hidden] == [None, None, None]
    assert "/desk/new-file" in at_desk(seen, Role.ORGANIZER).get("/desk").text


def test_a_look_at_names_is_written_down_for_her_to_read(seen: House, renewal: Renewal) -> None:
    before = len(looks(seen, renewal))
    at_desk(seen, Role.OWNER).get("/desk/new-file")
    names = (renewal.told_gone, renewal.told_removed)
    assert set(looks(seen, renewal)[before:]) == {key_of(seen, renewal.ana, name) for name in names}


def test_a_data_admin_reads_the_counts_and_nobodys_name(seen: House, renewal: Renewal) -> None:
    before = looks(seen, renewal)
    text = at_desk(seen, Role.DATA_ADMIN).get("/desk/new-file").text
    assert "Names are for organizers" in text
    assert not [name for name in renewal[1:] if name in text]
    assert looks(seen, renewal) == before


def looks(house: House, renewal: Renewal) -> list[str]:
    """Whose names of Ana's friends the page has shown."""
    return [one.whom for one in acts(house.records) if (one.what, one.of) == ("new_file", renewal.ana)]


def test_what_was_kept_of_links_goes_with_the_contacts_and_with_her(house: House) -> None:
    renewal = renewed(house)
    key = key_of(house, renewal.ana, renewal.gone)
    house.graph.remove_contacts(renewal.ana, [key])
    assert (forget_links(house), forget_links(house)) == (1, 0)
    assert key not in str(house.records.get(LINKS_BEFORE, renewal.ana))
    assert "links" not in str(journey.export_my_data(house, renewal.ana).get("links_before", ""))
    journey.withdraw(house, renewal.ana)
    assert house.records.get(LINKS_BEFORE, renewal.ana) is None
