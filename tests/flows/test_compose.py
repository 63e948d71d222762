"""The containers, as far as they can be held without an engine: the file fits the program, and its commands run by hand."""

from __future__ import annotations

import json
import re
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import neo4j_server
import neo4j_tools
import pytest
import yaml
from command_line import finished, start_kith
from ports import free_port

from app.commands.program import program
from app.settings import Settings
from app.wiring import utc_now

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "kith"]
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])(.*?))?\}")


def commands() -> set[str]:
    return {command.name for command in program.registered_commands if command.name}


def test_by_default_the_pages_a_worker_and_neo4j_start_and_embedded_is_asked_for():
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == {"app", "worker", "neo4j"}
    assert SERVICES["embedded"]["profiles"] == ["embedded"]
    assert "KITH_STORE" not in SERVICES["embedded"]["environment"]


@pytest.mark.parametrize("name", ["app", "worker"])
def test_the_pages_and_the_worker_use_neo4j(name):
    assert SERVICES[name]["environment"]["KITH_STORE"] == "neo4j://neo4j@neo4j:7687"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_and_every_command_is_one(name):
    service = SERVICES[name]
    known = {f"KITH_{field.upper()}" for field in Settings.model_fields}
    assert set(service["environment"]) <= known
    assert service.get("command", ["serve"])[0] in commands()
    assert service.get("healthcheck", {"test": ["CMD", "kith", "health"]})["test"][2] in commands()


def test_what_publishing_needs_is_asked_for_before_anything_starts():
    needed = {
        name
        for name, value in SERVICES["app"]["environment"].items()
        if (found := VARIABLE.match(value)) and found[2] == "?"
    }
    assert needed == {
        "KITH_CAMPAIGN_NAME", "KITH_CANDIDATE", "KITH_DISCLAIMER", "KITH_PRIVACY_CONTACT", "KITH_ELECTION",
    }  # fmt: skip
    example = {
        line.split("=")[0] for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines() if "=" in line
    }
    assert needed <= example


def test_no_secret_stands_in_the_file_and_each_comes_from_a_file_that_is_not_shipped():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("PASSWORD", "KEY", "AUTH", "SECRET")):
                assert name.endswith("_FILE"), name
                assert Path(value).parent == Path("/run/secrets")
                assert Path(value).name in service["secrets"]
    for secret in COMPOSE["secrets"].values():
        assert not (ROOT / secret["file"]).exists() or "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8")
        assert Path(secret["file"]).parts[0] == "secrets"


def test_what_waits_waits_for_health_and_what_is_open_is_open_to_this_machine_alone():
    for service in SERVICES.values():
        for waited_for, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in SERVICES[waited_for]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert "ports" not in SERVICES["neo4j"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_rights_and_write_to_their_volume_alone(name):
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["volumes"] == ["kith:/srv/kith"]


def test_every_volume_and_secret_that_is_used_is_declared():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert used == set(COMPOSE["volumes"])
    assert {secret for service in SERVICES.values() for secret in service.get("secrets", ())} == set(COMPOSE["secrets"])


def test_the_image_takes_along_all_that_the_program_needs_and_runs_as_nobody_special():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    packages = {"app", "graph", "matching", "oauth", "prioritization"}
    assert packages == {line.split()[1] for line in text.splitlines() if re.fullmatch(r"COPY (\w+) \1", line)}
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    assert packages | {"pyproject.toml", "requirements.lock", "README.md", "LICENSE"} == let_in
    assert text.index("USER kith") < text.index("ENTRYPOINT")
    assert "--require-hashes" in text


def environment_of(name: str, **real: str) -> dict[str, str]:
    """A service's environment as compose would fill it in from .env.example, then with what is real here."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    def filled(value: str) -> str:
        return VARIABLE.sub(lambda found: told.get(found[1], found[3] if found[2] == "-" else ""), value)

    return {variable: filled(value) for variable, value in SERVICES[name]["environment"].items()} | real


def words_of(name: str, port: str) -> list[str]:
    """A service's command as it runs here: on loopback and a free port."""
    usual = SERVICES[name].get("command") or ["serve", "--host", "0.0.0.0", "--port", "8000"]  # noqa: S104 (replaced next)
    return [{"0.0.0.0": "127.0.0.1", "8000": port}.get(word, word) for word in usual]  # noqa: S104 (as the file says)


@pytest.mark.slow
def test_the_commands_of_the_containers_run_by_hand_over_a_real_neo4j(tmp_path):
    running = neo4j_server.the_server()
    neo4j_tools.open_graph(tmp_path)
    (tmp_path / "neo4j_auth").write_text(f"{running.address.user}/{running.password}\n", encoding="utf-8")
    (tmp_path / "master_key").write_text("ab" * 32, encoding="ascii")
    port = str(free_port())
    told = environment_of(
        "app", KITH_DATA=str(tmp_path / "data"), KITH_STORE=str(running.address), KITH_ELECTION=str(utc_now().date() + timedelta(days=9)),
        KITH_NEO4J_PASSWORD_FILE=str(tmp_path / "neo4j_auth"), KITH_MASTER_KEY_FILE=str(tmp_path / "master_key"),
    )  # fmt: skip
    down = finished(start_kith("health", "--port", port, cwd=tmp_path, environment=told))
    assert (down.code, "do not answer" in down.err) == (1, True)
    processes = [start_kith(*words_of(name, port), cwd=tmp_path, environment=told) for name in ("app", "worker")]
    try:
        healthy = asked_until_well(port, tmp_path, told)
        assert healthy.out == "ok\n"
        doctor = finished(start_kith("doctor", "--json", cwd=tmp_path, environment=told))
        assert json.loads(doctor.out)["store"] == "ok"
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
    said = [finished(process) for process in processes]
    assert [one.code for one in said] == [0, 0]
    assert running.password not in "".join(one.out + one.err for one in said)


def asked_until_well(port, folder, told, *, within_seconds=300.0):
    """The health check as the engine repeats it."""
    until = time.monotonic() + within_seconds
    while True:
        said = finished(start_kith("health", "--port", port, cwd=folder, environment=told))
        if said.code == 0 or time.monotonic() > until:
            return said
        time.sleep(0.5)
