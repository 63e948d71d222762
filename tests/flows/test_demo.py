"""The demo walks through itself, leaves nothing behind, and takes the next port when the usual one is in use."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.commands.demo import RunningDemo, running_demo, timed
from app.demo.page import read_page, shown_path
from app.demo.seed import today_in_town
from app.demo.visitor import Visitor
from graph.errors import KithError, StoreError

SMALL = ("--voters", "500", "--supporters", "5")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningDemo]:
    with running_demo(port=0, voters=500, supporters=5, say=lambda _: None) as running:
        yield running


def kith_demo(temporary: Path, *options: str) -> subprocess.Popen[str]:
    """``kith demo`` of a small town, with its temporary folder where we can look."""
    return subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, "-m", "app.cli", "demo", *SMALL, *options],
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_walk_names_the_page_that_fails_and_no_token(demo):
    with Visitor(demo.base_url) as visitor, pytest.raises(KithError) as failure:
        visitor.open("/f/0123456789abcdef0123456789abcdef")
    assert failure.value.thing == "/f/…"
    assert "404" in failure.value.happened


def test_the_walk_never_leaves_this_machine():
    with Visitor("http://127.0.0.1:9") as visitor, pytest.raises(KithError, match="leads away"):
        visitor.open("http://kith.example/")


def test_a_page_is_read_as_a_visitor_without_scripts_has_it():
    page = read_page(
        "http://127.0.0.1/a?b=c",
        '<title>T</title><script src="/x.js">no</script><svg><text>no</text></svg><article id="k">'
        '<form method="post" action="/do"><input name="csrf" value="t"><input type="checkbox" name="p" value="1" checked>'
        '<textarea name="text">Hi &amp; bye</textarea><button name="b" value="v">Go</button></form></article>'
        '<table><tr><th>Sent</th><td>1,234</td></tr></table><a href="/next">N</a>',
    )

    assert (page.label, page.cards, page.files, page.links, page.drawings) == ("/a", ["k"], ["/x.js"], ["/next"], 1)
    assert page.form("/do").fields == {"csrf": "t", "text": "Hi & bye"}
    assert page.form("/do").ticked == [("p", "1")]
    assert page.form("/do").buttons == [("b", "v")]
    assert page.counts() == {"Sent": 1234}
    assert "no" not in page.text.split()
    with pytest.raises(KithError, match="“Bye”"):
        page.needs("Hi", "Bye")


def test_a_path_is_said_without_its_secrets():
    assert shown_path("http://127.0.0.1:1/enter/E9DCbVhmg7HMXoiYlT7Kv9CIXdRUILazGgKvrp6sAps?x=y") == "/enter/…"
    assert shown_path("http://127.0.0.1:1") == "/"


def test_the_check_walks_by_itself_and_leaves_nothing(tmp_path):
    process = kith_demo(
        tmp_path, "--check", "--voters", "2000", "--supporters", "14"
    )  # enough for the desk to tell counts
    said, _ = process.communicate(timeout=600)

    assert process.returncode == 0, said
    for promised in ("Read ", "Five friends with reasons", "counted it after", "Answered ", "“leave me out”", "Downloaded",
                     "reach as a picture and a table", "more linked pages", "Deleted everything, with a receipt"):  # fmt: skip
        assert promised in said
    assert "Every page answered. The demo works." in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_removes_the_town(tmp_path, told):
    process = kith_demo(tmp_path, "--port", "0")
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C stops it" in line:
            break
    assert list(tmp_path.iterdir()) != []
    process.send_signal(told)
    said, _ = process.communicate(timeout=300)

    assert process.returncode == 0
    assert "The town is gone." in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_was_asked_for_and_is_taken_is_refused_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = kith_demo(tmp_path, "--port", str(taken.getsockname()[1]))
        said, _ = process.communicate(timeout=300)

    assert process.returncode == 1
    assert "This port is in use." in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_the_usual_port_gives_way_to_the_next_free_one():
    said: list[str] = []
    with socket.socket() as usual:
        usual.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            usual.bind(("127.0.0.1", 8000))
            usual.listen()
        except OSError:
            pass  # somebody else has it, which serves as well
        with running_demo(port=None, voters=500, supporters=5, say=said.append) as demo:
            assert demo.base_url != "http://127.0.0.1:8000"
    assert said[0].startswith("Port 8000 is in use, so the pages are on port ")


def test_two_demos_cannot_be_given_one_port(demo):
    port = int(demo.base_url.rpartition(":")[2])
    with pytest.raises(StoreError, match="in use"), running_demo(port=port, voters=500, supporters=5):
        pass


def test_the_towns_day_is_its_own_however_late_it_is_elsewhere():
    assert today_in_town(datetime(2026, 11, 30, 3, tzinfo=UTC)) == date(2026, 11, 29)
    assert today_in_town(datetime(2026, 11, 30, 18, tzinfo=UTC)) == date(2026, 11, 30)


def test_each_line_begins_with_the_seconds():
    said: list[str] = []
    timed(said.append)("Inventing a town")
    assert said == ["  0.0 s  Inventing a town"]
