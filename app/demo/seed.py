"""The invented town, laid into a house: its voter file imported, its supporters' friends brought, matched and ranked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from app.demo.provider import DemoAccount
from app.friends.circles import open_circles, seal_contacts
from app.friends.finding import match_all
from app.friends.ranking import rank
from app.house import House
from app.organizing.layouts import count_places, draw_circles
from app.run.inputs import read_supporters
from app.town.files import write_town
from app.town.town import Town, make_town
from graph.model import Election, Event, Outcome, Purpose, Supporter
from matching.voterfile.ballots import read_ballots
from matching.voterfile.reader import read_voters
from oauth.consent import record_choices
from oauth.readers.documents import read_documents
from oauth.readers.reading import read_contacts
from prioritization.elections import local_day

DEMO_SEED = 2012
WEEKS_TO_ELECTION = 3
_ACCOUNTS = 4
"""Supporters of the town who have not come yet: whoever tries the demo comes as one of them."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoTown:
    """The town on disk, its election, and the accounts at its provider."""

    folder: Path
    election: Election
    accounts: dict[str, DemoAccount]
    residents: tuple[Supporter, ...]


def build_town(folder: Path, today: date, *, say: Say, voters: int = 20_000, supporters: int = 40) -> DemoTown:
    """Invent the town and write its files."""
    say(f"Inventing a town of {voters:,} voters and {supporters} supporters")
    election_day = today + timedelta(weeks=WEEKS_TO_ELECTION)
    town = make_town(DEMO_SEED, election=election_day, as_of=today, voters=voters, supporters=supporters)
    write_town(town, folder)
    guests = _guests(town)
    accounts = {guest: _account(folder, guest) for guest in guests}
    residents = [s for s in read_supporters(folder / "public" / "supporters.csv") if s.supporter_id not in guests]
    return DemoTown(folder, demo_election(election_day), accounts, tuple(residents))


def today_in_town(now: datetime) -> date:
    """The day where the town is; elsewhere it may be the next one already."""
    return local_day(demo_election(now.date()), now)


def demo_election(day: date) -> Election:
    """The town's election table, with the dates that such an election has."""
    return Election(
        name="General election",
        day=day,
        state="NC",
        registration_deadline=day - timedelta(days=3),
        early_voting_starts=day - timedelta(days=25),
        early_voting_ends=day - timedelta(days=3),
        mail_ballot_due=day,
        polls_open="6:30 am",
        polls_close="7:30 pm",
        lookup_url="https://board-of-elections.example/lookup",
    )


def _guests(town: Town) -> tuple[str, ...]:
    """The last supporters whose whole address book is Google's; where no such one lives, those who have one of Google's."""
    books = {o.supporter_id: [book.file_name.endswith(".google.json") for book in o.books] for o in town.supporters}
    whole = [one for one, of_google in books.items() if of_google == [True]]
    return tuple((whole or [one for one, of_google in books.items() if any(of_google)])[-_ACCOUNTS:])


def _account(folder: Path, guest: str) -> DemoAccount:
    names = {s.supporter_id: s.display_name for s in read_supporters(folder / "public" / "supporters.csv")}
    book = folder / "public" / "contacts" / f"{guest}.google.json"
    pages = [json.dumps(page).encode() for page in read_documents(book.read_text(encoding="utf-8"), source=book.name)]
    return DemoAccount(next(name for known, name in names.items() if known == guest), pages)


def move_in(house: House, town: DemoTown, *, say: Say) -> None:
    """Import the voter file and bring everybody's friends, as the pages would have done over the last weeks."""
    _import_voters(house, town.folder / "public", say=say)
    say(f"Bringing the friends of {len(town.residents)} supporters")
    for number, supporter in enumerate(town.residents):
        _bring(
            house, supporter, town.folder / "public" / "contacts", came=house.clock() - timedelta(days=1 + number % 12)
        )
    say("Finding them on the list of voters")
    match_all(house, open_circles(house))
    say("Choosing whom to ask")
    rank(house)
    _live_a_little(house, town.residents)
    say("Drawing who knows whom")
    draw_circles(house)
    count_places(house)
    rank(house)  # once more: now it is known where one more supporter would help most


def _import_voters(house: House, public: Path, *, say: Say) -> None:
    say("Importing the voter file")
    columns, report = read_voters(
        public / "ncvoter_synth.txt",
        layout="nc",
        history=public / "ncvhis_synth.txt",
        append=public / "voter_append.csv",
        key=house.vault.campaign_secret("voters"),
        as_of=house.today,
    )
    generation = house.voters.build(columns, layout="nc", created_from=report.created_from)
    house.voters.switch(generation.generation_id)
    for path in sorted(public.glob("absentee_*.csv")):
        ballots, _ = read_ballots(path, election=house.election.day, known_ids=columns.voter_ids)
        house.voters.put_ballots(ballots)


def _bring(house: House, supporter: Supporter, contacts: Path, *, came: datetime) -> None:
    resident = Supporter(
        supporter.supporter_id,
        supporter.display_name,
        supporter.email,
        supporter.phone,
        supporter.postal_code,
        created_at=came,
    )
    house.graph.put_supporter(resident)
    choices = {Purpose.MATCH: True, Purpose.COORDINATE: True, Purpose.POOL: False, Purpose.SHARE_RESULTS: True}
    record_choices(house.records, supporter.supporter_id, choices, language="en", at=came, source="demo")
    records = [
        record
        for name in supporter.files
        for record in read_contacts((contacts / name).read_bytes(), source=name).records
    ]
    house.graph.put_contacts(supporter.supporter_id, seal_contacts(house, supporter.supporter_id, records))


def _live_a_little(house: House, residents: Sequence[Supporter]) -> None:
    """Two in three have written to a friend or two, some talked and shared it: the desk is not empty."""
    outcomes = (Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN)
    for number, supporter in enumerate(residents):
        if number % 3 == 0:
            continue
        for place, ask in enumerate(house.graph.asks_of(supporter.supporter_id)[: 1 + number % 3]):
            at = house.clock() - timedelta(hours=3 * number + place + 1)
            for outcome in outcomes[: 1 + (number + place) % 3]:
                house.graph.record_event(
                    Event(supporter.supporter_id, outcome, at, ask.contact_key, ask.voter, is_shared=number % 2 == 0)
                )
