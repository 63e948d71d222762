"""Every page in a real browser: at 360 and 1280 pixels, under the real policy, with and without scripts.

The pages are served with sample views, the real files and the real security policy; what the journey does is tried in
the other flows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import uvicorn
from chromium import open_page, started_chromium
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from playwright.sync_api import Browser, expect
from sample_views import BARE, DRAFT, FILLED, FRAME, HOSTILE, REACH_PAGE

from app.web import assets
from app.web.pages import render
from app.web.security import content_security_policy
from app.web.states import ReachPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUPPORTER = sorted(name for name in FILLED if not name.startswith("desk/"))
DESK = sorted(name for name in FILLED if name.startswith("desk/"))
TOO_SMALL = """() => [...document.querySelectorAll('button, .button, input:not([type=hidden]), summary, .link')]
  .filter((one) => one.checkVisibility() && !one.closest('.choice'))
  .filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)"""


class Served:
    """The sample pages on a port of their own; ``reach`` may be changed while a browser looks."""

    def __init__(self) -> None:
        self.app = FastAPI(openapi_url=None)
        self.app.state.house = SimpleNamespace(campaign=SimpleNamespace(accent="#8A2A6B"))
        self.reach: ReachPage = REACH_PAGE
        self.app.include_router(assets.router)
        self.app.add_api_route("/page/{name:path}", self.page)
        self.app.add_api_route("/desk/reach", self.reach_page)
        self.app.add_api_route("/finding.json", self.finding)
        self.app.middleware("http")(self.guarded)
        self.server = uvicorn.Server(uvicorn.Config(self.app, port=0, log_level="error"))
        self.thread = threading.Thread(target=self.server.run)

    async def guarded(self, request: Request, following) -> Response:
        answer: Response = await following(request)
        answer.headers["Content-Security-Policy"] = content_security_policy()
        return answer

    def page(self, name: str, bare: bool = False) -> HTMLResponse:
        return HTMLResponse(render(name, (BARE if bare else FILLED)[name], FRAME))

    def reach_page(self) -> HTMLResponse:
        return HTMLResponse(render("desk/reach.html", self.reach, FRAME))

    def finding(self) -> JSONResponse:
        counts = {"read": "999", "people": "800", "found": "500", "unsure": "31", "asks": "5"}
        return JSONResponse({"state": "running", "counts": counts})

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    pages = Served()
    pages.thread.start()
    while not pages.server.started:
        time.sleep(0.02)
    yield pages
    pages.server.should_exit = True
    pages.thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@pytest.mark.parametrize(
    ("names", "width"), [(SUPPORTER, 360), (SUPPORTER, 320), (DESK, 1280), (DESK, 768), (DESK, 320)]
)
def test_pages_fit_their_screen_and_the_policy_has_nothing_to_say(served, chromium, names, width):
    page, heard = open_page(chromium, width=width)
    for name in names:
        for query in ("", "?bare=1") if name in BARE else ("",):
            page.goto(f"{served.address}/page/{name}{query}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert page.evaluate("document.styleSheets.length") == 2
    assert heard == []
    page.context.close()


@pytest.mark.parametrize("name", SUPPORTER)
def test_what_is_pressed_is_large_enough_for_a_thumb(served, chromium, name):
    page, _ = open_page(chromium, width=360)
    page.goto(f"{served.address}/page/{name}")

    assert page.evaluate(TOO_SMALL) == []
    page.context.close()


def test_refusing_is_as_large_as_agreeing(served, chromium):
    page, _ = open_page(chromium, width=412)
    page.goto(f"{served.address}/page/supporter/consent.html")
    agree, refuse = (page.locator(f"button[value={answer}]").bounding_box() for answer in ("agree", "refuse"))

    assert agree is not None
    assert refuse is not None
    assert refuse["width"] == agree["width"]
    assert refuse["height"] >= agree["height"]
    page.context.close()


def test_text_twice_as_large_still_fits(served, chromium):
    page, _ = open_page(chromium, width=640)
    for name in SUPPORTER:
        page.goto(f"{served.address}/page/{name}")
        page.evaluate("document.documentElement.style.fontSize = '212%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
    page.context.close()


def test_everything_works_without_scripts(served, chromium):
    page, heard = open_page(chromium, width=360, scripts=False)
    page.goto(f"{served.address}/page/supporter/write.html")

    assert page.get_by_role("link", name="Text message").get_attribute("href") == DRAFT.channels[0].href
    assert page.get_by_role("button", name="Use my wording").is_visible()
    assert not page.get_by_role("button", name="Copy").is_visible()
    page.goto(f"{served.address}/page/supporter/finding.html")
    assert page.locator("noscript a").is_visible()
    assert heard == []
    page.context.close()


def test_what_she_writes_goes_into_the_buttons(served, chromium):
    page, _ = open_page(chromium, width=360)
    page.goto(f"{served.address}/page/supporter/write.html")
    page.get_by_label("Your message").fill("Hi & bye? ñ")

    assert (
        page.get_by_role("link", name="Text message").get_attribute("href").endswith("body=Hi%20%26%20bye%3F%20%C3%B1")
    )
    assert page.get_by_text("11 of 300").is_visible()
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [320, 360])
def test_the_whole_message_with_its_link_is_seen_at_once(served, chromium, width, scripts):
    page, _ = open_page(chromium, width=width, scripts=scripts)
    page.goto(f"{served.address}/page/supporter/write.html")
    message = page.get_by_label("Your message")

    assert DRAFT.link in message.input_value()
    for words in (DRAFT.text, DRAFT.text * 2):
        message.fill(words)
        assert message.evaluate("it => it.scrollHeight <= it.clientHeight && it.scrollWidth <= it.clientWidth")
    page.context.close()


def test_a_name_is_found_and_unticked_in_a_long_list(served, chromium):
    page, heard = open_page(chromium, width=360)
    page.goto(f"{served.address}/page/supporter/choose.html")
    go_on = page.get_by_role("button", name="Bring these")

    expect(go_on).to_have_text("Bring these (32)")
    assert page.evaluate("document.documentElement.scrollHeight > 2 * innerHeight")
    expect(go_on).to_be_in_viewport()
    page.get_by_label("Find a name").fill("álvarez")
    expect(page.locator("label.choice:visible")).to_have_count(1)
    page.get_by_label("Maria Alvarez").uncheck()
    expect(go_on).to_have_text("Bring these (31)")
    page.get_by_label("Find a name").fill("nobody at all")
    expect(page.get_by_text("Nobody here is called that.")).to_be_visible()
    assert heard == []
    page.context.close()


def test_the_counts_run_while_friends_are_found(served, chromium):
    page, _ = open_page(chromium, width=360)
    page.goto(f"{served.address}/page/supporter/finding.html")

    page.locator("[data-count=read]", has_text="999").wait_for(timeout=30_000)
    page.context.close()


def test_the_desk_moves_by_itself(served, chromium):
    page, heard = open_page(chromium, width=1280)
    page.goto(f"{served.address}/desk/reach")
    page.get_by_text("As a table").click()
    grown = ReachPage(
        type(REACH_PAGE.reach)(
            **{name: getattr(REACH_PAGE.reach, name) for name in REACH_PAGE.reach.__slots__} | {"known": 18_421}
        ),
        REACH_PAGE.picture,
        (type(REACH_PAGE.rows[0])("Brand New Place", 12, 3, ""), *REACH_PAGE.rows),
    )
    served.reach = grown

    page.get_by_text("18,421").wait_for(timeout=30_000)
    page.get_by_role("row", name="Brand New Place").wait_for(timeout=30_000)
    assert heard == []
    page.context.close()


def test_a_hostile_name_opens_no_dialog(served, chromium):
    page, heard = open_page(chromium, width=360)
    page.goto(f"{served.address}/page/supporter/write.html")
    page.get_by_label("Your message").fill(HOSTILE)
    page.goto(f"{served.address}/page/%3Cimg src=x onerror=alert(1)%3E", wait_until="load")

    assert not [complaint for complaint in heard if complaint.startswith("dialog")]
    page.context.close()
