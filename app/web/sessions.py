"""Sessions that live on the server: the cookie is a random number, and everything else is a record.

The record is found by the SHA-256 of the cookie, so whoever reads the store cannot become anybody. A session ends after
12 hours without use, and after 14 days in any case. Signing in always makes a new number (session fixation).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fastapi import Request, Response

from graph.errors import StoreError
from graph.model import SupporterId
from graph.records import Record, RecordStore

if TYPE_CHECKING:
    from app.house import House

SESSION_KIND = "session"
SECURE_COOKIE = "__Host-kith"
LOCAL_COOKIE = "kith_session"

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
_TOUCH_EVERY = timedelta(minutes=5)
_COOKIE_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is known: perhaps signed in, perhaps only between two steps.

    ``csrf`` goes into every form; it follows from the cookie, so it changes with it and needs no keeping.
    """

    id: str = field(repr=False)
    supporter_id: SupporterId | None
    role: str | None
    csrf: str = field(repr=False)
    data: Mapping[str, str] = field(default_factory=dict)


def csrf_of(session_id: str) -> str:
    """The form token of a session. Whoever cannot read the cookie cannot make it."""
    return hmac.new(session_id.encode(), b"csrf", hashlib.sha256).hexdigest()


def new_session(
    records: RecordStore,
    *,
    now: datetime,
    supporter_id: SupporterId | None = None,
    role: str | None = None,
    data: Mapping[str, str] | None = None,
) -> Session:
    """Keep a fresh session under a number of 256 random bits."""
    session_id, kept = secrets.token_urlsafe(32), dict(data or {})
    value = {
        "supporter": supporter_id or "",
        "role": role or "",
        "created_at": now.isoformat(),
        "seen_at": now.isoformat(),
        "data": kept,
    }
    records.put(SESSION_KIND, _key(session_id), value, if_version=0, expires_at=now + IDLE)
    return Session(session_id, supporter_id, role, csrf_of(session_id), kept)


def find_session(records: RecordStore, cookie: str, *, now: datetime) -> Session | None:
    """The session of a cookie, its idle clock moved on; ``None`` for anything unknown, changed, idle or old."""
    if not _COOKIE_SHAPE.fullmatch(cookie):
        return None
    record = records.get(SESSION_KIND, _key(cookie), now=now)
    if record is None:
        return None
    _touch(records, record, now)
    value = record.value
    supporter = str(value["supporter"])
    return Session(
        id=cookie,
        supporter_id=SupporterId(supporter) if supporter else None,
        role=str(value["role"]) or None,
        csrf=csrf_of(cookie),
        data=dict(value["data"]),
    )


def _touch(records: RecordStore, record: Record, now: datetime) -> None:
    if now - datetime.fromisoformat(str(record.value["seen_at"])) < _TOUCH_EVERY:
        return
    ends = min(now + IDLE, datetime.fromisoformat(str(record.value["created_at"])) + LONGEST)
    value = {**record.value, "seen_at": now.isoformat()}
    try:
        records.put(SESSION_KIND, record.key, value, if_version=record.version, expires_at=ends)
    except StoreError:
        return  # another request moved the clock, the session was just ended, or nothing can be written: reading goes on


def sign_in(
    records: RecordStore, before: Session | None, *, supporter_id: SupporterId, role: str, now: datetime
) -> Session:
    """Sign somebody in under a new number; the session before, if any, is dead and what it held is dropped."""
    end_session(records, before)
    return new_session(records, now=now, supporter_id=supporter_id, role=role)


def end_session(records: RecordStore, session: Session | None) -> None:
    """Sign out here. Nothing happens when nobody is signed in."""
    if session is not None:
        records.delete(SESSION_KIND, _key(session.id))


def end_all_sessions(records: RecordStore, supporter_id: SupporterId) -> int:
    """Sign a supporter out everywhere; how many sessions ended.

    Reads all live sessions: it happens rarely, and an index beside them would be one more thing to keep true.
    """
    hers = [record for record in records.all(SESSION_KIND) if record.value["supporter"] == supporter_id]
    return sum(records.delete(SESSION_KIND, record.key) for record in hers)


def _key(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


# --- in a request ---------------------------------------------------------------------------------------------------


def cookie_name(base_url: str) -> str:
    """``__Host-kith`` under https, which binds the cookie to this host; plain http (the demo) cannot have that."""
    return SECURE_COOKIE if base_url.startswith("https://") else LOCAL_COOKIE


def set_cookie(response: Response, session: Session, *, base_url: str) -> None:
    """Give the browser its number: HttpOnly, SameSite=Lax, Path=/, no Domain, Secure under https."""
    name, is_secure = cookie_name(base_url), base_url.startswith("https://")
    seconds = int(LONGEST.total_seconds())
    response.set_cookie(name, session.id, max_age=seconds, path="/", secure=is_secure, httponly=True, samesite="lax")


def drop_cookie(response: Response, *, base_url: str) -> None:
    """Take the number back from the browser."""
    is_secure = base_url.startswith("https://")
    response.delete_cookie(cookie_name(base_url), path="/", secure=is_secure, httponly=True, samesite="lax")


def load_session(request: Request) -> Session | None:
    """The session of a request, also put where every route finds it (``request.state.session``).

    Mount it once for all pages: ``FastAPI(dependencies=[Depends(load_session)])``.
    """
    house = _house(request)
    cookie = request.cookies.get(cookie_name(house.base_url), "")
    request.state.session = find_session(house.records, cookie, now=house.clock()) if cookie else None
    session: Session | None = request.state.session
    return session


def ensure_session(request: Request, response: Response) -> Session:
    """The session of a request, or a new one that is not signed in, for a step that has to come back (a login)."""
    session: Session | None = getattr(request.state, "session", None)
    if session is not None:
        return session
    house = _house(request)
    fresh = new_session(house.records, now=house.clock())
    request.state.session = fresh
    set_cookie(response, fresh, base_url=house.base_url)
    return fresh


def open_session(
    request: Request, response: Response, *, supporter_id: SupporterId, role: str = "supporter"
) -> Response:
    """Sign somebody in with this response."""
    house = _house(request)
    before: Session | None = getattr(request.state, "session", None)
    session = sign_in(house.records, before, supporter_id=supporter_id, role=role, now=house.clock())
    request.state.session = session
    set_cookie(response, session, base_url=house.base_url)
    return response


def close_session(request: Request, response: Response) -> Response:
    """Sign out with this response."""
    house = _house(request)
    end_session(house.records, getattr(request.state, "session", None))
    request.state.session = None
    drop_cookie(response, base_url=house.base_url)
    return response


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house
