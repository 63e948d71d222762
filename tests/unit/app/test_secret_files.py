"""Secrets may come from files: with or without an end of line, and none is repeated when its file cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings, client_secret, master_key, neo4j_password
from graph.errors import UsageError

PROVIDERS = ("google", "microsoft", "openid")


def written(folder: Path, text: str) -> Path:
    path = folder / "secret"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("text", "secret"), [("open-sesame", "open-sesame"), ("open-sesame\n", "open-sesame"), ("", "")]
)
def test_a_providers_secret_may_come_from_a_file(tmp_path: Path, provider: str, text: str, secret: str) -> None:
    settings = Settings(**{f"{provider}_client_secret_file": written(tmp_path, text)})
    assert client_secret(settings, provider) == secret


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_secret_that_is_given_goes_before_its_file(tmp_path: Path, provider: str) -> None:
    told = {f"{provider}_client_secret": "given", f"{provider}_client_secret_file": written(tmp_path, "filed")}
    assert client_secret(Settings(**told), provider) == "given"
    assert client_secret(Settings(), provider) == ""


@pytest.mark.parametrize("text", ["open-sesame\n", "kith/open-sesame\n"])
def test_neo4js_password_may_stand_in_the_file_of_its_own_image(tmp_path: Path, text: str) -> None:
    settings = Settings(neo4j_password_file=written(tmp_path, text))
    assert neo4j_password(settings, user="kith") == "open-sesame"


def test_a_file_that_cannot_be_read_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="KITH_GOOGLE_CLIENT_SECRET_FILE"):
        client_secret(Settings(google_client_secret_file=tmp_path / "missing"), "google")
    with pytest.raises(UsageError, match="KITH_NEO4J_PASSWORD_FILE"):
        neo4j_password(Settings(neo4j_password_file=tmp_path / "missing"))


def test_a_master_key_of_raw_bytes_is_told_from_one_that_can_be_used(tmp_path: Path) -> None:
    """As ``openssl rand 32`` writes it, without ``-hex``."""
    path = tmp_path / "master.key"
    path.write_bytes(bytes(range(224, 256)))
    with pytest.raises(UsageError, match="KITH_MASTER_KEY_FILE cannot be read") as refused:
        master_key(Settings(master_key_file=path))
    assert refused.value.thing == str(path)
