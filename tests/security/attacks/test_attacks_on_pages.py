"""Attacks by requests that no page of ours would send."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.house import House
from app.settings import Settings, master_key
from app.web.sessions import SESSION_KIND
from graph.errors import UsageError
from graph.model import CampaignId
from graph.sqlite.record_store import SqliteRecordStores

LEADS = {"name": "Maria Osei", "postal_code": "27601"}


def token(text: str) -> str:
    return re.findall(r'name="csrf" value="([^"]*)"', text)[0]


def shown(text: str) -> str:
    """What a page says, without what stands around it: there a link repeats the address."""
    return text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("name", ["next", "return_to", "redirect", "redirect_uri", "url", "continue", "target"])
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_attack_25_no_parameter_and_no_path_leads_elsewhere(maria: TestClient, name: str, elsewhere: str) -> None:
    form = {"csrf": token(maria.get("/start").text), **LEADS, name: elsewhere}
    said = [
        maria.post("/start", params={name: elsewhere}, data=form, follow_redirects=False),
        maria.get("/", params={name: elsewhere}, headers={"referer": elsewhere}, follow_redirects=False),
        maria.get(f"/enter/invented?{name}={elsewhere}", follow_redirects=False),
        maria.get(f"/{elsewhere}/", follow_redirects=False),
    ]
    assert said[0].status_code == 303
    assert "evil" not in "".join(answer.headers.get("location", "") for answer in said)
    assert re.fullmatch(r"/[a-z-]+", said[0].headers["location"])


def test_attack_33_a_campaign_named_by_the_caller_is_ignored(house: House, maria: TestClient, tmp_path: Path) -> None:
    before = len(house.graph.supporters())
    named = {"campaign": "valley", "campaign_id": "valley", "tenant_id": "valley"}
    maria.post(
        "/start?campaign=valley",
        data={**LEADS, **named, "csrf": token(maria.get("/start").text)},
        headers={"x-tenant": "valley", "x-campaign": "valley"},
    )

    other = SqliteRecordStores(tmp_path / "data").for_campaign(CampaignId("valley"))
    assert len(house.graph.supporters()) == before + 1
    assert other.kinds() == []
    other.close()


@pytest.mark.parametrize(
    "field", ["role", "supporter", "supporter_id", "created_at", "score", "is_suppressed", "text_version", "status"]
)
def test_attack_34_a_field_that_no_form_has_changes_nothing(house: House, maria: TestClient, field: str) -> None:
    maria.post("/start", data={**LEADS, "csrf": token(maria.get("/start").text), field: "owner"})

    newest = [record.value for record in house.records.all(SESSION_KIND)]
    assert {value["role"] for value in newest} == {"supporter"}
    assert all(one.supporter_id.startswith("s-") for one in house.graph.supporters())
    assert maria.get("/desk").status_code == 403


@pytest.mark.parametrize("query", ["depth=99", "include=*", "supporter=s-0&depth=2", "expand=friends.friends"])
def test_attack_36_no_parameter_leads_to_friends_of_friends(maria: TestClient, query: str) -> None:
    assert shown(maria.get(f"/friends?{query}").text) == shown(maria.get("/friends").text)


@pytest.mark.parametrize(
    "name", ["../../evil.vcf", "/etc/passwd", "..\\evil.vcf", "<img src=x onerror=alert(1)>.vcf", "a" * 5_000 + ".vcf"]
)
def test_attack_50_a_files_name_is_never_used(maria: TestClient, tmp_path: Path, name: str) -> None:
    maria.post("/consent", data={"csrf": token(maria.get("/consent").text), "purpose": "match", "answer": "agree"})
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Tom Becker\r\nEND:VCARD\r\n"
    form = {"csrf": (None, token(maria.get("/connect").text)), "file": (name, card, "text/vcard")}

    answer = maria.post("/connect", files=form)

    assert answer.status_code in ((200,) if len(name) < 1_000 else (403,))
    assert "evil" not in answer.text
    assert "onerror" not in answer.text
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name or path.suffix == ".vcf"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "//my-data"), ("GET", "/MY-DATA"), ("GET", "/my-data;a=b"), ("GET", "/my-data/../desk"),
        ("GET", "/%2fdesk"), ("PUT", "/my-data/delete"), ("DELETE", "/my-data"), ("TRACE", "/my-data"), ("PATCH", "/start"),
    ],
)  # fmt: skip
def test_attack_68_odd_methods_and_paths_open_nothing(house: House, maria: TestClient, method: str, path: str) -> None:
    answer = maria.request(method, f"{house.base_url}{path}", headers={"x-csrf-token": token(maria.get("/start").text)})
    assert answer.status_code in (403, 404, 405), path
    assert len(house.graph.supporters()) == 1


@pytest.mark.parametrize("header", ["x-http-method-override", "x-method-override", "x-http-method"])
def test_attack_68_a_header_does_not_change_the_method(house: House, maria: TestClient, header: str) -> None:
    maria.get("/my-data/delete?_method=POST", headers={header: "POST"})
    assert len(house.graph.supporters()) == 1


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/.git/config", "/.env", "/static/../settings.py"]
)
def test_attack_70_nothing_of_the_works_is_served(maria: TestClient, path: str) -> None:
    assert maria.get(path).status_code == 404


@pytest.mark.parametrize("key", ["secret", "0" * 62, "zz" * 32, "changeme" * 8])
def test_attack_70_a_key_that_is_none_starts_nothing(key: str) -> None:
    with pytest.raises(UsageError) as refusal:
        master_key(Settings(master_key=key))  # type: ignore[arg-type]  # pydantic hides it
    assert key not in str(refusal.value)
