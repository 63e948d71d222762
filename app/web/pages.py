"""Pages: one template, one typed view, one frame around it. Text from people is always escaped; a missing name fails.

A template gets ``view`` (its own typed value), ``frame`` (what stands around every page) and ``_`` (translation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from app.roles import JoinGate, Role
from app.translations import Language, heading_date, in_words, long_date, month_day, translate, translate_count
from app.web.assets import static_url
from app.web.deps import LANGUAGE_COOKIE, ORGANIZER_ROLES, house, language, session
from app.web.sessions import Session

YEAR_SECONDS = 31_536_000


_ERROR = "error.html"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: whose it is, in which language, and who is looking.

    ``role`` is ``""``, ``"applicant"``, ``"supporter"`` or ``"organizer"``, of whom ``desk_role`` says which; ``other_language_href`` is this page in the other language;
    ``kept_until`` the day after which the campaign's system holds no names.
    """

    campaign: str
    candidate: str
    office: str
    disclaimer: str
    privacy_contact: str
    language: Language
    other_language_href: str
    path: str
    csrf: str = ""
    role: str = ""
    is_demo: bool = False
    kept_until: date | None = None
    desk_role: str = ""
    is_closed: bool = False


def show(request: Request, template: str, view: object, *, status_code: int = 200) -> HTMLResponse:
    """The template filled with its view, as an answer that nobody may keep."""
    frame = frame_of(request)
    if template == _ERROR:  # the address of an error may hold a code, a name or a token
        frame = replace(frame, other_language_href=f"/?lang={'en' if frame.language == 'es' else 'es'}", path="/")
    answer = HTMLResponse(render(template, view, frame), status_code=status_code)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = frame.language
    if "lang" in request.query_params:
        secure = request.url.scheme == "https"
        answer.set_cookie(LANGUAGE_COOKIE, frame.language, max_age=YEAR_SECONDS, samesite="lax", secure=secure)
    return answer


def go_to(path: str) -> RedirectResponse:
    """Send the browser on to another page by GET, as after a form that was taken (303)."""
    return RedirectResponse(path, status_code=303)


def render(template: str, view: object, frame: Frame) -> str:
    """The template as text. Raises ``jinja2.UndefinedError`` when it names what the view has not."""
    return environment().get_template(template).render(view=view, frame=frame)


def frame_of(request: Request) -> Frame:
    """The frame of this request."""
    served, signed_in, spoken = house(request), session(request), language(request)
    campaign = served.campaign
    return Frame(
        campaign=campaign.name,
        candidate=campaign.candidate,
        office=campaign.office,
        disclaimer=campaign.disclaimer,
        privacy_contact=campaign.privacy_contact,
        language=spoken,
        other_language_href=_in_other_language(request, spoken),
        path=request.url.path,
        csrf=signed_in.csrf if signed_in else "",
        role=_role(signed_in) if signed_in else "",
        is_demo=served.is_demo,
        is_closed=campaign.join is JoinGate.CLOSED,
        desk_role=signed_in.role or "" if signed_in else "",
        kept_until=served.election.day + timedelta(days=campaign.keep_days_after_election),
    )


@cache
def environment() -> Environment:
    """Jinja2 as every page uses it: everything escaped, nothing undefined, a few filters, one ``_``."""
    built = Environment(
        loader=PackageLoader("app", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    built.globals |= {"_": _translate, "_n": _translate_count, "static": static_url}
    built.filters |= {"number": number} | {
        word.__name__: _spoken(word) for word in (long_date, heading_date, month_day, in_words)
    }
    return built


def number(value: float) -> str:
    """A whole number with thousands set apart: ``18,420``."""
    return f"{round(value):,}"


@pass_context
def _translate(context: Context, sentence: str, **values: object) -> str:
    return translate(sentence, context["frame"].language, **values)


@pass_context
def _translate_count(context: Context, one: str, many: str, count: int, **values: object) -> str:
    return translate_count(one, many, count, context["frame"].language, **values)


def _spoken(wording: Callable[[Any, Language], str]) -> Callable[[Context, Any], str]:
    @pass_context
    def worded(context: Context, value: object) -> str:
        return wording(value, context["frame"].language)

    return worded


def _role(signed_in: Session) -> str:
    if signed_in.role in ORGANIZER_ROLES:
        return "organizer"
    if signed_in.role == Role.APPLICANT:
        return Role.APPLICANT
    return "supporter" if signed_in.supporter_id else ""


def _in_other_language(request: Request, spoken: Language) -> str:
    kept: Mapping[str, Any] = {name: value for name, value in request.query_params.items() if name != "lang"}
    return f"{request.url.path}?{urlencode({**kept, 'lang': 'en' if spoken == 'es' else 'es'})}"
