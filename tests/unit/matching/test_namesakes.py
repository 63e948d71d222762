"""Two cards of one name are one person, unless the name is so common that they may well be two."""

from __future__ import annotations

from small_register import KEY, Neighbor, card, circle, register

from matching.evidence import circle_evidence
from matching.index import MatchIndex
from matching.namesakes import Namesakes

MARIAS = [Neighbor("MARIA", "GARCIA", born=1950 + at, home=at) for at in range(10)]
OTHERS = [Neighbor("DANA", f"VANTERPOOL{'ABCDEFGHIJ'[at]}", born=1960, home=20 + at) for at in range(10)]
COLUMNS = register([*MARIAS, *OTHERS])
NAMESAKES = Namesakes.of(MatchIndex.build(COLUMNS))


def people(*cards) -> int:
    return len(circle_evidence(circle(*cards), key=KEY, name_share=NAMESAKES.share))


def test_a_name_is_as_common_as_in_the_file_and_a_strange_one_as_its_parts():
    assert NAMESAKES.share("MARIA", "GARCIA") == 0.5
    assert NAMESAKES.share("DANA", "VANTERPOOLA") == 0.05
    assert 0 < NAMESAKES.share("MARY", "SMITH") < 0.001


def test_two_cards_of_a_rare_name_are_one_person():
    assert people(card("Xiomara Quill", 0, phones=("9102110004",)), card("Xiomara Quill", 1)) == 1


def test_two_cards_of_a_common_name_are_two_people_unless_they_share_a_number():
    one, other = card("Maria Garcia", 0, phones=("9102110004",)), card("Maria Garcia", 1, phones=("9102110005",))
    assert people(one, other) == 2
    assert people(one, card("Maria Garcia", 1, phones=("9102110004",))) == 1
