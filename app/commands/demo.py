"""``kith demo``: an invented town in the browser, with no key, no network and nothing to set up."""

from __future__ import annotations

import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.console import StoreOption, step
from graph.errors import StoreError

if TYPE_CHECKING:
    from app.demo.provider import DemoClient
    from app.demo.seed import DemoTown
    from app.house import House

Say = Callable[[str], None]

_USUAL_PORT = 8000
_PORTS_TO_TRY = 20


def demo_command(
    port: Annotated[
        int | None, typer.Option(help="The port of the pages; 0 takes any free one. Usually 8000, or the next free.")
    ] = None,
    voters: Annotated[int, typer.Option(help="How many voters the town has.", min=500)] = 20_000,
    supporters: Annotated[int, typer.Option(help="How many supporters, at most one in ten voters.", min=1)] = 40,
    check: Annotated[bool, typer.Option("--check", help="Walk through every page by itself, then stop.")] = False,
    store: StoreOption = "",
) -> None:
    """Make a town, load it into a store (without --store: the embedded one) and serve it. Everything is invented; Ctrl-C removes it all.

    Example: kith demo
    """
    say = timed(step)
    try:
        with (
            _stops_when_told(),
            running_demo(port=0 if check else port, voters=voters, supporters=supporters, say=say, store=store) as demo,
        ):
            if check:
                from app.demo.check import walk  # only the check needs a client

                walk(demo.base_url, demo.organizer_link, say=say)
                say("Every page answered. The demo works.")
                return
            _welcome(demo)
            threading.Event().wait()
    except KeyboardInterrupt:
        say("Stopped. The town is gone.")


def timed(say: Say) -> Say:
    """The same voice, with the seconds since now before each line."""
    started = time.monotonic()
    return lambda words: say(f"{time.monotonic() - started:5.1f} s  {words}")


@contextmanager
def _stops_when_told() -> Iterator[None]:
    """A polite kill or a closed terminal ends the block like Ctrl-C, so that nothing is left behind."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {told: signal.signal(told, stop) for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for told, handler in before.items():
            signal.signal(told, handler)


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """Where the demo is, and the organizer's way in."""

    base_url: str
    organizer_link: str
    data: Path


def _welcome(demo: RunningDemo) -> None:
    typer.echo("")
    typer.echo("  Everybody in this town is invented.")
    typer.echo(f"  A supporter, on a phone:    {demo.base_url}/")
    typer.echo(f"  The organizer, on a laptop: {demo.organizer_link}")
    typer.echo("")
    typer.echo("  Ctrl-C stops it and removes everything.")
    sys.stdout.flush()


@contextmanager
def running_demo(
    *, port: int | None = 0, voters: int = 20_000, supporters: int = 40, say: Say = step, store: str = ""
) -> Iterator[RunningDemo]:
    """The demo, served on loopback while the block runs; its folder is removed afterwards.

    Raises ``StoreError`` when ``port`` is taken; without one, the usual port or the next free one is used.
    """
    from app.demo.provider_server import loopback_url, open_loopback  # the engines take a second to load

    with ExitStack() as stack:
        pages = stack.enter_context(_usual_listener(say) if port is None else _claimed(port))
        books = stack.enter_context(open_loopback(0))
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kith-demo-", ignore_cleanup_errors=True)))
        token = _open_for_visitors(
            stack, data, pages, books, voters=voters, supporters=supporters, say=say, store=store
        )
        base_url = loopback_url(pages)
        yield RunningDemo(base_url, f"{base_url}/enter/{token}", data)


def _usual_listener(say: Say) -> socket.socket:
    """A socket on the usual port, or on the next free one with a word about it."""
    for port in range(_USUAL_PORT, _USUAL_PORT + _PORTS_TO_TRY):
        try:
            listener = _claimed(port)
        except StoreError:
            continue
        if port != _USUAL_PORT:
            say(f"Port {_USUAL_PORT} is in use, so the pages are on port {port}")
        return listener
    raise StoreError(
        "All usual ports are in use.",
        thing=f"port {_USUAL_PORT}",
        next_step="Run: kith demo --port 0, for any free one.",
    )


def _claimed(port: int) -> socket.socket:
    """A socket that listens from now on: two demos that start at once would else both be given the port."""
    from app.demo.provider_server import open_loopback

    listener = open_loopback(port)
    try:
        listener.listen()
    except OSError as error:
        listener.close()
        raise StoreError(
            "This port is in use.", thing=f"port {port}", next_step="Choose another port, or stop what uses it."
        ) from error
    return listener


def _open_for_visitors(
    stack: ExitStack,
    data: Path,
    pages: socket.socket,
    books: socket.socket,
    *,
    voters: int,
    supporters: int,
    say: Say,
    store: str,
) -> str:
    """Make the town, move it in and serve it; the token of the organizer's link."""
    from app.demo.provider import DemoClient, DemoProvider
    from app.demo.provider_server import loopback_url, serving
    from app.demo.seed import build_town, move_in, today_in_town
    from app.main import create_app
    from app.web.providers import callback_of
    from app.wiring import utc_now
    from oauth.providers.demo import DEMO_ID

    base_url, provider_url = loopback_url(pages), loopback_url(books)
    town = build_town(data / "town", today_in_town(utc_now()), say=say, voters=voters, supporters=supporters)
    callbacks = frozenset({callback_of(base_url, DEMO_ID)})
    client = DemoClient("kith-demo", secrets.token_urlsafe(24), callbacks)
    house = _house(stack, data, town, client, base_url=base_url, provider_url=provider_url, store=store)
    move_in(house, town, say=say)
    address_books = DemoProvider(town.accounts, client, base_url=provider_url, settings=house)
    stack.enter_context(serving(address_books.app, books))
    _start_worker(stack, house)
    stack.enter_context(serving(create_app(house, with_worker=False), pages))
    say("Open for visitors")
    return _organizers_token(house)


def _house(
    stack: ExitStack,
    data: Path,
    town: DemoTown,
    client: DemoClient,
    *,
    base_url: str,
    provider_url: str,
    store: str,
) -> House:
    from app.settings import Settings
    from app.wiring import open_house, passing_campaign
    from oauth.providers.demo import demo as demo_provider

    settings = Settings(
        data=data / "data", store=store, base_url=base_url, campaign=f"demo-{secrets.token_hex(4)}" if store else "demo",
        campaign_name="Rivera for Council", candidate="Elena Rivera", office="runs for city council",
        disclaimer="Paid for by Rivera for Council.", privacy_contact="privacy@rivera.example", state="NC",
        election=town.election.day,
    )  # fmt: skip
    # First, so that nothing is made which is not written down.
    install = stack.enter_context(passing_campaign(settings))
    provider = demo_provider(provider_url, client.client_id, client.client_secret, is_demo=True)
    house = open_house(settings, providers=[provider], election=town.election, demo_truth=data / "town" / "truth")
    return replace(house, install=install)


def _start_worker(stack: ExitStack, house: House) -> None:
    from app.jobs import Worker
    from app.work import handlers

    worker = Worker(house.records, handlers(house), clock=house.clock, pause_seconds=0.1)
    worker.start()
    stack.callback(worker.stop)


def _organizers_token(house: House) -> str:
    from app.web.sign_in_links import make_link
    from graph.model import SupporterId

    now, organizer = house.clock(), SupporterId("organizer")
    return make_link(house.records, supporter_id=organizer, role="organizer", now=now, expires=now + timedelta(days=1))
