"""Two campaigns of one organization tell each other what their hold-outs found: sums alone, and only where owners agreed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Said, kith
from drawn import date_of, fill
from lived_in import copy_of
from terminal import at_the_terminal

from app.house import House
from app.organizing import study
from oauth.audit import acts
from prioritization.effect import EffectModel
from prioritization.sharing import Report

OURS, THEIRS, EFFECT = "rivera.json", "harbor.json", "effect.json"


@pytest.fixture
def after(built, tmp_path, monkeypatch) -> House:
    """The morning after an election that the history knows; everybody whom Ana knows was drawn."""
    house = copy_of(built, tmp_path, holdout="0.4")
    past = replace(house, election=replace(house.election, day=date_of(house)))
    at_the_terminal(monkeypatch, tmp_path / "data", past.election.day, HOLDOUT="0.4")
    fill(past)
    return past


def agree(capsys, organization: str = "river-slate") -> None:
    assert kith(capsys, "match", "agree", organization, "--owner", "maria").code == 0


def report(capsys, folder: Path, name: str = OURS) -> Said:
    return kith(capsys, "effect", "measure", "--report", folder / name, "--json")


def harbor(folder: Path, **changed: object) -> Path:
    """The report of another campaign, made from ours."""
    ours = Report.from_json((folder / OURS).read_text("utf-8"))
    theirs = replace(ours, campaign="harbor", learned_from="b2", **changed)
    (folder / THEIRS).write_text(theirs.to_json(), encoding="utf-8")
    return folder / THEIRS


def pool(capsys, folder: Path, *names: str) -> Said:
    return kith(capsys, "effect", "pool", *(folder / name for name in names), "--out", folder / EFFECT, "--json")


def test_without_an_owners_agreement_nothing_is_told_and_nothing_is_taken(after, tmp_path, capsys):
    assert "No owner of this campaign has agreed" in report(capsys, tmp_path).sentence
    assert not (tmp_path / OURS).exists()
    agree(capsys)
    assert report(capsys, tmp_path).code == 0
    harbor(tmp_path)
    assert kith(capsys, "match", "disagree", "--owner", "maria").code == 0
    refused = pool(capsys, tmp_path, OURS, THEIRS)
    assert "No owner of this campaign has agreed" in refused.sentence
    assert not (tmp_path / EFFECT).exists()


def test_the_next_campaign_starts_from_what_both_found_and_the_audit_says_so(after, tmp_path, capsys):
    agree(capsys)
    found = json.loads(report(capsys, tmp_path).out)
    harbor(tmp_path)
    told = pool(capsys, tmp_path, OURS, THEIRS)
    assert told.code == 0, told.err
    following = json.loads(told.out)["shift_expected_next"]
    between = sorted([EffectModel().shift, found["shift"]["mean"]])
    assert between[0] <= following["mean"] <= between[1]
    model = EffectModel.from_json((tmp_path / EFFECT).read_text("utf-8"))
    assert (model.shift, model.shift_deviation) == (following["mean"], following["deviation"])
    assert [act.what for act in acts(after.records)][-2:] == ["effect_given", "effect_taken"]
    plain = kith(capsys, "effect", "pool", tmp_path / OURS, tmp_path / THEIRS)
    assert "shift expected next" in plain.out


def test_a_report_holds_sums_and_nobody(after, tmp_path, capsys):
    agree(capsys)
    report(capsys, tmp_path)
    text = (tmp_path / OURS).read_text("utf-8")
    rows = after.records.all(study.STUDY)
    assert not [word for row in rows for word in (row.key, row.value["home"]) if word in text]
    assert set(json.loads(text)) == {
        "report_version", "organization", "campaign", "day", "people", "shift", "learned_from", "cells",
    }  # fmt: skip


def test_reports_for_others_of_one_campaign_alone_and_other_files_are_refused(after, tmp_path, capsys):
    agree(capsys)
    report(capsys, tmp_path)
    assert "at least 2" in pool(capsys, tmp_path, OURS).sentence
    harbor(tmp_path, organization="hill-slate")
    assert "agreed to tell another organization" in pool(capsys, tmp_path, OURS, THEIRS).sentence
    (tmp_path / THEIRS).write_text(EffectModel().to_json(), encoding="utf-8")
    assert "no report" in pool(capsys, tmp_path, OURS, THEIRS).sentence
    assert "no such file" in pool(capsys, tmp_path, OURS, "nowhere.json").sentence.lower()


def test_an_experiment_that_is_too_small_to_be_told_is_told_to_nobody(built, tmp_path, monkeypatch, capsys):
    house = copy_of(built, tmp_path, holdout="0.4")
    past = replace(house, election=replace(house.election, day=date_of(house)))
    at_the_terminal(monkeypatch, tmp_path / "data", past.election.day, HOLDOUT="0.4")
    fill(past, friends=30)
    agree(capsys)
    assert "too small to tell others" in report(capsys, tmp_path).sentence
    assert not (tmp_path / OURS).exists()
