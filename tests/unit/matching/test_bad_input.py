"""Names that are none and numbers that are guessed lead to no wrong link, and to an answer in words."""

from __future__ import annotations

import json
import time

import pytest
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.errors import InputError
from graph.model import Match, MatchStatus
from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel

COLUMNS = register([Neighbor("MARGARET", "ZELLNER", born=1983, phone="9102110002"), *crowd(300)])
INDEX = MatchIndex.build(COLUMNS)
GUESSES = 2_000


def matched(*cards) -> list[Match]:
    told = circle(*cards, supporter="s-nobody", name="Nobody Known")
    found = match_circles(COLUMNS, INDEX, [told], key=KEY, model=MatchModel(), as_of=AS_OF, learning=False)
    return list(found.matches[told.supporter.supporter_id])


@pytest.mark.parametrize(
    "name",
    ["", " ", "J", "J B", ".", "王秀英", "Маргарита Зелнер", "مريم", "🌻", "\x00\x1b[0m", "M" * 10_000, "Z " * 5_000],
)
def test_a_name_that_says_nothing_is_linked_to_nobody_and_told_why(name):
    (match,) = matched(card(name))
    assert match.status is not MatchStatus.AUTO
    assert match.reason


@pytest.mark.parametrize("name", ["Margaret Zellner" + " x" * 5_000, "Margaret " + "Zellner" * 1_500])
def test_ten_thousand_letters_after_a_name_do_not_stop_the_others(name):
    matched(card("Margaret Zellner"))
    started = time.process_time()
    matches = matched(card(name), card("Margaret Zellner", 1))
    assert matches[1].status is MatchStatus.AUTO
    assert time.process_time() - started < 1


def test_numbers_guessed_under_an_invented_name_reveal_nobody():
    guesses = [card("Xaver Quimby", at, phones=(f"91021{at:05d}",)) for at in range(GUESSES)]
    shown = [match for match in matched(*guesses) if match.status is MatchStatus.AUTO]
    assert shown == []


def test_thousands_of_guessed_numbers_on_one_card_are_one_person_at_most():
    guessed = card("Xaver Quimby", phones=tuple(f"91021{at:05d}" for at in range(GUESSES)))
    (match,) = matched(guessed)
    assert len(match.candidates) <= 3
    assert match.status is not MatchStatus.AUTO


def test_a_model_of_another_campaigns_file_links_the_same_clear_friend():
    foreign = MatchModel(place_odds={"NOWHERE": (0.5, 0.5)}, area_code_odds={"212": 2.0}, in_file_share={"odd": 0.9})
    told = circle(card("Margaret Zellner"))
    found = match_circles(COLUMNS, INDEX, [told], key=KEY, model=foreign, as_of=AS_OF, learning=False)
    (match,) = found.matches[told.supporter.supporter_id]
    assert match.status is MatchStatus.AUTO


@pytest.mark.parametrize("part", ["levels", "given_rates", "status_factors", "age_gaps"])
def test_a_model_with_too_few_rates_is_refused_and_not_met_in_the_middle_of_a_match(part):
    text = json.dumps({**json.loads(MatchModel().to_json()), part: [0.5, 0.5]})
    with pytest.raises(InputError, match="not a matching model"):
        MatchModel.from_json(text)
