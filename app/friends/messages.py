"""The message to a friend: wordings, what speaks against a text, and the links that open it in her own apps. Pure.

A message says who she helps, asks one question about a plan and carries one link. It never speaks of what a friend did
or did not do before, and never blames. Wordings are questions of plan (Nickerson and Rogers 2010), kept short because
many phones cut a text message after 300 characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from app.translations import Language, translate
from app.views.supporter import SendChoice
from graph.model import AskKind

Platform = Literal["ios", "android", "desktop"]
MOST_LETTERS = 300
LONGEST_NAME = 24

_QUESTIONS: dict[AskKind, tuple[str, str]] = {
    AskKind.REGISTER: (
        "Is your registration up to date? {when}",
        "Have you checked that you are registered? {when}",
    ),
    AskKind.REQUEST_BALLOT: (
        "{when} Do you know how you will ask for yours?",
        "Will you vote by mail? {when}",
    ),
    AskKind.VOTE_EARLY: (
        "{when} Do you know which day you’ll go?",
        "{when} Shall we find a day and go together?",
    ),
    AskKind.RETURN_BALLOT: (
        "{when} Do you know when you’ll send yours?",
        "{when} Which day will you put yours in the mail?",
    ),
    AskKind.CURE: (
        "Your ballot may need a signature. {when} When can you look at it?",
        "It can happen that a ballot needs one more signature. {when} Will you check yours?",
    ),
    AskKind.VOTE: (
        "{when} Do you know when you’ll go, and how you’ll get there?",
        "{when} Before or after work: what is your plan?",
    ),
    AskKind.INVITE: (
        "Would you like to help too? It takes five friends and a few minutes.",
        "Could you think of five friends to write to, as I did?",
    ),
}
_HELLOS = (
    "Hi {friend}, it’s {supporter}. I’m helping {candidate}.",
    "{friend}, {supporter} here. I’m helping {candidate} this year and thought of you.",
)
_HISTORY = re.compile(
    r"\b(you (have not|haven.t|did not|didn.t|never|rarely) vote\w*|didn.t vote|last election|voting record|"
    r"records? shows?|(no|nunca) (has )?(votaste|votado)|última elección|historial)\b",
    re.IGNORECASE,
)
_SHAME = re.compile(
    r"\b(shame|ashamed|disappoint\w*|neighbou?rs will|will know (if|whether)|vergüenza|decepcion\w*|"
    r"tus vecinos|van a saber si)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://)?\b[\w-]+(?:\.[\w-]+)+(?::\d+)?/\S+|https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who writes to whom, for whom, with which link."""

    friend: str
    supporter: str
    candidate: str
    link: str


def wordings(greeting: Greeting, ask: AskKind, *, when: str, language: Language) -> tuple[str, ...]:
    """Two wordings of one ask. ``when`` is one whole sentence with the date that is everybody's, in this language.

    Names longer than 24 letters are cut, so that a wording stays within 300 characters for a link of 60.
    """
    return tuple(
        " ".join(part for part in (_hello(hello, greeting, language), _asked(question, when, language)) if part)
        + f" {greeting.link}"
        for hello, question in zip(_HELLOS, _QUESTIONS[ask], strict=True)
    )


def problems(text: str, link: str, language: Language) -> tuple[str, ...]:
    """What speaks against a text, in words for her; empty when nothing does. She may send it all the same."""
    found = (
        (_HISTORY.search(text), "Leave out whether somebody voted before; it is not ours to say."),
        (_SHAME.search(text), "Blame drives people away. A question works better."),
        ("?" not in text, "Ask one question about the plan: when, how, with whom?"),
        (len(text) > MOST_LETTERS, "That is long for a text message. Shorter is read more often."),
        (len(_LINK.findall(text)) > 1, "One link is enough."),
        (link not in text, "Keep the link: it says who you help and lets your friend leave."),
    )
    return tuple(translate(words, language) for is_so, words in found if is_so)


def channels(
    text: str, *, phone: str, email: str, platform: Platform, language: Language = "en"
) -> tuple[SendChoice, ...]:
    """The ways to send a text to one friend, the likeliest of this device first.

    ``phone`` is in international form (``+19195550123``) or empty; without one there is no text message and WhatsApp
    asks her whom to write to. Each link opens her own app with the text; nothing is sent by us.
    """
    message = SendChoice("sms", translate("Text message", language), _sms(phone, text, platform))
    whatsapp = SendChoice("whatsapp", "WhatsApp", f"https://wa.me/{_digits(phone)}?text={_encoded(text)}")
    mail = SendChoice("email", translate("E-mail", language), f"mailto:{quote(email, safe='@')}?body={_encoded(text)}")
    if platform == "desktop":
        ordered = (mail, whatsapp, message) if email else (whatsapp, mail, message)
        return ordered if phone else ordered[:2]
    return (message, whatsapp, mail) if phone else ((mail, whatsapp) if email else (whatsapp, mail))


def with_text(choice: SendChoice, text: str) -> SendChoice:
    """The same way to send, with another text."""
    href = re.sub(r"([?&](?:body|text)=)[^&]*", lambda found: found.group(1) + _encoded(text), choice.href, count=1)
    return SendChoice(choice.channel, choice.label, href)


def platform_of(user_agent: str) -> Platform:
    """The kind of device behind a ``User-Agent``; anything unknown counts as a desktop."""
    if re.search(r"iPhone|iPad|iPod", user_agent):
        return "ios"
    return "android" if "Android" in user_agent else "desktop"


def _hello(hello: str, greeting: Greeting, language: Language) -> str:
    return translate(
        hello,
        language,
        friend=_short(greeting.friend),
        supporter=_short(greeting.supporter),
        candidate=_short(greeting.candidate),
    )


def _asked(question: str, when: str, language: Language) -> str:
    return translate(question, language, when=when).strip()


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _sms(phone: str, text: str, platform: Platform) -> str:
    """RFC 5724 says ``?body=``; iOS takes the body after ``&`` only."""
    return f"sms:{'+' * phone.startswith('+')}{_digits(phone)}{'&' if platform == 'ios' else '?'}body={_encoded(text)}"


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _encoded(text: str) -> str:
    return quote(text, safe="")
