"""Every page, filled and bare, in both languages: text stays text, nothing is inline, choices weigh the same."""

from __future__ import annotations

import ast
import gzip
import re
import string
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup
from sample_views import BARE, DRAFT, FILLED, FRAME, FRIENDS, HOSTILE, LIST, QUESTION
from starlette.requests import Request

import app
from app.translations import LANGUAGES, as_language, in_words, long_date, sentences, translate, translate_count
from app.web.accent import LEAST_CONTRAST, accent_css, contrast
from app.web.assets import static_url
from app.web.deps import language
from app.web.pages import environment, number, render
from app.web.picture import community_picture

ROOT = Path(app.__file__).parent
PAGES = [(name, "filled") for name in FILLED] + [(name, "bare") for name in BARE]
SUPPORTER_PAGES = [page for page in PAGES if page[0].startswith(("supporter/", "friend/"))]
KEEP = {"key", "token", "href", "link", "code", "lookup_url", "purpose", "channel", "reference", "state", "layout_seed"}


class Page(HTMLParser):
    """What a page is made of: tags with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        """Attributes of every tag of these names."""
        return [attributes for tag, attributes in self.tags if tag in names]


def page(name: str, state: str, spoken: str = "en") -> str:
    """One page as its reader gets it."""
    view = (FILLED if state == "filled" else BARE)[name]
    role = "organizer" if name.startswith("desk/") else FRAME.role
    return render(name, view, replace(FRAME, language=spoken, role=role, is_demo=True))


def hostile(value: object) -> object:
    """The same view with a name that tries to break out in every text that people or files may fill."""
    if isinstance(value, Markup):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: hostile(getattr(value, f.name)) for f in fields(value) if f.name not in KEEP})
    if isinstance(value, tuple):
        return tuple(hostile(part) for part in value)
    return HOSTILE if type(value) is str else value


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize(("name", "state"), PAGES)
def test_every_page_says_its_language_who_pays_and_what_it_is(name, state, spoken):
    text = page(name, state, spoken)
    made = Page(text)

    assert made.all("html") == [{"lang": spoken}]
    assert FRAME.disclaimer in text
    assert len(made.all("h1")) == 1
    assert ("es" if spoken == "en" else "en") in {link.get("hreflang") for link in made.all("a")}


def test_every_template_has_a_sample():
    parts = {"_skeleton.html", "sheet.html", "desk.html"}
    known = {name for name in environment().list_templates() if "/_" not in f"/{name}"}
    assert known - parts == set(FILLED)


def test_a_name_that_is_not_in_the_view_fails_instead_of_showing_nothing():
    with pytest.raises(UndefinedError):
        render("supporter/list.html", object(), FRAME)


@pytest.mark.parametrize(("name", "state"), PAGES)
def test_hostile_text_stays_text(name, state):
    view = hostile((FILLED if state == "filled" else BARE)[name])
    made = Page(render(name, view, replace(FRAME, is_demo=True)))

    assert not [attributes for tag, attributes in made.tags if tag == "img" or "onerror" in attributes]
    assert "{{7*7}}" in HOSTILE
    assert not re.search(r"\b49A&", render(name, view, FRAME))


@pytest.mark.parametrize(("name", "state"), PAGES)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(name, state):
    text = page(name, state)
    made = Page(text)

    assert all(script.get("src", "").startswith("/static/") for script in made.all("script"))
    assert not made.all("style", "iframe", "object", "embed")
    assert not [a for _, a in made.tags if any(key == "style" or key.startswith("on") for key in a)]
    assert all((link.get("href") or "").startswith("/") for link in made.all("link"))
    assert "javascript:" not in " ".join(link.get("href") or "" for link in made.all("a"))


@pytest.mark.parametrize(("name", "state"), PAGES)
def test_every_form_carries_the_session_token_and_every_field_a_label(name, state):
    text = page(name, state)
    made = Page(text)
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL)

    assert len(forms) == len(made.all("form"))
    assert all('name="csrf" value="form-token"' in form for form in forms)
    for field in re.findall(r"<(?:input|textarea)(?![^>]*(?:type=\"hidden\"| hidden))[^>]*>", text):
        start = text.index(field)
        assert text.rfind("<label", 0, start) > text.rfind("</label>", 0, start)


@pytest.mark.parametrize(("name", "state"), PAGES)
def test_names_in_the_page_are_unique(name, state):
    ids = [attributes["id"] for _, attributes in Page(page(name, state)).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("name", "state"), SUPPORTER_PAGES)
def test_one_filled_button_a_card_no_exclamation_no_percentage(name, state):
    text = page(name, state)
    main = text[text.index("<main") : text.index("</main>")]

    outside = re.sub(r"<article.*?</article>", "", main, flags=re.DOTALL)
    cards = re.findall(r"<article.*?</article>", main, re.DOTALL)
    assert all(part.count('class="button first"') <= 1 for part in (outside, *cards))
    words = re.sub(r"<[^>]+>", " ", main)
    assert "!" not in words.replace("!doctype", "")
    assert "%" not in words


def test_refusing_weighs_as_much_as_agreeing():
    text = page("supporter/consent.html", "filled")

    assert re.findall(r'<button class="(?:button|button first)" name="answer" value="(\w+)"', text) == [
        "agree",
        "refuse",
    ]
    assert "checked" not in text


def test_three_equal_buttons_on_the_friends_page():
    text = page("friend/page.html", "filled")

    assert re.findall(r'<button class="button" name="answer" value="(\w+)"', text) == ["has_voted", "has_plan", "left"]
    assert "first" not in re.findall(r'class="button([^"]*)"', text)


def test_leaving_takes_two_presses_from_any_page_of_hers():
    for name, state in SUPPORTER_PAGES:
        if name.startswith("supporter/") and "delete" not in name:
            assert 'href="/my-data/delete"' in page(name, state)
    assert 'action="/my-data/delete"' in page("supporter/delete.html", "filled")


def test_yes_no_and_not_sure_look_the_same():
    text = page("supporter/questions.html", "filled")
    answers = re.findall(r'<button class="button" name="answer" value="(\w+)"', text)

    assert answers == [*(choice.token for choice in QUESTION.candidates), "none", "not_sure"]


def test_a_supporter_sees_what_she_brought_and_a_reason_and_no_field_more():
    card = {field.name for field in fields(LIST.open_cards[0])}

    assert card == {
        *("key", "name", "first_name", "initials", "brought", "reason", "until", "ask", "state", "state_words")
    }
    assert {field.name for field in fields(FRIENDS[0])} == {"key", "name", "initials", "brought", "is_listed"}


def test_the_promise_stands_on_the_list():
    assert "only you see these names. Rivera for Council’s system keeps them until December 15." in page(
        "supporter/list.html", "filled"
    )


def test_the_page_of_truth_is_linked_in_the_demo_only():
    view = FILLED["desk/home.html"]

    assert 'href="/desk/truth"' in render("desk/home.html", view, replace(FRAME, is_demo=True))
    assert 'href="/desk/truth"' not in render("desk/home.html", view, replace(FRAME, is_demo=False))


def test_small_counts_are_hidden_on_the_desk():
    assert "too few to show" in page("desk/reach.html", "filled")


def test_the_first_page_is_light():
    files = ("site.css", "mark.svg")
    parts = [page("supporter/landing.html", "filled").encode(), accent_css("#C02020").encode()]
    parts += [(ROOT / "static" / name).read_bytes() for name in files]

    assert sum(len(gzip.compress(part)) for part in parts) <= 35_000
    assert len(parts) <= 6


@pytest.mark.parametrize(("name", "state"), PAGES)
def test_later_pages_are_light(name, state):
    limit = 120_000 if name.startswith("desk/") else 15_000
    assert len(gzip.compress(page(name, state).encode())) <= limit


def test_a_file_is_named_by_what_is_in_it():
    assert re.fullmatch(r"/static/site\.css\?v=[0-9a-f]{12}", static_url("site.css"))


# --- words ----------------------------------------------------------------------------------------------------------


def spoken_sentences() -> set[str]:
    """Every English sentence that a template or a page's code hands to translation."""
    found: set[str] = set()
    for template in ROOT.glob("templates/**/*.html"):
        found |= set(re.findall(r'\b_n?\("((?:[^"\\]|\\.)*)"', template.read_text(encoding="utf-8")))
    for module in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "translate",
                "translate_count",
                "_needed",
            }:
                found |= {a.value for a in node.args[:2] if isinstance(a, ast.Constant) and len(str(a.value)) > 2}
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_has_its_spanish():
    many = {one for one, forms in sentences().items() if isinstance(forms, list)}
    counted = {sentence for sentence in spoken_sentences() if "{count}" in sentence and sentence not in many}

    assert {s for s in spoken_sentences() if s not in sentences()} - counted == set()


@pytest.mark.parametrize("english", sorted(sentences()))
def test_a_translation_needs_nothing_that_the_english_has_not(english):
    forms = sentences()[english]
    for spanish in forms if isinstance(forms, list) else [forms]:
        assert placeholders(spanish) <= placeholders(english) | ({"count"} if isinstance(forms, list) else set())
        assert "!" not in spanish


def test_no_untranslated_sentence_is_left_on_a_spanish_page():
    text = page("friend/page.html", "filled", "es")

    assert "Ya voté" in text
    assert "I have voted" not in text


def test_dates_counts_and_reasons_are_said_in_both_languages():
    day = LIST.kept_until
    assert day is not None
    assert (long_date(day, "en"), long_date(day, "es")) == ("Tuesday, December 15", "el martes 15 de diciembre")
    assert [in_words(n, "en") for n in (0, 3, 12)] == ["none", "three", "12"]
    assert translate_count("{count} friend", "{count} friends", 1240, "es") == "1,240 personas"
    reason = translate("You keep this friend's birthday. Early voting ends Saturday, October 31.", "es")
    assert reason == "Guardas su cumpleaños. El voto anticipado termina el sábado 31 de octubre."
    assert translate("until Saturday", "es") == "hasta el sábado"
    assert number(18420.4) == "18,420"


def asked(query: str = "", **headers: str) -> Request:
    """A request with these headers."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": raw})


def test_the_address_beats_the_cookie_and_the_cookie_the_browser():
    assert language(asked("lang=es", cookie="kith_language=en", accept_language="en")) == "es"
    assert language(asked(cookie="kith_language=es", accept_language="en-US")) == "es"
    assert language(asked(accept_language="fr;q=0.9, es-MX, en")) == "es"
    assert language(asked("lang=<script>", accept_language="de")) == "en"
    assert as_language(None) is None


# --- the accent -----------------------------------------------------------------------------------------------------


@given(colour=st.integers(min_value=0, max_value=0xFFFFFF))
def test_any_accent_can_be_read_in_the_light_and_in_the_dark(colour):
    css = accent_css(f"#{colour:06X}")
    found = re.findall(r"--accent: (#[0-9A-F]{6}); --on-accent: (#[0-9A-F]{6})", css)
    grounds = (("#FFFFFF", "#FAF8F3", "#E9EFF7"), ("#1D2024", "#15171A", "#22303F"))

    assert len(found) == 2 or colour == 0x1F4E8C
    for (accent, text_on_it), behind in zip(found, grounds, strict=False):
        assert all(contrast(accent, ground) >= LEAST_CONTRAST for ground in (*behind, text_on_it))


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1F4E8C}body{display:none", "url(//elsewhere.example)"])
def test_an_accent_that_is_no_colour_puts_nothing_into_the_style_sheet(text):
    assert accent_css(text) == accent_css("#1F4E8C")
    assert "{" not in accent_css(text)


def test_the_tokens_of_the_look_can_be_read():
    css = (ROOT / "static" / "site.css").read_text(encoding="utf-8")
    for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL):
        token = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", block))
        for words in ("ink", "quiet", "accent", "done", "warn", "stop"):
            assert contrast(token[words], token["paper"]) >= LEAST_CONTRAST
            assert contrast(token[words], token["card"]) >= LEAST_CONTRAST
        for words, ground in (
            ("on-accent", "accent"),
            ("done", "done-wash"),
            ("warn", "warn-wash"),
            ("accent", "wash"),
        ):
            assert contrast(token[words], token[ground]) >= LEAST_CONTRAST
        assert contrast(token["edge"], token["paper"]) >= 3


def test_the_picture_in_the_page_is_the_picture_alone():
    reach = FILLED["desk/reach.html"].reach
    assert community_picture(reach.groups, reach.lines, title="Groups") in page("desk/reach.html", "filled")


def test_the_draft_in_the_box_is_the_text_in_the_buttons():
    text = page("supporter/write.html", "filled")
    assert all(str(Markup.escape(choice.href)) in text for choice in DRAFT.channels)


def test_what_a_supporter_did_and_what_is_left_is_told_in_spanish_too():
    home = page("desk/home.html", "filled", "es")
    assert "contó algo el 19 de octubre" in home
    assert "quedan 3" in home
    assert "<h1>Martes 20 de octubre</h1>" in home


def test_the_reason_of_a_shared_ask_is_quoted_because_it_speaks_to_the_supporter():
    assert re.search(r"What [^<]+ reads: <q>", page("desk/asks.html", "filled"))
