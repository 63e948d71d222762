"""A certified OpenID provider on a real socket, started from npm, and a browser without scripts that answers its pages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import npm_parts
from missing_parts import give_up

from oauth.discovery import fetch_metadata
from oauth.providers.base import Provider
from oauth.providers.openid import openid
from oauth.transport import Deadline, GuardedTransport

CLIENT_ID, CLIENT_SECRET = "kith-client", "canary-client-secret"
_SCRIPT = Path(__file__).with_suffix(".mjs")


@dataclass(frozen=True)
class OpenIdPeer:
    """The running peer, and what our side has pinned of it."""

    issuer: str
    provider: Provider

    def calls(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(call.endswith(f" {path}") for call in self._ask("/_calls"))

    def tokens(self) -> Sequence[str]:
        """Every access token, refresh token and id_token that it gave out."""
        return self._ask("/_tokens")

    def refuse_revocation(self, *, on: bool) -> None:
        """Let the revocation endpoint fail, or work again."""
        self._ask(f"/_refuse_revocation/{'on' if on else 'off'}")

    def _ask(self, path: str) -> Sequence[str]:
        found: Sequence[str] = httpx2.get(f"{self.issuer}{path}", trust_env=False).json()
        return found


@contextmanager
def openid_peer(
    *,
    redirect_uris: Sequence[str],
    people: Mapping[str, Sequence[Mapping[str, object]]],
    page_size: int = 10,
    access_token_seconds: int = 3600,
    provider_id: str = "openid",
    now: datetime | None = None,
) -> Iterator[OpenIdPeer]:
    """The peer while the block runs; it ends with us. ``now`` is the instant at which it begins to live."""
    settings = {
        "redirectUris": list(redirect_uris), "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "pageSize": page_size,
        "accessTokenSeconds": access_token_seconds, "people": {who: list(known) for who, known in people.items()},
        "now": now.timestamp() if now else None,
    }  # fmt: skip
    node, modules = _parts()
    command = [node, str(_SCRIPT), str(modules), json.dumps(settings)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603 - our own child
    try:
        issuer = _issuer(child)
        yield OpenIdPeer(issuer, pinned(issuer, provider_id=provider_id))
    finally:
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        child.kill()
        child.wait(timeout=10)


def pinned(issuer: str, *, provider_id: str = "openid") -> Provider:
    """What a campaign would pin of this issuer; only here may it stand on this machine."""
    metadata = fetch_metadata(issuer, transport=GuardedTransport(deadline=Deadline(10.0), loopback=True), loopback=True)
    provider = openid(
        metadata, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, label="The peer", provider_id=provider_id,
        contacts_url=f"{issuer}/v1/people/me/connections", contacts_scope="contacts.readonly",
    )  # fmt: skip
    return replace(provider, is_loopback=True)


def sign_in_at(url: str, *, account: str, is_cancelled: bool = False) -> str:
    """Go through the peer's own pages as somebody, and give the address that it sends the browser back to."""
    with httpx2.Client(trust_env=False) as browser:
        answer = browser.get(url)
        for _ in range(8):
            while answer.has_redirect_location:
                target = urljoin(str(answer.url), answer.headers["location"])
                if not target.startswith(_origin(url)):
                    return target
                answer = browser.get(target)
            if is_cancelled:
                answer = browser.get(f"{answer.url}/abort")
                continue
            prompt = "login" if 'value="login"' in answer.text else "consent"
            answer = browser.post(answer.url, data={"prompt": prompt, "login": account, "password": "any"})
    raise AssertionError("the peer's pages lead nowhere")


def _origin(url: str) -> str:
    parsed = httpx2.URL(url)
    return f"{parsed.scheme}://{parsed.host}:{parsed.port}"


def _parts() -> tuple[str, Path]:
    try:
        return npm_parts.node(), npm_parts.fetch(*npm_parts.OPENID_PROVIDER)
    except (OSError, subprocess.SubprocessError) as error:
        give_up(f"no OpenID provider for the tests ({error}): run make parts")


def _issuer(child: subprocess.Popen[bytes]) -> str:
    assert child.stdout
    for line in child.stdout:
        if line.startswith(b'{"issuer"'):
            return str(json.loads(line)["issuer"])
    raise AssertionError("the OpenID provider did not start")
