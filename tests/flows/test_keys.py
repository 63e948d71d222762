"""The operator exchanges the keys while the campaign runs, and nobody's friends are lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import kith

NEW = "ab" * 32


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A campaign that is set up, by the environment as an operator would; its folder."""
    for name, value in {
        "DATA": str(tmp_path / "data"), "CAMPAIGN_NAME": "Rivera for Council", "CANDIDATE": "Elena Rivera",
        "DISCLAIMER": "Paid for by Rivera for Council.", "PRIVACY_CONTACT": "privacy@rivera.example",
        "ELECTION": "2026-11-03",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"KITH_{name}", value)
    return tmp_path / "data"


def test_the_master_key_is_exchanged_by_one_command(
    told: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert kith(capsys, "keys", "rotate", "--json").code == 0  # makes the first key and the campaign's
    old = tmp_path / "old.key"
    old.write_text((told / "keys" / "master.key").read_text(encoding="ascii"), encoding="ascii")
    monkeypatch.setenv("KITH_MASTER_KEY", NEW)

    refused = kith(capsys, "keys", "rotate")
    monkeypatch.setenv("KITH_OLD_MASTER_KEY_FILE", str(old))
    exchanged = kith(capsys, "keys", "rotate", "--json")
    again = kith(capsys, "keys", "rotate", "--json")
    monkeypatch.delenv("KITH_OLD_MASTER_KEY_FILE")
    alone = kith(capsys, "keys", "rotate", "--json")

    assert refused.code == 1
    assert "KITH_MASTER_KEY" in refused.err
    assert '"wrapped_by_the_master_key": 2' in exchanged.out
    assert '"wrapped_by_the_master_key": 0' in again.out
    assert alone.code == 0


def test_an_old_key_that_is_none_is_said_by_name(
    told: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_OLD_MASTER_KEY", "short")
    said = kith(capsys, "keys", "rotate")
    assert said.code == 2
    assert "KITH_OLD_MASTER_KEY" in said.err
    assert "short" not in said.err
