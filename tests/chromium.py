"""A real Chromium for the browser tests: how it is started, and what is listened to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from missing_parts import give_up
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


def chromium_path() -> str:
    """Where Chromium is. Without one the test is skipped aloud; where everything must be tried it fails."""
    path = shutil.which("chromium")
    if path is None:
        give_up("There is no Chromium here; make parts brings it.")
    return path


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """A browser while the block runs."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def open_page(chromium: Browser, *, width: int, scripts: bool = True) -> tuple[Page, list[str]]:
    """A page of this width, and the complaints it hears: console errors, exceptions, dialogs, foreign requests."""
    page = chromium.new_context(viewport={"width": width, "height": 740}, java_script_enabled=scripts).new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: None if "127.0.0.1" in request.url else heard.append(request.url))
    return page, heard
