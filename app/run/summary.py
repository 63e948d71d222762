"""summary.json: counts at each step that add up, and what was left out and why.

read      = unusable + not_a_person + person
person    = matched + unsure + no_match
read - unusable = asked + everything in left_out
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from app.run.circles import ContactsRead
from app.steps import may
from graph.model import Election, Match, MatchStatus, Purpose, Supporter, SupporterId
from oauth.readers.contact_file import LeftOut
from prioritization.effect import EffectModel
from prioritization.elections import in_table
from prioritization.holdouts import HoldoutReport
from prioritization.plan import Plan
from prioritization.turnout import TurnoutReport

_NOT_A_PERSON = "not a person"
_TURNOUT_WORDS = {
    "learned": "earlier elections of the file",
    "vendor": "the vendor's score",
    "prior": "age and the kind of election alone: the file has too little history",
}
_ANOTHER_CARD = "another card of the same friend"
_STANDING = {
    MatchStatus.AUTO: "matched",
    MatchStatus.CONFIRMED: "matched",
    MatchStatus.UNSURE: "unsure",
    MatchStatus.NO_MATCH: "no_match",
    MatchStatus.REJECTED: "no_match",
}


def summary_of(
    read: ContactsRead,
    matches: Mapping[SupporterId, Sequence[Match]],
    plan: Plan,
    *,
    effect: EffectModel,
    election: Election,
    turnout: TurnoutReport,
    holdout: HoldoutReport,
    as_of: date,
    voter_file: Mapping[str, Any],
    ballots: Mapping[str, Any],
) -> dict[str, Any]:
    """The summary: nothing in it names a person."""
    supporters = [circle.supporter for circle in read.circles]
    return {
        "election": election.day.isoformat(),
        "election_dates": "from the table of elections"
        if in_table(election)
        else "not in the table: only the day is known",
        "as_of": as_of.isoformat(),
        "consent": _consent(supporters),
        "voters": voter_file["counts"]["voters"]["kept"],
        "supporters": len(supporters),
        "supporters_without_contacts": sum(not circle.contacts for circle in read.circles),
        **_entries(read, matches),
        **_asks(plan),
        "effect": _effect(effect),
        "turnout": _turnout(turnout),
        "holdout": _holdout(holdout),
        **_reasons(read, matches, plan),
        "files_left_out": [asdict(file) for file in read.files_left_out],
        "files_of_nobody": read.files_of_nobody,
        "voter_file": dict(voter_file),
        "ballot_file": dict(ballots),
    }


def _entries(read: ContactsRead, matches: Mapping[SupporterId, Sequence[Match]]) -> dict[str, int]:
    standing = Counter(_standing(match) for each in matches.values() for match in each)
    return {
        "read": read.entries,
        "unusable": len(_unusable(read)),
        "not_a_person": standing[_NOT_A_PERSON],
        "person": standing.total() - standing[_NOT_A_PERSON],
        "matched": standing["matched"],
        "unsure": standing["unsure"],
        "no_match": standing["no_match"],
    }


def _unusable(read: ContactsRead) -> list[LeftOut]:
    return [entry for each in read.unusable for entries in each.values() for entry in entries]


def _asks(plan: Plan) -> dict[str, float]:
    asks = [ask for hers in plan.asks.values() for ask in hers]
    return {
        "asked": len(asks),
        "asked_by_chance": sum("by_chance" in ask.factors for ask in asks),
        "expected_votes": round(plan.expected_votes, 4),
    }


def _effect(effect: EffectModel) -> dict[str, Any]:
    return {
        "shift": round(effect.shift, 4),
        "deviation": round(effect.shift_deviation, 4),
        "signs_learned": {name: round(change, 3) for name, change in effect.change_of_sign.items()},
        "source": effect.learned_from or "assumed from published trials",
    }


def _turnout(told: TurnoutReport) -> dict[str, Any]:
    return {
        "made_from": _TURNOUT_WORDS[told.method],
        "learned_from": [day.isoformat() for day in told.learned_from],
        "mean": round(told.mean_probability, 4),
    }


def _reasons(
    read: ContactsRead, matches: Mapping[SupporterId, Sequence[Match]], plan: Plan
) -> dict[str, dict[str, int]]:
    """Why entries are not asked, not read, not found: counts of each reason."""
    unfound = (m.reason for each in matches.values() for m in each if _standing(m) == "no_match")
    return {
        "left_out": _counted({**plan.left_out, _ANOTHER_CARD: _further_cards(matches)}),
        "unusable_reasons": _counted(Counter(entry.reason for entry in _unusable(read))),
        "no_match_reasons": _counted(Counter(unfound)),
    }


def _holdout(told: HoldoutReport) -> dict[str, Any]:
    """The salt makes it repeatable: whoever knows it and the file knows who is held out."""
    return {
        "share": told.share,
        "salt": told.salt,
        "matched_voters": told.people,
        "held_out": told.held_out,
        "voters_needed": told.needed,
        "verdict": told.verdict,
        "balance": [
            {
                "of": line.name,
                "held_out": round(line.held_out, 3),
                "others": round(line.others, 3),
                "gap": round(line.gap, 3),
            }
            for line in told.balance
        ],
    }


def _consent(supporters: Iterable[Supporter]) -> str | dict[str, int]:
    """Who declared it: the operator, or each supporter by the purposes column, counted by purpose."""
    supporters = list(supporters)
    if all(supporter.purposes is None for supporter in supporters):
        return "declared by the operator"
    return {str(purpose): sum(may(supporter, purpose) for supporter in supporters) for purpose in Purpose}


def _standing(match: Match) -> str:
    if match.status is MatchStatus.NO_MATCH and match.reason == _NOT_A_PERSON:
        return _NOT_A_PERSON
    return _STANDING[match.status]


def _further_cards(matches: Mapping[SupporterId, Sequence[Match]]) -> int:
    """How many contacts are one more card of somebody the same supporter has already."""
    linked = [
        (supporter, match.candidates[0].voter)
        for supporter, each in matches.items()
        for match in each
        if match.candidates and match.status is not MatchStatus.REJECTED
    ]
    return len(linked) - len(set(linked))


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}
