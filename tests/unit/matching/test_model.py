"""The model keeps what it learned, and refuses what it cannot read."""

from __future__ import annotations

import pytest
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.errors import InputError
from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel


def learned() -> MatchModel:
    columns = register([*crowd(200), Neighbor("MARGARET", "ZELLNER", phone="9102110002")])
    cards = [card("Peggy Zellner", phones=("9102110002",)), card("Wade Outlander", 1, phones=("2125550100",))]
    told = [circle(*cards)]
    return match_circles(columns, MatchIndex.build(columns), told, key=KEY, model=MatchModel(), as_of=AS_OF).model


@pytest.mark.parametrize("model", [MatchModel(), learned()])
def test_a_model_is_read_as_it_was_written(model):
    assert MatchModel.from_json(model.to_json()) == model


def test_learning_holds_no_name_or_number():
    text = learned().to_json().upper()
    assert not any(word in text for word in ("ZELLNER", "PEGGY", "2110002", "OUTLANDER"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 99}', '{"version": 1, "surprise": 2}'])
def test_what_is_no_model_is_refused(text):
    with pytest.raises(InputError, match="not a matching model"):
        MatchModel.from_json(text)
