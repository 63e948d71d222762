"""The demo in a real browser, on a phone and on a laptop, with and without scripts: nothing is said on the console, nothing
needs to be scrolled sideways, and every step is one press.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from chromium import open_page, started_chromium
from playwright.sync_api import Browser, Page, expect

from app.commands.demo import RunningDemo, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SETTLED = """async () => {
  const moving = () => document.getAnimations({subtree: true}).filter((one) => one.playState === 'running');
  await Promise.allSettled(moving().map((one) => one.finished));
  return document.documentElement.scrollWidth;
}"""

WIDE = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningDemo]:
    with running_demo(port=0, voters=2_000, supporters=14, say=lambda _: None) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@dataclass
class Screen:
    """One browser window, with what it complained about."""

    page: Page
    width: int
    heard: list[str] = field(default_factory=list)
    has_scripts: bool = True

    def check(self) -> None:
        """The page fits once all that moves on it has come to rest; without scripts nothing moves."""
        wide = self.page.evaluate(SETTLED if self.has_scripts else WIDE)
        assert wide <= self.width, self.page.url

    def press(self, role: str, name: str) -> None:
        """Press the first button or link of this name; check where it leads."""
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()
        self.check()


@pytest.mark.parametrize(
    ("width", "has_scripts"),
    [
        (360, True),
        (1280, False),
        pytest.param(360, False, marks=pytest.mark.full),
        pytest.param(1280, True, marks=pytest.mark.full),
    ],
)
def test_a_supporter_goes_through_the_whole_demo(demo, chromium, width, has_scripts):
    page, heard = open_page(chromium, width=width, scripts=has_scripts)
    screen = Screen(page, width, heard, has_scripts)
    page.goto(demo.base_url)
    screen.check()
    join_and_connect(screen)
    put_away_and_write(screen)
    letter = first_letter(screen)
    friend_leaves(chromium, width, letter)
    look_and_leave(screen)

    assert heard == []
    page.context.close()


def join_and_connect(screen: Screen) -> None:
    page = screen.page
    screen.press("link", "Start")
    page.get_by_label("Your name").fill("Ana Whitfield")
    page.get_by_label("ZIP code").fill("27601")
    screen.press("button", "Continue")
    boxes = page.get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [False] * 4
    for box in boxes.all():
        box.check()
    screen.press("button", "Continue")
    screen.press("button", "Connect Demo address book")
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("button", name="Bring these").wait_for()  # the provider sends her back by two redirects
    screen.check()
    screen.press("button", "Bring these")
    page.get_by_role("link", name="See your friends").wait_for(timeout=30_000)
    assert int(page.locator("[data-count=found]").inner_text()) > 0
    screen.check()
    screen.press("link", "See your friends")


def put_away_and_write(screen: Screen) -> None:
    page = screen.page
    cards = page.locator("article.card")
    expect(cards).to_have_count(5)
    first = cards.first.get_attribute("id")
    screen.press("button", "Not this person")
    expect(page.get_by_text("Taken off your list.")).to_be_visible()
    expect(cards).to_have_count(5)
    assert first not in [card.get_attribute("id") for card in cards.all()]
    screen.press("link", "Write to")
    screen.press("button", "Sent it")
    screen.press("button", "Tell them")
    expect(page.get_by_text("Noted. Thank you.")).to_be_visible()
    expect(page.locator("article.done")).to_have_count(1)


def first_letter(screen: Screen) -> str:
    """The link in the message to the first friend who can still be written to."""
    screen.press("link", "Write to")
    found = re.search(r"http://\S+/f/[\w-]+", screen.page.get_by_label("Your message").input_value())
    assert found
    screen.press("link", "Back to your list")
    return found[0]


def friend_leaves(chromium: Browser, width: int, letter: str) -> None:
    page, heard = open_page(chromium, width=width)
    page.goto(letter)
    screen = Screen(page, width, heard)
    screen.check()
    sizes = [
        page.get_by_role("button", name=words).bounding_box()
        for words in ("I have voted", "I have a plan", "Leave me out")
    ]
    assert len({(size["width"], size["height"]) for size in sizes if size}) == 1
    screen.press("button", "Leave me out")
    expect(page.get_by_role("heading", name="You are left out")).to_be_visible()
    assert heard == []
    page.context.close()


def look_and_leave(screen: Screen) -> None:
    page = screen.page
    screen.press("link", "All ")
    screen.press("link", "Back to your list")
    screen.press("link", "My data")
    screen.press("link", "Delete everything")
    screen.press("button", "Delete everything")
    expect(page.get_by_role("heading", name="Everything is deleted")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_desk_fits_every_screen(demo, chromium, width, has_scripts):
    page, heard = open_page(chromium, width=width, scripts=has_scripts)
    screen = Screen(page, width, heard, has_scripts)
    page.goto(demo.organizer_link)
    screen.check()
    for name in ("Reach", "Shared asks", "The truth", "Home"):
        screen.press("link", name)
        assert page.locator("h1").is_visible()
    page.goto(f"{demo.base_url}/desk/reach")
    assert page.locator("svg.circles").is_visible()
    page.get_by_text("As a table").click()
    assert page.get_by_role("columnheader", name="Have heard").is_visible()
    screen.check()

    assert heard == []
    page.context.close()
