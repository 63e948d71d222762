"""A message is short, asks about a plan, carries one link, and never speaks of history or blame."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.friends.messages import MOST_LETTERS, Greeting, channels, platform_of, problems, with_text, wordings
from app.translations import LANGUAGES
from graph.model import AskKind

LINK = "https://vote.rivera.example/f/k7Q2aaaaaaaaaaaaaaaaaaaa"
WHEN = {
    "en": "Ballots by mail are due Tuesday, October 27.",
    "es": "Las boletas se entregan hasta el martes 27 de octubre.",
}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
PIXEL = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ask", AskKind)
def test_our_own_wordings_have_nothing_against_them(ask, language):
    texts = wordings(Greeting("Maria", "Jo", "Elena Rivera", LINK), ask, when=WHEN[language], language=language)

    assert len(set(texts)) == 2
    for text in texts:
        assert problems(text, LINK, language) == ()
        assert "Jo" in text
        assert "Elena Rivera" in text
        assert text.count(LINK) == 1


@given(name=st.text(max_size=200), ask=st.sampled_from(AskKind), language=st.sampled_from(LANGUAGES))
def test_a_wording_stays_short_whatever_people_are_called(name, ask, language):
    for text in wordings(Greeting(name, name, name, LINK), ask, when=WHEN[language], language=language):
        assert len(text) <= MOST_LETTERS


@pytest.mark.parametrize(
    "text",
    [
        "Hi Maria, you haven’t voted in years. When will you go?",
        "Maria, the record shows you skipped the last election. Will you go?",
        "Maria, nunca has votado. ¿Cuándo irás?",
    ],
)
def test_history_is_left_out(text):
    assert any("before" in problem for problem in problems(f"{text} {LINK}", LINK, "en"))


@pytest.mark.parametrize("text", ["Shame on you, when will you go?", "Your neighbors will know if you go. Will you?"])
def test_blame_is_left_out(text):
    assert any("Blame" in problem for problem in problems(f"{text} {LINK}", LINK, "en"))


def test_a_message_without_a_question_with_two_links_and_too_long_is_told_so():
    text = f"Please vote. {LINK} https://other.example/x " + "and vote " * 40

    assert len(problems(text, LINK, "en")) == 3


def test_the_link_that_lets_a_friend_leave_is_missed_when_it_is_cut():
    assert any("Keep the link" in problem for problem in problems("When will you go?", LINK, "en"))


@given(text=st.text(min_size=1, max_size=300))
def test_every_app_gets_the_text_exactly_as_she_wrote_it(text):
    for choice in channels(text, phone="+19195550123", email="maria@post.example", platform="android"):
        sent = parse_qs(urlsplit(choice.href).query, keep_blank_values=True)
        assert [text] in sent.values()
        assert not set(choice.href) & set(' "<>\n')


@given(text=st.text(max_size=300))
def test_another_text_takes_the_place_of_the_first(text):
    first = channels("Hi & bye?", phone="+19195550123", email="m@post.example", platform="ios")
    assert [with_text(choice, text) for choice in first] == list(
        channels(text, phone="+19195550123", email="m@post.example", platform="ios")
    )


def test_each_phone_gets_the_form_of_link_that_it_understands():
    iphone, pixel = (channels("Hi?", phone="+19195550123", email="", platform=p)[0].href for p in ("ios", "android"))

    assert iphone == "sms:+19195550123&body=Hi%3F"
    assert pixel == "sms:+19195550123?body=Hi%3F"


def test_without_a_number_nobody_is_offered_a_text_message():
    offered = channels("Hi?", phone="", email="maria@post.example", platform="ios")

    assert [choice.channel for choice in offered] == ["email", "whatsapp"]


def test_an_address_cannot_add_a_second_receiver():
    (mail,) = [
        c
        for c in channels("Hi?", phone="", email="a@b.example?bcc=x@y.example", platform="ios")
        if c.channel == "email"
    ]

    assert set(parse_qs(urlsplit(mail.href).query)) == {"body"}
    assert unquote(urlsplit(mail.href).path) == "a@b.example?bcc=x@y.example"


def test_devices_are_told_apart():
    assert [platform_of(agent) for agent in (IPHONE, PIXEL, "Mozilla/5.0 (X11; Linux x86_64)", "")] == [
        *("ios", "android"),
        *("desktop", "desktop"),
    ]
