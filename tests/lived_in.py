"""A small town somebody has moved into: its house over the real stores, and people who join it by name.

The town is invented once and copied for each test, so that no test sees another's people.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from fastapi.testclient import TestClient

from app import journey
from app.demo.seed import DemoTown, build_town, move_in
from app.house import House
from app.jobs import JobResult, JobState, run_until_idle
from app.main import create_app
from app.memory import Made, Memory
from app.settings import Settings
from app.voter_file import voters_of
from app.wiring import Clock, open_house
from app.work import handlers
from graph.model import ContactKey, ContactRecord, Place, Purpose, SourceKind, SupporterId, VoterRef
from graph.voters import RegistrationStatus
from oauth.providers.base import Provider

ADDRESS = "http://127.0.0.1:8000"
NOW = datetime(2026, 10, 13, 15, tzinfo=UTC)
ALL = frozenset(Purpose)


class Shared(Memory):
    """A house's memory that takes turnout from whichever copy of the town scored it: its version names all that it is made from."""

    def __init__(self, made: dict[tuple[str, object], object]) -> None:
        super().__init__()
        self._made = made

    def once(self, name: str, version: object, make: Callable[[], Made]) -> Made:
        if name != "turnout":
            return super().once(name, version, make)
        if (name, version) not in self._made:
            self._made[name, version] = make()
        return cast("Made", self._made[name, version])


@dataclass(frozen=True)
class Built:
    """The town on disk with the data folder that its house left, and what its copies have worked out so far."""

    folder: Path
    town: DemoTown
    made: dict[tuple[str, object], object] = field(default_factory=dict)


def build(folder: Path) -> Built:
    """Invent the town, move everybody in, close the stores."""
    town = build_town(folder / "town", NOW.date(), say=lambda _: None, voters=2_000, supporters=14)
    house = house_at(folder / "data", town)
    move_in(house, town, say=lambda _: None)
    _let_most_leave(house)
    for store in (house.graph, house.records, house.install):
        store.close()
    return Built(folder, town)


def _let_most_leave(house: House, *, stay: int = 4) -> None:
    """Keep a few residents of middling circles: what the others taught the matcher stays, and every test is quick."""
    by_circle = sorted(house.graph.supporters(), key=lambda s: len(house.graph.contacts_of(s.supporter_id)))
    keep = {resident.supporter_id for resident in by_circle[2 : 2 + stay]}
    for resident in by_circle:
        if resident.supporter_id not in keep:
            journey.withdraw(house, resident.supporter_id)
    work(house)


def copy_of(
    built: Built, folder: Path, *, providers: Sequence[Provider] = (), base_url: str = ADDRESS, **changed: str
) -> House:
    """The same house again, in a folder of its own; ``changed`` are settings of this copy."""
    shutil.copytree(built.folder / "data", folder / "data")
    house = house_at(folder / "data", built.town, providers=providers, base_url=base_url, **changed)
    return replace(house, memory=Shared(built.made))


def house_at(
    data: Path,
    town: DemoTown,
    *,
    providers: Sequence[Provider] = (),
    base_url: str = ADDRESS,
    clock: Clock = lambda: NOW,
    **changed: str,
) -> House:
    """The house over a data folder. Nothing is left to chance unless a test asks for it: supporters' ids are new each time."""
    settings = Settings(
        data=data,
        base_url=base_url,
        campaign="rivera",
        campaign_name="Rivera for Council",
        candidate="Elena Rivera",
        office="runs for city council",
        disclaimer="Paid for by Rivera for Council.",
        privacy_contact="privacy@rivera.example",
        election=town.election.day,
        **{"explore": "0", **changed},
    )
    return open_house(settings, clock=clock, providers=providers, election=town.election)


@dataclass(frozen=True)
class Neighbor:
    """A registered voter whom a new supporter may know, as she would write him down."""

    ref: VoterRef
    given: str
    family: str
    city: str
    postal_code: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.given} {self.family}"


def neighbors(house: House, count: int) -> list[Neighbor]:
    """Active voters of one town whose name nobody shares, whom no resident knows and who have not voted yet."""
    columns = voters_of(house).columns
    names = Counter((columns.first_name[row], columns.last_name[row]) for row in range(len(columns)))
    known, voted = {edge.voter for edge in house.graph.edges()}, house.voters.ballots().status
    town = columns.city[0]
    found = []
    for row in range(len(columns)):
        ref, name = columns.ref(row), (columns.first_name[row], columns.last_name[row])
        is_free = names[name] == 1 and ref not in known and ref.voter_id not in voted
        if is_free and columns.status[row] == RegistrationStatus.ACTIVE and columns.city[row] == town:
            given, family = (part.title() for part in name)
            found.append(Neighbor(ref, given, family, town.title(), columns.postal_code[row]))
    return found[:count]


def card(who: Neighbor, position: int = 0, *, phone: str = "", email: str = "", spelled: str = "") -> ContactRecord:
    """Somebody in an address book."""
    return ContactRecord(
        "ana.vcf",
        position,
        SourceKind.VCARD,
        display_name=spelled or who.name,
        given_name="" if spelled else who.given,
        family_name="" if spelled else who.family,
        phones=(phone,) if phone else (),
        emails=(email,) if email else (),
        places=(Place(city=who.city, region="NC", postal_code=who.postal_code),),
    )


def phone(number: int) -> str:
    """A number of an exchange that is never assigned."""
    return f"(919) 211-{number:04d}"


def join(house: House, name: str, *, agrees: Iterable[Purpose] = ALL, near: Neighbor | None = None) -> SupporterId:
    """Somebody starts and makes her choices."""
    postal_code = near.postal_code if near else ""
    who = journey.start_supporter(house, name, email="", postal_code=postal_code, phone="", may_call=False)
    chosen = frozenset(agrees)
    journey.agree(house, who, {purpose: purpose in chosen for purpose in Purpose}, "en")
    return who


def work(house: House) -> list[JobResult]:
    """Do what is due; every job must succeed."""
    results = run_until_idle(house.records, handlers(house), worker="test", now=house.clock())
    assert {result.state for result in results} <= {JobState.DONE}, results
    return results


def key_of(house: House, who: SupporterId, name: str) -> ContactKey:
    """The key of the friend that she wrote down under a name."""
    return next(friend.key for friend in journey.all_friends(house, who, "en") if friend.name == name)


def listed_names(house: House, who: SupporterId) -> list[str]:
    """The friends on her list that can still be written to, in order."""
    return [shown.name for shown in journey.supporter_list(house, who, "en").open_cards]


def browser_of(house: House) -> TestClient:
    """A browser of its own, with no cookies yet."""
    return TestClient(create_app(house, with_worker=False), base_url=house.base_url)


def form_token(text: str) -> str:
    """The form token of a page."""
    return re.findall(r'name="csrf" value="([^"]*)"', text)[0]


def post(browser: TestClient, path: str, at: str, **fields: object):
    """Send a form as the page ``at`` would."""
    return browser.post(path, data={"csrf": form_token(browser.get(at).text), **fields})
