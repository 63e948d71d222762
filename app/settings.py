"""Settings of an install, read once, handed down. No other module reads the environment.

Every setting has a default that is safe on a laptop, or none; secrets have none and may come from a file.
"""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.mail import MailSecurity, MailServer
from app.roles import JoinGate
from graph.errors import UsageError

_KEY_BYTES = 32


class Settings(BaseSettings):
    """What ``kith serve`` and the other commands are told by the environment (prefix ``KITH_``)."""

    model_config = SettingsConfigDict(env_prefix="KITH_", frozen=True, extra="ignore")

    data: Path = Field(default=Path(".kith"), description="Folder of the stores, the voter files and the keys.")
    store: str = Field(
        default="", description="sqlite:FOLDER or neo4j://USER@HOST:PORT; empty: SQLite in the data folder."
    )
    neo4j_password: SecretStr = Field(
        default=SecretStr(""), description="The password of the Neo4j user, or use a file."
    )
    neo4j_password_file: Path | None = Field(default=None, description="A file that holds the Neo4j user's password.")
    neo4j_database: str = Field(default="neo4j", description="The database on the Neo4j server.")
    neo4j_pool_size: int = Field(default=50, gt=0, description="Connections to Neo4j that this process may hold.")
    neo4j_connect_seconds: float = Field(default=5.0, gt=0, description="How long a connection to Neo4j may take.")
    neo4j_retry_seconds: float = Field(default=8.0, ge=0, description="How long a failing act on Neo4j is repeated.")
    base_url: str = Field(
        default="http://127.0.0.1:8000", description="The address people use; links are made from it."
    )
    proxy: str = Field(
        default="",
        description="Addresses of the proxy in front, by comma: who visits is taken from it, and nobody else.",
    )
    campaign: str = Field(default="campaign", description="The campaign's id: small letters, digits and hyphens.")
    campaign_name: str = Field(default="", description='The name supporters see, such as "Rivera for Council".')
    candidate: str = Field(default="", description='Whom the campaign is for, such as "Elena Rivera".')
    office: str = Field(default="", description='What for, in a clause: "runs for city council".')
    disclaimer: str = Field(default="", description='"Paid for by ...": nothing is published without it.')
    privacy_contact: str = Field(default="", description="An address for questions about data, shown on each page.")
    state: str = Field(default="NC", description="The state of the voter file, two letters.")
    election: date | None = Field(default=None, description="The coming election, YYYY-MM-DD.")
    election_table: Path | None = Field(
        default=None, description="The campaign's own table of elections; empty: the one that ships with Kith."
    )
    join: JoinGate = Field(
        default=JoinGate.OPEN, description="Who may start: everybody (open), whoever knows the code, or after a yes."
    )
    join_code: SecretStr = Field(default=SecretStr(""), description="The campaign's code, when joining needs one.")
    accent: str = Field(default="#1F4E8C", description="The campaign's colour; it is darkened until it can be read.")
    supportive_parties: str = Field(
        default="", description="Party codes of the file that are the campaign's own, by comma."
    )
    holdout: float | None = Field(
        default=None, ge=0.0, le=0.5, description="Share of households that chance leaves without suggestions."
    )
    expected_matches: int = Field(
        default=0, ge=0, description="How many friends the campaign expects to find; from 5,000 a tenth is held out."
    )
    explore: float = Field(default=0.05, ge=0.0, le=0.5, description="Share of suggestions that are left to chance.")
    support_levels: Path | None = Field(
        default=None, description="What people said at doors and on the phone: voter_id, level from 1 to 5."
    )
    effect: Path | None = Field(default=None, description="What one ask changes, as kith effect wrote it.")
    google_client_id: str = Field(default="", description="From the Google console; Google appears when it is set.")
    google_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret, or use a file.")
    google_client_secret_file: Path | None = Field(default=None, description="A file that holds Google's secret.")
    microsoft_client_id: str = Field(default="", description="From Entra; Microsoft appears when it is set.")
    microsoft_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret, or use a file.")
    microsoft_client_secret_file: Path | None = Field(default=None, description="A file that holds Microsoft's secret.")
    openid_pinned: Path | None = Field(
        default=None, description="What kith provider pin wrote of another provider; it appears when it is set."
    )
    openid_client_id: str = Field(default="", description="From that provider.")
    openid_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret, or use a file.")
    openid_client_secret_file: Path | None = Field(default=None, description="A file that holds that secret.")
    smtp_host: str = Field(default="", description="The campaign's mail server; sign-in links go out when it is set.")
    smtp_port: int = Field(default=587, gt=0, lt=65536, description="The port of that server.")
    smtp_security: MailSecurity = Field(default=MailSecurity.STARTTLS, description="starttls, tls or none.")
    smtp_user: str = Field(default="", description="Who signs in there; empty: nobody does.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="The password, or use a file.")
    smtp_password_file: Path | None = Field(default=None, description="A file that holds the password.")
    smtp_from: str = Field(default="", description="The address that mails come from; empty: the privacy contact.")
    master_key: SecretStr = Field(
        default=SecretStr(""), description="32 bytes as 64 hexadecimal digits, or use the file."
    )
    master_key_file: Path | None = Field(
        default=None, description="A file that holds the master key; made when missing."
    )
    old_master_key: SecretStr = Field(
        default=SecretStr(""), description="The master key before this one, until kith keys rotate is done."
    )
    old_master_key_file: Path | None = Field(default=None, description="A file that holds the key before this one.")
    erasure_journal: Path | None = Field(
        default=None, description="The journal of erasures; keep it apart from backups of the data folder."
    )


def read_settings(*, store: str = "") -> Settings:
    """The settings of the environment; ``store`` is what ``--store`` said.

    Raises ``UsageError`` that names the variable, never its value.
    """
    try:
        return Settings(store=store) if store else Settings()
    except ValidationError as error:
        name = "KITH_" + str(error.errors()[0]["loc"][0]).upper()
        raise UsageError(
            f"The setting {name} cannot be read.", next_step="See docs/settings.md for an example."
        ) from None


def master_key(settings: Settings) -> bytes:
    """The install's master key. Made in the data folder (mode 600) when none is given.

    Raises ``UsageError`` for a key that is too short or not hexadecimal, and for a file that cannot be read.
    """
    return _key_of(settings.master_key.get_secret_value() or _key_file_text(settings), "KITH_MASTER_KEY")


def mail_server(settings: Settings) -> MailServer | None:
    """The campaign's mail server, ``None`` when none is set. Raises ``UsageError`` for a file that cannot be read."""
    if not settings.smtp_host:
        return None
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from or settings.privacy_contact,
        name=settings.campaign_name,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=_secret(settings, "smtp_password"),
    )


def old_master_key(settings: Settings) -> bytes | None:
    """The master key before this one, as long as something may still be wrapped by it; ``None`` when none is given.

    Raises ``UsageError`` for a key that is too short or not hexadecimal, and for a file that cannot be read.
    """
    text = _secret(settings, "old_master_key")
    return _key_of(text, "KITH_OLD_MASTER_KEY") if text else None


def _key_of(text: str, name: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise UsageError(f"{name} is not 64 hexadecimal digits.", next_step="Make one: openssl rand -hex 32.")
    return key


def _secret(settings: Settings, name: str) -> str:
    """What a secret's own variable holds, else its file; ``""`` when neither is set."""
    given: str = getattr(settings, name).get_secret_value()
    path: Path | None = getattr(settings, f"{name}_file")
    return given or ("" if path is None else _text_of(path, f"KITH_{name.upper()}_FILE"))


def _text_of(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The file of {name} cannot be read.", thing=str(path), next_step=f"Check {name}.") from error


def neo4j_password(settings: Settings, *, user: str = "") -> str:
    """The password of the Neo4j user; its file may hold it alone or, as Neo4j's own image wants it, as ``USER/PASSWORD``.

    Raises ``UsageError`` when none is given or its file cannot be read.
    """
    given = settings.neo4j_password.get_secret_value()
    text = given or _secret(settings, "neo4j_password").removeprefix(f"{user}/")
    if not text:
        raise UsageError(
            "There is no password for Neo4j.", next_step="Set KITH_NEO4J_PASSWORD or KITH_NEO4J_PASSWORD_FILE."
        )
    return text


def client_secret(settings: Settings, provider: str) -> str:
    """The secret that ``google``, ``microsoft`` or ``openid`` gave us; ``""`` when there is none.

    Raises ``UsageError`` when its file cannot be read.
    """
    return _secret(settings, f"{provider}_client_secret")


def _key_file_text(settings: Settings) -> str:
    path = settings.master_key_file or settings.data / "keys" / "master.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(_KEY_BYTES), encoding="ascii")
    return _text_of(path, "KITH_MASTER_KEY_FILE")
