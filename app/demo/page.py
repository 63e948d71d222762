"""A page as a visitor without scripts has it: its words, its links, its forms, its tables. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from graph.errors import KithError

_SECRET_PART = re.compile(r"[A-Za-z0-9_-]{20,}")
_SILENT = frozenset({"script", "style", "noscript", "svg"})
_FILES = {"link": "href", "script": "src", "img": "src"}


@dataclass(slots=True)
class Form:
    """Where a form leads, what it holds by itself, its boxes and its buttons, each as name and value."""

    action: str
    is_post: bool
    fields: dict[str, str] = field(default_factory=dict)
    boxes: list[tuple[str, str]] = field(default_factory=list)
    ticked: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Page:
    """One answer, read. ``cards`` are the ids of its articles in order; ``rows`` the cells of its tables."""

    address: str
    text: str
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    drawings: int = 0

    @property
    def label(self) -> str:
        """The page's path without the parts that only its owner may know."""
        return shown_path(self.address)

    def needs(self, *words: str) -> Page:
        """Raise ``KithError`` unless all of these stand on the page; the page itself otherwise."""
        for each in words:
            if each not in self.text:
                raise missing(self.label, f"the words “{each}”")
        return self

    def form(self, action_end: str) -> Form:
        """The first form that leads to an address with this end. Raises ``KithError`` when there is none."""
        for one in self.forms:
            if one.action.endswith(action_end):
                return one
        raise missing(self.label, f"a form to …{shown_path(action_end)}")

    def link(self, holds: str) -> str:
        """The first link whose address holds this. Raises ``KithError`` when there is none."""
        for address in self.links:
            if holds in address:
                return address
        raise missing(self.label, f"a link to …{shown_path(holds)}")

    def counts(self) -> Mapping[str, int]:
        """Rows of two or more cells whose second is a whole number, by their first cell."""
        return {row[0]: int(row[1].replace(",", "")) for row in self.rows if len(row) > 1 and _is_count(row[1])}


def missing(where: str, what: str) -> KithError:
    """The error for a page that lacks something."""
    return KithError(f"{what} was missing.", thing=where, next_step="Start the demo again; if it stays, report it.")


def shown_path(address: str) -> str:
    """A path with every long id or token left out, so that it may be said aloud."""
    path = re.sub(r"^https?://[^/]*", "", address).partition("?")[0]
    return _SECRET_PART.sub("…", path) or "/"


def read_page(address: str, html: str) -> Page:
    """Read an HTML page; a text that is none gives an empty page."""
    reader = _Reader(address)
    reader.feed(html)
    reader.close()
    reader.page.text = " ".join(" ".join(reader.words).split())
    return reader.page


def _is_count(text: str) -> bool:
    return text.replace(",", "").isdecimal()


class _Reader(HTMLParser):
    """Walks through the tags once and notes what a visitor could use."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.page = Page(address, "")
        self.words: list[str] = []
        self._silent = 0
        self._text_field = ""
        self._select = ""
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one opening tag."""
        given = {name: value or "" for name, value in attrs}
        self._silent += tag in _SILENT
        if tag in _FILES and given.get(_FILES[tag]):
            self.page.files.append(given[_FILES[tag]])
        if tag == "article" and "id" in given:
            self.page.cards.append(given["id"])
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        self.page.drawings += tag == "svg"
        self._open_table(tag)
        self._open_form(tag, given)

    def _open_table(self, tag: str) -> None:
        if tag == "tr":
            self.page.rows.append([])
        if tag in ("td", "th"):
            self._cell = []

    def _open_form(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "form":
            self.page.forms.append(Form(given.get("action", ""), given.get("method") == "post"))
        elif self.page.forms and tag in ("input", "button", "textarea", "select", "option"):
            self._note_field(self.page.forms[-1], tag, given)

    def _note_field(self, form: Form, tag: str, given: Mapping[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "option":
            form.choices[self._select].append(value)
        elif tag == "select":
            self._select = name
            form.choices[name] = []
        elif tag == "button":
            form.buttons.append((name, value))
        elif given.get("type") == "checkbox":
            (form.ticked if "checked" in given else form.boxes).append((name, value))
        elif name and given.get("type") != "file":
            form.fields[name] = value
            self._text_field = name if tag == "textarea" else ""

    def handle_endtag(self, tag: str) -> None:
        """Note one closing tag."""
        self._silent -= tag in _SILENT and self._silent > 0
        if tag == "textarea":
            self._text_field = ""
        if tag in ("td", "th") and self._cell is not None and self.page.rows:
            self.page.rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        """Note one piece of text."""
        if self._text_field:
            self.page.forms[-1].fields[self._text_field] += data
        if self._cell is not None:
            self._cell.append(data)
        if not self._silent:
            self.words.append(data)
