"""``kith serve``, ``worker``, ``doctor``, ``version``."""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import shutil
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from app.commands.console import StoreOption, show, step
from graph.errors import InputError, KithError, StoreError

if TYPE_CHECKING:
    from app.house import House
    from app.settings import Settings

_LEAST_FREE_BYTES = 500_000_000
_HEALTH_SECONDS = 5.0


def serve_command(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    store: StoreOption = "",
    without_worker: Annotated[
        bool, typer.Option("--without-worker", metavar="", help="Leave the jobs to: kith worker.")
    ] = False,
) -> None:
    """Serve the campaign's pages; jobs run in the same process unless a worker of its own runs them.

    The campaign is told by the environment: KITH_CAMPAIGN_NAME, KITH_CANDIDATE, KITH_ELECTION, KITH_DISCLAIMER,
    KITH_PRIVACY_CONTACT, KITH_BASE_URL.

    Example: kith serve --port 8000
    """
    import uvicorn  # loaded late: the other commands do not need it

    from app.garbage import set_long_lived_aside
    from app.main import create_app
    from app.settings import read_settings
    from app.web.patience import server_settings
    from app.wiring import open_house

    settings = read_settings(store=store)
    house = open_house(settings)
    _refuse_taken(host, port)
    step(f"Serving {house.campaign.name} on {house.base_url} (this machine: {host}, port {port}). Ctrl-C stops it.")
    if house.base_url.startswith("https://") and not settings.proxy:
        step("KITH_PROXY is not set: behind a proxy all visitors count as one, and are told to wait together.")
    app = create_app(house, with_worker=not without_worker, when_warm=set_long_lived_aside)
    server = uvicorn.Server(server_settings(app, host=host, port=port, proxy=settings.proxy))
    with suppress(KeyboardInterrupt):  # by then the server has ended its work
        server.run()
    gc.freeze()  # Python's last look for cyclic garbage would walk all that was loaded, for seconds
    step("Stopped.")


def health_command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of kith serve on this machine.")] = 8000,
) -> None:
    """Ask the pages on this machine whether they live; exit 1 when they do not. Made for health checks.

    Example: kith health --port 8000
    """
    import httpx2  # loads slowly; a mistyped option should not

    from app.settings import read_settings

    host = urlsplit(read_settings().base_url).netloc
    try:
        answer = httpx2.get(f"http://127.0.0.1:{port}/healthz", headers={"Host": host}, timeout=_HEALTH_SECONDS)
        is_well = answer.status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        is_well = False
    if not is_well:
        raise StoreError("The pages do not answer.", thing=f"port {port}", next_step="See what kith serve says.")
    typer.echo("ok")


def warm_command(store: StoreOption = "") -> None:
    """Compile the inner loops and open the voter file once, so that the first page after an install is as quick as the rest.

    Example: kith warm
    """
    from app.settings import read_settings
    from app.warming import warm  # the engines take a second to load; a mistyped option should not
    from app.wiring import open_house

    house = open_house(read_settings(store=store))
    started = time.perf_counter()
    warm(house)
    step(f"Warm after {time.perf_counter() - started:.1f} s.")


def _refuse_taken(host: str, port: int) -> None:
    """Find out in a sentence, not in a server's log, that the address cannot be had. Raises ``InputError``."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise InputError(
            f"Nothing can be served there ({error.strerror or 'the address is unknown'}).",
            thing=f"{host}, port {port}",
            next_step="Choose another --port or --host.",
        ) from error


def worker_command(
    once: Annotated[bool, typer.Option("--once", metavar="", help="Run what is due, then stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="With --once: print the counts as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Run the durable jobs apart from the server; with --once, exit 1 when one of them was given up.

    Example: kith worker --once
    """
    from app.at_work import AtWork
    from app.jobs import JobState, Worker, run_until_idle
    from app.settings import read_settings
    from app.wiring import open_house
    from app.work import handlers  # the engines take a second to load; a mistyped option should not

    house = open_house(read_settings(store=store))
    if once:
        done = run_until_idle(house.records, handlers(house), worker=f"worker-{os.getpid()}", now=house.clock())
        failed = [result for result in done if result.state is JobState.FAILED]
        for result in failed:
            step(f"Given up: {result.kind}: {result.problem} {result.next_step}".rstrip())
        show({"jobs": len(done), "failed": len(failed)}, as_json=as_json)
        if failed:
            raise typer.Exit(1)
        return
    worker = Worker(house.records, handlers(house), clock=house.clock)
    with AtWork(house.records, clock=house.clock):
        worker.start()
        try:
            step("Working. Ctrl-C stops after the job in hand.")
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            step("Stopping after the job in hand.")
        finally:
            worker.stop()


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the findings as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Look at this install and say what is wrong and how to mend it; exit 1 when something is.

    Example: kith doctor
    """
    from app.settings import read_settings  # the settings load slowly; a mistyped option should not

    settings = read_settings(store=store)
    findings = {
        "python": f"ok {platform.python_version()}",
        "sqlite": _sqlite(),
        "data folder": _folder(settings.data),
        "free space": _space(settings.data),
        **_house(settings),
    }
    show(findings, as_json=as_json)
    if any(not finding.startswith("ok") for finding in findings.values()):
        raise typer.Exit(1)


def _sqlite() -> str:
    import apsw  # only the doctor asks for it by name

    version = apsw.sqlite_lib_version()
    is_safe = tuple(map(int, version.split("."))) >= (3, 51, 3)
    return f"ok {version}" if is_safe else f"fail {version} can lose data under two writers: pip install 'apsw>=3.54'"


def _folder(folder: Path) -> str:
    nearest = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    return f"ok {folder}" if os.access(nearest, os.W_OK) else f"fail {folder} cannot be written: set KITH_DATA"


def _space(folder: Path) -> str:
    nearest = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    return f"ok {free // 10**9} GB" if free > _LEAST_FREE_BYTES else "fail less than 0.5 GB is left: free some"


def _house(settings: Settings) -> dict[str, str]:
    from app.wiring import neo4j_version, open_house  # the stores load slowly; a mistyped option should not

    try:
        server = neo4j_version(settings)
        house = open_house(settings)
    except StoreError as error:
        return {"store": f"fail {error}"}
    except KithError as error:
        return {"settings": f"fail {error}"}
    problems = house.graph.check() or _unwritable(house)
    return {
        "settings": "ok",
        **({"neo4j": f"ok {server}"} if server else {}),
        "store": "ok" if not problems else f"fail {problems[0]}",
        "voter file": _voter_file(house),
        "election": _election(house),
        "disclaimer": "ok",
    }


def _voter_file(house: House) -> str:
    """Whether the current voter file can be opened, every part of it: one that is missing is found at the first search else."""
    try:
        current = house.voters.current()
        if current is None:
            return "fail none: kith voters import FILE --layout nc"
        house.voters.columns()
    except StoreError as error:
        return f"fail {error}"
    return f"ok {current.voters:,} voters"


def _election(house: House) -> str:
    from prioritization.elections import in_table  # only the doctor asks here

    known = "" if in_table(house.election) else ", of which only the day is known: KITH_ELECTION_TABLE tells more"
    return f"ok {house.election.day}{known}"


def _unwritable(house: House) -> list[str]:
    """What hinders writing, tried with a line that goes again: a store may give what it has and take nothing."""
    try:
        house.records.put("doctor", "was_here", {})
        house.records.delete("doctor", "was_here")
    except StoreError as error:
        return [f"nothing can be kept: {error}"]
    return []


def version_command() -> None:
    """Print the version."""
    typer.echo(importlib.metadata.version("kith-organizing"))
