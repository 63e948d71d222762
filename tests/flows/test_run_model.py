"""``kith run`` keeps what it learned and starts from it again; a model of another kind of file is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import kith
from small_campaign import Campaign


def kept(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> Path:
    path = campaign.folder / "model.json"
    said = kith(capsys, *campaign.options(model_out=path))
    assert said.code == 0, said.err
    return path


def test_a_model_says_when_and_on_what_it_was_learned_and_names_nobody(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    text = kept(campaign, capsys).read_text()
    model = json.loads(text)
    assert (model["layout"], model["state"], len(model["voter_file_sha256"]["voters"])) == ("nc", "NC", 64)
    assert model["learned_on"] == json.loads((campaign.out / "summary.json").read_text())["as_of"]
    assert not any(word in text.upper() for word in ("ALVAREZ", "BECKERATH", "OSGOODE", "9102110177"))


def test_a_run_may_start_from_a_model_and_the_same_model_gives_the_same_matches(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    path = kept(campaign, capsys)
    found = []
    for _ in range(2):
        assert kith(capsys, *campaign.options(model_in=path)).code == 0
        found.append(campaign.table("matches.csv"))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"layout": "fl"}, "another kind: fl NC, and this one is nc NC"),
        ({"model": {"version": 1}}, "not a matching model of the version"),
        ({"format": "a shopping list"}, "not a matching model"),
    ],
)
def test_a_model_of_another_kind_is_refused_and_nothing_is_written(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], changed: dict[str, object], says: str
) -> None:
    path = kept(campaign, capsys)
    before = (campaign.out / "matches.csv").stat().st_mtime_ns
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))
    said = kith(capsys, *campaign.options(model_in=path))
    assert said.code != 0
    assert says in " ".join(said.err.split())
    assert (campaign.out / "matches.csv").stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b'{"format": "kith matching model"}'])
def test_a_broken_model_is_refused(campaign: Campaign, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = campaign.folder / "model.json"
    path.write_bytes(content)
    said = kith(capsys, *campaign.options(model_in=path))
    assert said.code != 0
    assert "not a matching model" in " ".join(said.err.split())
