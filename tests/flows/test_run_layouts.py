"""``kith run`` over files of other layouts: who is preregistered is recognised and never asked, who is exempt is nobody."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from command_line import kith
from small_campaign import card
from voter_files import write
from voter_layouts import EXEMPT, NORA, RUTH, SAM, TESS, florida, florida_history, florida_vote

_GIVEN = ("JAMES", "MARY", "LINDA", "DAVID", "SUSAN", "BRIAN", "KAREN", "KEVIN")
_FAMILY = ("BAKER", "ADAMS", "COOPER", "REED", "WARD", "BROOKS", "GRAY")
_ELECTIONS = ("11/08/2022", "11/05/2024")


def names(number: int) -> tuple[str, str]:
    return _GIVEN[number % len(_GIVEN)], _FAMILY[number % len(_FAMILY)]


def run(
    folder: Path, capsys: pytest.CaptureFixture[str], layout: str, *more: object
) -> dict[str, list[dict[str, str]]]:
    (folder / "contacts").mkdir()
    supporter = {"supporter_id": "s-ivy", "display_name": "Ivy Marsh", "zip": "32601"}
    write(folder / "supporters.csv", [supporter], delimiter=",", quote="")
    friends = ("Ruth Marquez", "Sam Ode", "Tess Ode", "Nora Fields")
    (folder / "contacts" / "s-ivy.vcf").write_text("".join(map(card, friends)), encoding="utf-8")
    said = kith(
        capsys, "run", "--voters", folder / "voters.txt", "--layout", layout, "--supporters", folder / "supporters.csv", "--contacts",
        folder / "contacts", "--election", "2026-11-03", "--out", folder / "out", *more,
    )  # fmt: skip
    assert said.code == 0, said.err
    return {name: table(folder / "out" / f"{name}.csv") for name in ("matches", "asks")}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def likeliest(rows: list[dict[str, str]]) -> Mapping[int, str]:
    """The first voter of each contact."""
    return {int(row["contact_index"]): row["voter_id"] for row in reversed(rows)}


def test_florida_recognises_the_preregistered_and_asks_only_voters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crowd = [
        {**SAM, "Voter ID": f"2{number:08d}", "Name First": names(number)[0], "Name Last": names(number)[1],
         "Residence Address Line 1": f"{number} Elm St", "Voter Status": "ACT"}
        for number in range(120)
    ]  # fmt: skip
    tess = {**TESS, "Birth Date": "03/02/2009"}
    florida(tmp_path / "voters.txt", [RUTH, SAM, tess, EXEMPT, *crowd])
    rows = [florida_vote(one, day) for at, one in enumerate((RUTH, SAM, *crowd)) for day in _ELECTIONS[at % 2 :]]
    history = florida_history(tmp_path / "history.txt", rows)
    told = run(tmp_path, capsys, "fl", "--history", history, "--as-of", "2026-10-13")
    assert likeliest(told["matches"])[0] == RUTH["Voter ID"]
    assert likeliest(told["matches"])[2] == TESS["Voter ID"]
    asked = {row["voter_id"] for row in told["asks"]}
    assert RUTH["Voter ID"] in asked
    assert not {TESS["Voter ID"], EXEMPT["Voter ID"]} & asked


def test_ohio_runs_on_its_wide_file_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crowd = [
        {**NORA, "SOS_VOTERID": f"OH{number:010d}", "FIRST_NAME": names(number)[0], "LAST_NAME": names(number)[1],
         "RESIDENTIAL_ADDRESS1": f"{number} ELM ST", "GENERAL-11/05/2024": "X" if number % 2 else ""}
        for number in range(120)
    ]  # fmt: skip
    write(tmp_path / "voters.txt", [NORA, *crowd], delimiter=",")
    told = run(tmp_path, capsys, "oh", "--as-of", "2026-10-13")
    assert likeliest(told["matches"])[3] == NORA["SOS_VOTERID"]
    assert NORA["SOS_VOTERID"] in {row["voter_id"] for row in told["asks"]}
