"""The current voter file of a house, opened once, and turnout for the coming election."""

from __future__ import annotations

import logging

from app.house import House
from app.run.support_file import with_support
from app.steps import Voters
from graph.errors import InputError, NotFoundError
from graph.voters import Ballots, VoterColumns
from matching.double_registrations import under_all_registrations
from prioritization.returned import turnout_now
from prioritization.turnout import TurnoutScores

_log = logging.getLogger(__name__)


def voters_of(house: House) -> Voters:
    """The current voter file with its index. Raises ``NotFoundError`` before the first import."""
    current = house.voters.current()
    if current is None:
        raise NotFoundError(
            "No voter file has been imported yet.", next_step="Run: kith voters import FILE --layout nc."
        )
    key, kept_in = house.vault.campaign_secret("voters"), house.voters.index_folder(current.generation_id)

    def say_why(error: InputError) -> None:
        _log.warning("voter file %s: %s; it is being built again", current.generation_id, error.happened)

    return house.memory.once(
        "voters",
        current.generation_id,
        lambda: Voters.of(_columns(house), key, kept_in=kept_in, tell=say_why),
    )


def _columns(house: House) -> VoterColumns:
    """The file's columns, with support as the campaign's own answers taught it where it has any."""
    columns = house.voters.columns()
    if house.support_levels is None:
        return columns
    return with_support(columns, house.support_levels, own_parties=house.campaign.supportive_parties)


def ballots_of(house: House) -> Ballots:
    """The ballots that came back, under every registration of whoever returned one: nobody is asked who voted under another."""
    current, ballots, voters = house.voters.current(), house.voters.ballots(), voters_of(house)
    version = (current and current.generation_id, _told(ballots))
    return house.memory.once(
        "ballots", version, lambda: under_all_registrations(ballots, voters.columns, voters.index.person)
    )


def turnout_of(house: House, columns: VoterColumns) -> TurnoutScores:
    """Turnout for the coming election, scored once a day and whenever other ballots are told, be they as many."""
    current, ballots = house.voters.current(), ballots_of(house)
    version = (current and current.generation_id, house.election.day, _told(ballots), house.today)
    return house.memory.once(
        "turnout", version, lambda: turnout_now(columns, house.election, as_of=house.today, ballots=ballots)
    )


def _told(ballots: Ballots) -> tuple[object, int]:
    """What tells one day's ballots from another's, be they as many."""
    return ballots.as_of, hash(frozenset(ballots.status.items()))
