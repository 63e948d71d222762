"""``kith serve``, ``health``, ``warm``, ``worker``, ``version``."""

from __future__ import annotations

import gc
import importlib.metadata
import os
import socket
import time
from contextlib import suppress
from typing import Annotated
from urllib.parse import urlsplit

import typer

from app.commands.console import StoreOption, show, step
from graph.errors import InputError, StoreError

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


def version_command() -> None:
    """Print the version."""
    typer.echo(importlib.metadata.version("kith-organizing"))
