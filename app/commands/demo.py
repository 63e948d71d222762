"""``kith demo``: an invented town in the browser, with no key, no network and nothing to set up."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import step


def demo_command(
    port: Annotated[int, typer.Option(help="The port of the pages; 0 takes any free one.")] = 8000,
    voters: Annotated[int, typer.Option(help="How many voters the town has.")] = 20_000,
    supporters: Annotated[int, typer.Option(help="How many supporters.")] = 40,
    check: Annotated[bool, typer.Option("--check", help="Walk through every page by itself, then stop.")] = False,
) -> None:
    """Make a town, load it into the embedded store and serve it. Everything is invented; Ctrl-C removes it all.

    Example: kith demo
    """
    with running_demo(port=port if not check else 0, voters=voters, supporters=supporters) as demo:
        if check:
            from app.demo.check import walk  # only the check needs a client

            walk(demo.base_url, demo.organizer_link, say=step)
            step("Every page answered. The demo works.")
            return
        _welcome(demo)
        demo.wait()


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """Where the demo is, and the organizer's way in."""

    base_url: str
    organizer_link: str
    data: Path

    def wait(self) -> None:
        """Serve until Ctrl-C."""
        import threading  # only here

        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            step("Stopped. The town is gone.")


def _welcome(demo: RunningDemo) -> None:
    typer.echo("")
    typer.echo("  Everybody in this town is invented.")
    typer.echo(f"  A supporter, on a phone:    {demo.base_url}/")
    typer.echo(f"  The organizer, on a laptop: {demo.organizer_link}")
    typer.echo("")
    typer.echo("  Ctrl-C stops it and removes everything.")
    sys.stdout.flush()


@contextmanager
def running_demo(*, port: int, voters: int = 20_000, supporters: int = 40) -> Iterator[RunningDemo]:
    """The demo, served on loopback while the block runs."""
    from app.demo.provider import DemoClient, DemoProvider  # the engines take a second to load
    from app.demo.provider_server import loopback_url, open_loopback, serving
    from app.demo.seed import build_town, move_in
    from app.finding import handlers
    from app.jobs import Worker
    from app.main import create_app
    from app.settings import Settings
    from app.web.connect import callback_of
    from app.web.sign_in_links import make_link
    from app.wiring import open_house, utc_now
    from graph.model import SupporterId
    from oauth.providers.demo import demo as demo_provider

    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kith-demo-")))
        pages, books = open_loopback(port), open_loopback(0)
        base_url, provider_url = loopback_url(pages), loopback_url(books)
        town = build_town(data / "town", utc_now().date(), say=step, voters=voters, supporters=supporters)
        client_id, client_secret = "kith-demo", secrets.token_urlsafe(24)
        provider = demo_provider(provider_url, client_id, client_secret, is_demo=True)
        settings = Settings(
            data=data / "data", base_url=base_url, campaign="demo", campaign_name="Rivera for Council",
            candidate="Elena Rivera", office="runs for city council", disclaimer="Paid for by Rivera for Council.",
            privacy_contact="privacy@rivera.example", state="NC", election=town.election.day,
        )  # fmt: skip
        house = open_house(settings, providers=[provider], election=town.election, demo_truth=data / "town" / "truth")
        move_in(house, town, say=step)
        client = DemoClient(client_id, client_secret, frozenset({callback_of(base_url, provider.id)}))
        address_books = DemoProvider(town.accounts, client, base_url=provider_url, settings=house)
        stack.enter_context(serving(address_books.app, books))
        worker = Worker(house.records, handlers(house), clock=house.clock, pause_seconds=0.1)
        worker.start()
        stack.callback(worker.stop)
        stack.enter_context(serving(create_app(house, with_worker=False), pages))
        token = make_link(
            house.records, supporter_id=SupporterId("organizer"), role="organizer", now=house.clock(),
            expires=house.clock() + timedelta(days=1),
        )  # fmt: skip
        yield RunningDemo(base_url, f"{base_url}/enter/{token}", data)
