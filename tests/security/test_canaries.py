"""A canary of every kind goes through the whole product, served by a process of its own, and turns up nowhere but in the store;
after she left it is in no byte of the store's files either.

On Neo4j the first half holds, and afterwards no canary is in any answer of the database. Its files cannot be promised:
Neo4j overwrites what was deleted when it uses the space again (docs/neo4j.md, "What Neo4j cannot do").
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import neo4j_tools
import pytest
from canaries import BROUGHT, EVERYTHING, FRIENDS, HERS, PEOPLE, STRANGERS, TOKENS, bytes_holding, canaries_in
from command_line import finished, start_kith
from lived_in import NOW, Built, Neighbor, copy_of, form_token, neighbors
from mail_box import MailBox, mail_box
from ports import free_port
from providers.openid_peer import OpenIdPeer, openid_peer, sign_in_at

TESTS = Path(__file__).parents[1]
VCARD = """BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Vqcardia Lantern-Moss\r\nTEL:(919) 211-7201\r\nEMAIL:vqcardia@leak.example\r\nEND:VCARD\r\n"""
PICKED = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Pickwina Finchley-Oak\r\nTEL:(919) 211-7204\r\nEND:VCARD\r\n"
CSV = "First Name,Last Name,Phone 1 - Value,E-mail 1 - Value\r\nCsvonia,Lantern-Moss,919-211-7202,csvonia@leak.example\r\n"
ERRWIN = "Errwin Troublefield (919) 211-7302 errwin@leak.example"
STORES = [
    "sqlite",
    pytest.param("neo4j", marks=[pytest.mark.full, pytest.mark.slow]),
]


@dataclass
class Web:
    """What a browser heard from the server: everything around a page, and the pages that are not hers."""

    base_url: str
    around: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    browsers: list[httpx2.Client] = field(default_factory=list)

    def browser(self, *, is_hers: bool = False) -> httpx2.Client:
        def hear(answer: httpx2.Response) -> None:
            ours = str(answer.url).startswith(self.base_url)
            if ours and answer.status_code != 303:
                answer.read()
            headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items() if "/auth?" not in value)
            self.around.append(f"{answer.status_code} {headers}")
            if ours and (not is_hers or answer.status_code >= 400):
                self.foreign.append(answer.text if answer.is_stream_consumed else "")

        options = {"follow_redirects": True, "trust_env": False, "timeout": 60}
        self.browsers.append(httpx2.Client(base_url=self.base_url, event_hooks={"response": [hear]}, **options))
        return self.browsers[-1]


@dataclass
class Running:
    """The server's process with all that is around it."""

    folder: Path
    web: Web
    peer: OpenIdPeer
    box: MailBox
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    store: str


@pytest.mark.parametrize(
    ("text", "is_hers"),
    [
        ("+19192117999", True),
        ("anna2117999", True),
        ("0.6642117999113", False),
        ("a" * 12 + "2117999" + "b" * 12, False),
    ],
)
def test_a_number_is_found_wherever_somebody_wrote_it_and_not_in_what_chance_wrote(tmp_path, text, is_hers):
    assert (canaries_in(text) == ["2117999"]) is is_hers
    (tmp_path / "file").write_bytes(b"\x00" + text.encode("utf-16-le"))
    assert (bytes_holding(tmp_path, HERS) == {("file", "2117999")}) is is_hers


@pytest.fixture(params=STORES)
def running(request: pytest.FixtureRequest, built: Built, tmp_path: Path) -> Iterator[Running]:
    known = neighbors(copy_of(built, tmp_path / "look"), 1)[0]
    shutil.rmtree(tmp_path / "look")
    shutil.copytree(built.folder / "data", tmp_path / "data")
    for name in ("temp", "here"):
        (tmp_path / name).mkdir()
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    back = f"{base_url}/oauth/openid/callback"
    with openid_peer(redirect_uris=[back], people={"ana": friends(known)}, now=NOW) as peer, mail_box() as box:
        environment = told(tmp_path, base_url, box)
        if request.param == "neo4j":
            environment |= on_neo4j(tmp_path, environment)
        words = json.dumps({"port": port, "issuer": peer.issuer, "at": NOW.isoformat()})
        with (tmp_path / "out.log").open("w") as log:
            process = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, str(TESTS / "served_house.py"), words],
                cwd=tmp_path / "here",
                env={**os.environ, **environment, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        web = Web(base_url)
        try:
            wait_for(f"{base_url}/healthz", process)
            yield Running(tmp_path, web, peer, box, environment, process, request.param)
        finally:
            process.kill()
            process.wait()
            for browser in web.browsers:
                browser.close()


def told(folder: Path, base_url: str, box: MailBox) -> dict[str, str]:
    """What the campaign's environment says."""
    return {
        "KITH_DATA": str(folder / "data"), "KITH_BASE_URL": base_url, "KITH_CAMPAIGN": "rivera",
        "KITH_CAMPAIGN_NAME": "Rivera for Council", "KITH_CANDIDATE": "Elena Rivera", "KITH_ELECTION": "2026-11-03",
        "KITH_DISCLAIMER": "Paid for by Rivera for Council.", "KITH_PRIVACY_CONTACT": "privacy@rivera.example",
        "KITH_SMTP_HOST": box.server.host, "KITH_SMTP_PORT": str(box.server.port), "KITH_SMTP_SECURITY": "none",
        "TMPDIR": str(folder / "temp"),
    }  # fmt: skip


def on_neo4j(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """The same campaign moved to the server of the tests; what its environment says besides."""
    neo4j_tools.open_graph(folder)
    store = neo4j_tools.address(folder)
    more = {**neo4j_tools.environment(store), "KITH_STORE": store}
    copied = finished(
        start_kith(
            "store", "copy", f"sqlite:{folder / 'data'}", store, cwd=folder / "here", environment=environment | more
        )
    )
    assert copied.code == 0, copied.err
    for path in [*folder.glob("data/campaigns*"), *folder.glob("data/install*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return more


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 90
    while time.monotonic() < ends and process.poll() is None:
        try:
            if httpx2.get(address, trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def friends(known: Neighbor) -> list[dict[str, object]]:
    """An address book of three pages: one voter under her own name, the others under names that nobody has."""
    names = [known.name, *(f"Zyxcanary Quovadis{number}" for number in range(24))]
    return [
        {
            "resourceName": f"people/c{number}",
            "names": [{"displayName": name, "givenName": name.split()[0], "familyName": name.split()[1]}],
            "phoneNumbers": [{"value": f"(919) 211-{7100 + number % 2}"}],
            "emailAddresses": [{"value": "zyxcanary@leak.example"}],
            "biographies": [{"value": "canary biography"}],
        }
        for number, name in enumerate(names)
    ]


def test_a_canary_is_in_the_store_alone_and_after_she_left_nowhere(running: Running) -> None:
    web = running.web
    her = start(web)
    secrets = connect(her, running)
    bring_in_every_way(her)
    look_around(her, web)
    letter = write_and_tell(her)
    strangers(running, letter)
    sign_in_by_mail(running)
    wrong_requests(her, web)
    commands = at_the_terminal(running)
    tokens = (*running.peer.tokens(), *secrets)

    assert len(running.peer.tokens()) >= 2
    at_rest(running, tokens)
    receipt = send(her, "/my-data/delete", "/my-data/delete")
    assert "Everything is deleted" in receipt.text
    nowhere(running, tokens)

    running.process.send_signal(signal.SIGINT)
    running.process.wait(60)
    log = (running.folder / "out.log").read_text(encoding="utf-8", errors="replace")
    assert "jobs.attempted" in log  # the log is the server's, down to the last detail
    for text in (log, commands, *web.around, *web.foreign):
        assert canaries_in(text, PEOPLE) == []
        assert [secret for secret in tokens if secret in text] == []
    nowhere(running, tokens)


def start(web: Web) -> httpx2.Client:
    """She signs up with everything that can be asked of her, and agrees to everything."""
    her = web.browser(is_hers=True)
    send(
        her, "/start", "/start", name="Hortensia Canarywood", postal_code="27601", email="hortensia@leak.example",
        phone="(919) 211-7999", may_call="yes",
    )  # fmt: skip
    assert (
        send(her, "/consent", "/consent", purpose=["match", "coordinate", "pool", "share_results"]).status_code == 200
    )
    return her


def send(browser: httpx2.Client, path: str, at: str, **fields: object) -> httpx2.Response:
    """Send a form as the page ``at`` would."""
    token = {"csrf": form_token(browser.get(at).text)}
    return browser.post(path, data={**token, "answer": "agree", **fields})


def connect(her: httpx2.Client, running: Running) -> tuple[str, ...]:
    """To the provider and back; the code and the state of it."""
    form = {"csrf": form_token(her.get("/connect").text)}
    away = her.post("/oauth/openid/start", data=form, follow_redirects=False)
    back = httpx2.URL(sign_in_at(away.headers["location"], account="ana"))
    page = her.get(back.raw_path.decode())
    assert page.url.path == "/choose", page.text
    again = her.get(back.raw_path.decode())
    assert again.status_code == 400
    places = re.findall(r'name="keep" value="(\d+)"', page.text)
    assert len(places) == 25
    send(her, "/choose", "/choose", keep=places, answer="these")
    found(her)
    return back.params["code"], back.params["state"]


def found(her: httpx2.Client) -> None:
    ends = time.monotonic() + 120
    while her.get("/finding.json").json()["state"] in ("waiting", "running"):
        assert time.monotonic() < ends
        time.sleep(0.1)


def bring_in_every_way(her: httpx2.Client) -> None:
    """A card, a table, the phone's picker, names that she typed."""
    for name, data, picked in (("Vqcardia.vcf", VCARD, ""), ("Csvonia.csv", CSV, ""), ("picked.vcf", PICKED, "yes")):
        form = {"csrf": form_token(her.get("/connect").text), "picked": picked}
        page = her.post("/connect", data=form, files={"file": (name, data.encode())})
        assert page.status_code == 200, page.text
        if not picked:
            assert canaries_in(page.text, BROUGHT)
            send(her, "/choose", "/choose", keep=[0], answer="these")
    send(her, "/connect", "/connect", typed="Typedora Finchley-Oak, (919) 211-7203, typedora@leak.example")
    found(her)
    assert {"Vqcardia", "Csvonia", "Pickwina", "Typedora", "Zyxcanary"} <= set(canaries_in(her.get("/friends").text))


def look_around(her: httpx2.Client, web: Web) -> None:
    """Every page of hers, and those that nobody signs in for."""
    for path in ("/list", "/friends", "/friends/circles", "/questions", "/my-data", "/my-data/download", "/consent"):
        assert her.get(path).status_code == 200, path
    nobody = web.browser()
    for path in ("/", "/healthz", "/readyz", "/metrics", "/held", "/leave-out", "/sign-in", "/static/site.css"):
        nobody.get(path)


def write_and_tell(her: httpx2.Client) -> str:
    """She writes to a friend and tells the campaign; the path of the friend's link."""
    key = re.findall(r"/friends/(\w+)/write", her.get("/friends").text)[0]
    letter = re.findall(r"http://127\.0\.0\.1:\d+(/f/[\w-]+)", her.get(f"/friends/{key}/write").text)[0]
    at = f"/friends/{key}/write"
    send(her, at, at, text="To Zyxcanary Quovadis, 2117100")
    send(her, f"/friends/{key}/report", at, outcome="sent")
    send(her, f"/friends/{key}/report", at, outcome="talked")
    send(her, f"/friends/{key}/share", f"/friends/{key}/share?outcome=talked", outcome="talked", share="yes")
    return letter


def strangers(running: Running, letter: str) -> None:
    """A friend looks, somebody is left out, somebody asks by mail; none of what they wrote comes back to anybody."""
    friend = running.web.browser(is_hers=True)  # his own page: it may hold his own name
    assert friend.get(letter).status_code == 200
    assert friend.post(f"{letter}/held").status_code == 200
    nobody = running.web.browser()
    assert (
        "left out" in nobody.post("/leave-out", data={"phone": "(919) 211-7301", "email": "optout@leak.example"}).text
    )
    for address in ("errwin@leak.example", "zyxcanary@leak.example"):
        assert nobody.post("/held", data={"email": address}).status_code == 200
        assert nobody.post("/sign-in", data={"email": address}).status_code == 200


def sign_in_by_mail(running: Running) -> None:
    """A link goes to her own address, and names nobody."""
    running.web.browser().post("/sign-in", data={"email": "hortensia@leak.example"})
    ends = time.monotonic() + 30
    while len(running.box.messages) < 3 and time.monotonic() < ends:
        time.sleep(0.1)
    assert len(running.box.messages) == 3
    for message in running.box.messages:
        assert canaries_in(f"{message['Subject']} {message.get_content()}", PEOPLE) == []


def wrong_requests(her: httpx2.Client, web: Web) -> None:
    """What answers 4xx, or would be a 500 somewhere else; she is signed in, but no error page is hers."""
    key = re.findall(r"/friends/(\w+)/write", her.get("/friends").text)[0]
    csrf = form_token(her.get("/connect").text)
    big = {"file": (f"{ERRWIN}.vcf", f"{ERRWIN}\n".encode() * 110_000)}
    odd = {"file": (f"{ERRWIN}.zip", b"PK\x03\x04" + ERRWIN.encode() + b"\x00\xff")}
    statuses = [
        her.get(f"/friends/{ERRWIN}/write").status_code,
        her.get(f"/f/{ERRWIN}").status_code,
        her.get(f"/static/{ERRWIN}").status_code,
        her.get(f"/enter/{ERRWIN}").status_code,
        her.get(f"/held/{ERRWIN}").status_code,
        her.get(f"/oauth/openid/callback?code={ERRWIN}&state={ERRWIN}").status_code,
        her.get(f"/oauth/{ERRWIN}/callback").status_code,
        her.get(f"/{ERRWIN}%00%ff").status_code,
        her.post("/connect", data={"csrf": csrf}, files=odd).status_code,
        her.post("/connect", data={"csrf": csrf}, files=big).status_code,
        her.post(f"/friends/{key}/report", data={"csrf": csrf, "outcome": ERRWIN}).status_code,
        her.post(f"/questions/{key}", data={"csrf": csrf, "answer": ERRWIN}).status_code,
        her.post("/choose", data={"csrf": csrf, "keep": ERRWIN}).status_code,
        her.post("/consent", data={"csrf": ERRWIN}).status_code,
        her.post("/my-data/sources/remove", data={"csrf": csrf, "source": ERRWIN}).status_code,
        her.post("/start", data={"csrf": csrf, "name": ""}).status_code,
        her.post("/sign-in", data={"csrf": csrf, "email": ERRWIN}).status_code,
        her.request("PURGE", f"/{ERRWIN}").status_code,
        her.get("/", headers={"host": "errwin.example"}).status_code,
        web.browser().post("/my-data/delete", data={"csrf": ERRWIN}).status_code,
    ]
    assert {400, 403, 404, 413, 422} <= set(statuses)
    assert all(400 <= status < 500 for status in statuses), statuses


def at_the_terminal(running: Running) -> str:
    """What the commands say that an operator runs in between."""
    said = []
    for words in (
        ("doctor",), ("audit", "verify"), ("audit", "affected", "master-key"), ("audit", "affected", "link"),
        ("graph", "export", str(running.folder / "network.graphml")), ("user", "invite", "kim", "--role", "owner"),
    ):  # fmt: skip
        answer = finished(start_kith(*words, cwd=running.folder / "here", environment=running.environment))
        assert answer.code == 0, answer.err
        said.append(answer.out + answer.err)
    return "\n".join(said)


def at_rest(running: Running, tokens: tuple[str, ...]) -> None:
    """While she is here: what she brought rests sealed, and what she said of herself is in the store alone."""
    assert bytes_holding(running.folder, (*BROUGHT, *STRANGERS, *TOKENS, *tokens)) == set()
    holding = {file for file, _ in bytes_holding(running.folder, HERS)}
    if running.store == "sqlite":
        assert holding
        assert holding <= {"kith.db", "kith.db-wal"}
    else:
        assert holding == set()
        assert canaries_in(in_neo4j(), (*BROUGHT, *STRANGERS, *TOKENS, *tokens)) == []
        assert canaries_in(in_neo4j(), HERS)


def nowhere(running: Running, tokens: tuple[str, ...]) -> None:
    """No byte of any file, the store's, the log's and the temporary ones too."""
    assert FRIENDS
    assert bytes_holding(running.folder, (*EVERYTHING, *tokens)) == set()
    if running.store == "neo4j":
        assert canaries_in(in_neo4j(), (*EVERYTHING, *tokens)) == []


def in_neo4j() -> str:
    """Every property of every node and tie that the database gives out."""
    nodes = neo4j_tools.run("MATCH (n) RETURN labels(n), properties(n)")
    ties = neo4j_tools.run("MATCH ()-[r]->() RETURN type(r), properties(r)")
    return f"{nodes} {ties}"
