"""What only an invented town can know: how right the links are, and what these asks are worth beside other lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.friends.circles import open_contact
from app.friends.ranking import listed
from app.friends.words import shown_name
from app.house import House
from app.steps import registered_name
from app.views.truth import Mistake, TownTruth
from app.voter_file import voters_of
from graph.model import Contact, Match, SupporterId, VoterRef
from graph.voters import VoterColumns
from prioritization.evaluate import compare

_MISTAKES_SHOWN = 12
_Place = tuple[str, int]
_Pair = tuple[SupporterId, VoterRef]


@dataclass(frozen=True, slots=True)
class Truth:
    """Who each contact is (by file and position; ``""`` for somebody who is not in the voter file), what each ask changes
    and how likely each voter is to vote, as the town was made.
    """

    voter_of: Mapping[_Place, str]
    effect: Mapping[tuple[str, str], float]
    turnout: Mapping[str, float]
    same_person: Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """Links counted against the truth."""

    contacts: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    mistakes: list[Mistake] = field(default_factory=list)


def read_truth(folder: Path) -> Truth:
    """The truth that was written beside an invented town."""
    import pandas as pd  # only a demo has a truth; every server would load it

    contacts = pd.read_parquet(folder / "truth_contacts.parquet", columns=["file", "index", "ncid"])
    edges = pd.read_parquet(folder / "truth_edges.parquet", columns=["supporter_id", "ncid", "tau"])
    voters = pd.read_parquet(folder / "truth_voters.parquet", columns=["ncid", "p0"])
    doubles = pd.read_csv(folder / "truth_duplicates.csv", dtype=str)
    return Truth(
        dict(zip(zip(contacts["file"], contacts["index"], strict=True), contacts["ncid"], strict=True)),
        dict(zip(zip(edges["supporter_id"], edges["ncid"], strict=True), map(float, edges["tau"]), strict=True)),
        dict(zip(voters["ncid"], map(float, voters["p0"]), strict=True)),
        dict(zip(doubles["ncid_duplicate"], doubles["ncid_person"], strict=True)),
    )


def town_truth(house: House) -> TownTruth | None:
    """Links and asks held against the truth; ``None`` outside the demo."""
    folder = house.demo_truth
    if folder is None:
        return None
    truth = house.memory.once("truth", folder, lambda: read_truth(folder))
    columns, tally = voters_of(house).columns, Tally()
    asks: list[_Pair] = []
    effect: dict[_Pair, float] = {}
    for supporter in house.graph.supporters():
        contacts = {contact.key: contact for contact in house.graph.contacts_of(supporter.supporter_id)}
        for match in house.graph.matches_of(supporter.supporter_id):
            _judge(tally, house, columns, supporter.display_name, contacts[match.contact_key], match, truth)
        asks += [(supporter.supporter_id, a.voter) for a in listed(house, supporter.supporter_id)]
        effect |= _effects(supporter.supporter_id, contacts.values(), columns.state, truth)
    turnout = {VoterRef(columns.state, voter_id): share for voter_id, share in truth.turnout.items()}
    worth = compare(asks, effect, turnout, asks_per_supporter=house.asks_per_supporter)
    mistakes = sorted(tally.mistakes, key=lambda mistake: (-mistake.match_probability, mistake.brought))
    return TownTruth(
        tally.contacts, tally.right + tally.wrong, tally.right, tally.wrong, tally.missed,
        worth.ours, worth.random, worth.lowest_first, worth.oracle, tuple(mistakes[:_MISTAKES_SHOWN]),
    )  # fmt: skip


def _judge(
    tally: Tally, house: House, columns: VoterColumns, owner: str, contact: Contact, match: Match, truth: Truth
) -> None:
    place = (contact.source, contact.position)
    if place not in truth.voter_of:
        return
    tally.contacts += 1
    truly = truth.voter_of[place]
    linked = match.voter.voter_id if match.voter else ""
    linked = truth.same_person.get(linked, linked)
    tally.missed += bool(truly and not linked)
    if not linked:
        return
    tally.right += linked == truly
    tally.wrong += linked != truly
    if linked != truly and match.voter is not None:
        really = registered_name(columns, VoterRef(columns.state, truly)) if truly else "somebody not on the list"
        tally.mistakes.append(
            Mistake(
                owner,
                shown_name(open_contact(house, contact)),
                registered_name(columns, match.voter),
                really,
                match.candidates[0].match_probability,
            )
        )


def _effects(supporter_id: SupporterId, contacts: Iterable[Contact], state: str, truth: Truth) -> dict[_Pair, float]:
    """What an ask of hers changes, for each friend in her files; the file's name begins with her name in the town."""
    effects: dict[_Pair, float] = {}
    for contact in contacts:
        voter_id = truth.voter_of.get((contact.source, contact.position), "")
        gain = truth.effect.get((contact.source.split(".", 1)[0], voter_id))
        if gain is not None:
            effects[supporter_id, VoterRef(state, voter_id)] = gain
    return effects
