"""``kith serve``, ``worker``, ``doctor``, ``version``."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import time
from pathlib import Path
from typing import Annotated

import apsw
import typer

from app.commands.console import show, step
from app.settings import Settings, read_settings
from graph.errors import KithError

_LEAST_FREE_BYTES = 500_000_000


def serve_command(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
) -> None:
    """Serve the campaign's pages; jobs run in the same process.

    Example: KITH_CAMPAIGN_NAME="Rivera for Council" KITH_ELECTION=2026-11-03 ... kith serve
    """
    import uvicorn  # loaded late: the other commands do not need it

    from app.main import create_app
    from app.wiring import open_house

    house = open_house(read_settings())
    step(f"Serving {house.campaign.name} on {house.base_url}")
    uvicorn.run(create_app(house), host=host, port=port, log_level="warning", access_log=False, server_header=False)


def worker_command(
    once: Annotated[bool, typer.Option("--once", help="Run what is due, then stop.")] = False,
) -> None:
    """Run the durable jobs apart from the server.

    Example: kith worker --once
    """
    from app.finding import handlers  # the engines take a second to load; a mistyped option should not
    from app.jobs import Worker, run_until_idle
    from app.wiring import open_house

    house = open_house(read_settings())
    if once:
        done = run_until_idle(house.records, handlers(house), worker=f"worker-{os.getpid()}", now=house.clock())
        show({"jobs": len(done), "failed": sum(result.state == "failed" for result in done)}, as_json=False)
        return
    worker = Worker(house.records, handlers(house), clock=house.clock)
    worker.start()
    step("Working. Ctrl-C stops after the job in hand.")
    try:
        while True:
            time.sleep(1)
    finally:
        worker.stop()


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at this install and say what is wrong and how to mend it; exit 1 when something is.

    Example: kith doctor
    """
    settings = read_settings()
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
    from app.wiring import open_house  # the stores load slowly; a mistyped option should not

    try:
        house = open_house(settings)
    except KithError as error:
        return {"settings": f"fail {error}"}
    current, problems = house.voters.current(), house.graph.check()
    return {
        "settings": "ok",
        "store": "ok" if not problems else f"fail {problems[0]}",
        "voter file": f"ok {current.voters:,} voters" if current else "fail none: kith voters import FILE --layout nc",
        "disclaimer": "ok",
    }


def version_command() -> None:
    """Print the version."""
    typer.echo(importlib.metadata.version("kith-organizing"))
