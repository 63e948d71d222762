"""The invented town: the same town from the same seed, as hard as life, and honest about its truth."""

import csv
import io
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.town import Kind, Town, TownShape, make_town, write_town
from app.town.entries import Provider
from app.town.register_file import VOTER_COLUMNS
from app.town.shape import NEVER_ASSIGNED_EXCHANGES
from app.town.truth import true_contacts, true_edges
from app.town.turnout import elections_before
from app.town.voter_files import HISTORY_COLUMNS
from graph.errors import InputError
from graph.model import SourceKind
from oauth.readers.reading import read_contacts

ELECTION, SNAPSHOT = date(2026, 12, 15), date(2026, 11, 30)


def small_town(seed: int = 7) -> Town:
    return make_town(seed, voters=2_000, supporters=16, election=ELECTION, as_of=SNAPSHOT)


@cache
def alderford() -> Town:
    """A town shared by the tests that only look."""
    return make_town(3, voters=6_000, supporters=24, election=ELECTION, as_of=SNAPSHOT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("alderford")
    write_town(alderford(), made)
    return made


def register_of(folder: Path) -> pd.DataFrame:
    path = folder / "public" / "ncvoter_synth.txt"
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, encoding="latin-1")


def history_of(folder: Path) -> pd.DataFrame:
    path = folder / "public" / "ncvhis_synth.txt"
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, encoding="latin-1")


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(tmp_path: Path):
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        write_town(small_town(seed), tmp_path / name)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "again")
    assert files_of(tmp_path / "one")["public/supporters.csv"] != files_of(tmp_path / "other")["public/supporters.csv"]


def test_two_towns_are_never_mixed_in_one_folder(folder: Path):
    with pytest.raises(InputError, match="a town already"):
        write_town(alderford(), folder)


def test_the_register_has_the_states_layout(folder: Path):
    register = register_of(folder)
    assert tuple(register.columns) == VOTER_COLUMNS
    assert len(VOTER_COLUMNS) == 67
    assert len(register) == 6_000 + len(alderford().register.old.person)
    assert register.ncid.is_unique
    assert register.voter_reg_num.is_unique
    assert set(register.status_cd) == {"A", "I", "R", "D"}
    assert 0 < (register.confidential_ind == "Y").sum() < 60
    assert 0 < (register.registr_dt == "##/##/####").sum() < 60
    assert tuple(history_of(folder).columns) == HISTORY_COLUMNS


def test_every_phone_is_in_an_exchange_that_is_never_assigned_and_every_mail_in_example(folder: Path):
    exchanges = {str(exchange) for exchange in NEVER_ASSIGNED_EXCHANGES}
    append = pd.read_csv(folder / "public" / "voter_append.csv", dtype=str, keep_default_na=False)
    numbers = [*register_of(folder).full_phone_number, *append.cell_phone]
    assert {number[3:6] for number in numbers if number} <= exchanges
    assert all(email.endswith(".example") for email in append.email if email)
    for record in records_of(folder):
        digits = ["".join(filter(str.isdecimal, phone))[-7:-4] for phone in record.phones]
        assert set(digits) <= exchanges
        assert all(email.endswith(".example") for email in record.emails)


def records_of(folder: Path):
    for path in sorted((folder / "public" / "contacts").iterdir()):
        yield from read_contacts(path.read_bytes(), source=path.name).records


def test_every_format_is_there_and_holds_as_many_entries_as_the_truth_says(folder: Path):
    truth = pd.read_parquet(folder / "truth" / "truth_contacts.parquet").groupby("file")["index"]
    kinds = set()
    for path in (folder / "public" / "contacts").iterdir():
        contact_file = read_contacts(path.read_bytes(), source=path.name)
        kinds.add(contact_file.kind)
        assert contact_file.entries == truth.size()[path.name] == truth.max()[path.name] + 1
        assert not contact_file.left_out
    assert kinds == {
        SourceKind(kind) for kind in SourceKind if kind is not getattr(SourceKind, "MICROSOFT_GRAPH", None)
    }


def test_supporters_name_their_files(folder: Path):
    rows = list(csv.DictReader(io.StringIO((folder / "public" / "supporters.csv").read_text())))
    assert [row["supporter_id"] for row in rows] == [f"S{number:05d}" for number in range(1, 25)]
    named = [name for row in rows for name in row["files"].split(";")]
    assert sorted(named) == sorted(path.name for path in (folder / "public" / "contacts").iterdir())
    assert rows[0]["providers"].split(";")[0] == Provider.GOOGLE


def test_nobody_votes_before_registering_or_before_the_age_of_eighteen(folder: Path):
    town = alderford()
    for past in town.turnout.past:
        assert (town.register.eligible_from[past.voted] < past.day.toordinal()).all()
        assert (town.people.age_on(past.day)[past.voted] >= 18).all()
    assert (town.people.age_on(SNAPSHOT) >= 18).all()
    assert set(history_of(folder).ncid) <= set(register_of(folder).ncid)


def test_about_two_votes_in_a_hundred_stand_in_the_history_twice_under_other_words(folder: Path):
    history = history_of(folder)
    twice = history[history.duplicated(["ncid", "election_lbl"])]
    assert 0.01 < len(twice) / len(history) < 0.03
    assert set(twice.voting_method) & {"ELECTION DAY", "EARLY VOTING IN-PERSON"}


def test_more_people_vote_for_a_president_than_for_a_council():
    turnout = alderford().turnout
    mean = {
        kind: np.mean([len(past.voted) for past in turnout.past if past.kind == kind])
        for kind in {past.kind for past in turnout.past}
    }
    assert mean["presidential"] > mean["midterm"] > mean["primary"] > mean["municipal"]


def test_elections_fall_on_the_tuesday_after_the_first_monday():
    days = dict(elections_before(date(2026, 12, 1), 10))
    assert {date(2016, 12, 1) < day for day in days} == {True}
    assert [day for day in days if day.year == 2024] == [date(2024, 3, 5), date(2024, 11, 5)]
    assert date(2026, 11, 3) in days
    assert date(2021, 11, 2) in days


def test_those_who_wait_have_no_ballot_and_those_who_voted_cannot_be_moved(folder: Path):
    edges = pd.read_parquet(folder / "truth" / "truth_edges.parquet")
    voted = edges[edges.already_voted]
    assert len(voted) > 0
    assert (voted.tau == 0).all()
    ballots = pd.read_csv(folder / "public" / f"absentee_{ELECTION:%Y%m%d}.csv", dtype=str)
    assert set(ballots.ballot_rtn_status) > {"ACCEPTED"}
    assert pd.to_datetime(ballots.ballot_rtn_dt).max() <= pd.Timestamp(SNAPSHOT)
    accepted = set(ballots.ncid[ballots.ballot_rtn_status == "ACCEPTED"])
    truth = pd.read_parquet(folder / "truth" / "truth_voters.parquet")
    assert set(truth.ncid[truth.already_voted]) == accepted


def test_asking_helps_on_the_whole_and_nobody_who_is_removed():
    edges = true_edges(alderford())
    assert edges.tau.mean() > 0.005
    assert (edges.p1[edges.p0 == 0] == 0).all()
    assert edges.p0.between(0, 1).all()
    assert not edges.duplicated(["supporter_id", "ncid"]).any()


def test_households_share_an_address_and_mostly_a_name():
    people = alderford().people
    pairs = [(a, b) for a, b in pairwise(range(len(people))) if people.household[a] == people.household[b]]
    same = np.mean([people.family[a] == people.family[b] for a, b in pairs])
    assert 0.5 < same < 0.9
    names = Counter(zip(people.given.tolist(), people.family.tolist(), strict=True))
    assert max(names.values()) > 1


def test_books_hold_who_is_in_the_file_and_who_is_not_and_the_many_ways_to_write_a_name():
    truth = true_contacts(alderford())
    shares = truth.kind.value_counts(normalize=True)
    assert 0.2 < shares[Kind.VOTER] < 0.5
    assert set(shares.index) == {kind.value for kind in Kind}
    styles = set(truth.name_style.str.partition("+")[0])
    assert {"full", "nick_last", "first_only", "context", "couple", "emoji", "kin", "last_first", "no_name"} <= styles
    for mark in ("typo", "maiden", "halfsurname", "twosurnames"):
        assert truth.name_style.str.contains(mark).any()
    assert truth.is_duplicate.any()
    assert (truth[truth.kind == Kind.VOTER].ncid != "").all()
    assert truth[truth.kind == Kind.VOTER].groupby("ncid").supporter_id.nunique().max() > 1


def test_close_friends_are_starred_more_often():
    starred = [
        kept.known.strength
        for owner in alderford().supporters
        for book in owner.books
        for kept in book.kept
        if kept.entry.is_starred
    ]
    strengths = [kept.known.strength for owner in alderford().supporters for book in owner.books for kept in book.kept]
    assert np.mean(starred) > np.mean(strengths) + 0.1


def test_a_shape_can_be_changed_and_the_impossible_is_refused():
    plain = TownShape(typo_share=0.0, maiden_share=0.0, double_registration_share=0.0)
    town = make_town(1, voters=600, supporters=5, election=ELECTION, as_of=SNAPSHOT, shape=plain)
    assert not true_contacts(town).name_style.str.contains("typo|maiden").any()
    assert len(town.register.old.person) == 0
    for voters, supporters, as_of in (
        (100, 1, SNAPSHOT),
        (600, 61, SNAPSHOT),
        (600, 0, SNAPSHOT),
        (600, 5, date(2027, 1, 1)),
    ):
        with pytest.raises(ValueError, match=r"voters|snapshot"):
            make_town(1, voters=voters, supporters=supporters, election=ELECTION, as_of=as_of)
