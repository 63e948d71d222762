"""Errors as pages: what happened, what is safe, what to do next. Never an exception's text that we did not write."""

from __future__ import annotations

import logging
from datetime import timedelta

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from app.limits import TooOftenError
from app.translations import translate
from app.web.deps import language
from app.web.pages import show
from app.web.states import ErrorPage
from graph.errors import (
    ConflictError,
    InputError,
    KithError,
    NotAllowedError,
    NotFoundError,
    StoreError,
    UsageError,
)
from oauth.login import LoginRefusedError

_log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[KithError], int], ...] = (
    (ConflictError, 409),
    (StoreError, 503),
    (NotFoundError, 404),
    (LoginRefusedError, 400),
    (NotAllowedError, 403),
    (UsageError, 400),
    (InputError, 422),
)
_TITLES = {
    400: "That did not work",
    403: "This page is not open to you",
    404: "There is nothing here",
    409: "Somebody was faster",
    413: "That is too large",
    422: "We could not use that",
    429: "That was too often",
    500: "Something went wrong on our side",
    503: "We cannot reach our records right now",
}
_STEPS = {
    403: "Open the link you were given, or start again.",
    404: "Check the address, or go to the first page.",
    405: "Go back and use the buttons on the page.",
    409: "Go back, reload the page, and try again.",
    413: "Choose a file of at most 5 MB.",
    422: "Go back, check what you entered, and try again.",
    429: "Wait for an hour, and try again.",
    500: "Try again in a minute.",
    503: "Try again in a minute. If it stays so, write to the address below.",
}


def add_error_pages(app: FastAPI) -> None:
    """Answer every error of the pages with a page, and of ``/api/`` with JSON."""
    app.add_exception_handler(KithError, _our_own)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_form)
    app.add_exception_handler(Exception, _unforeseen)


def refuse_for_a_while(request: Request, wait: timedelta) -> Response:
    """Too often from one place: the page, and after how many seconds it may be tried again."""
    answer = _answer(request, 429)
    answer.headers["retry-after"] = str(int(wait.total_seconds()))
    return answer


def status_of(error: KithError) -> int:
    """The HTTP status that says what kind of error this is."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def _our_own(request: Request, error: Exception) -> Response:
    if isinstance(error, TooOftenError):
        return refuse_for_a_while(request, error.wait)
    status = status_of(error) if isinstance(error, KithError) else 500
    if not isinstance(error, KithError) or status == 503:
        _log.error("%s", error)  # what a store says is for whoever runs it: a visitor can do nothing about it
        return _answer(request, status)
    happened, step = error.happened, error.next_step
    return _answer(request, status, happened=happened, step=step)


def _of_http(request: Request, error: Exception) -> Response:
    return _answer(request, error.status_code if isinstance(error, HTTPException) else 500)


def _of_form(request: Request, error: Exception) -> Response:  # noqa: ARG001 (its text may hold what somebody typed)
    return _answer(request, 422)


def _unforeseen(request: Request, error: Exception) -> Response:  # noqa: ARG001 (the server logs where it was; its words are nobody's)
    return _answer(request, 500)


def _answer(request: Request, status: int, *, happened: str = "", step: str = "") -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": happened or _TITLES.get(status, _TITLES[400])}, status_code=status)
    return show(request, "error.html", _page(request, status, happened=happened, step=step), status_code=status)


def _page(request: Request, status: int, *, happened: str, step: str) -> ErrorPage:
    spoken = language(request)
    is_desk = request.url.path.startswith("/desk")
    return ErrorPage(
        title=translate(_TITLES.get(status, _TITLES[400]), spoken),
        happened=translate(happened, spoken),
        safe=translate("Nothing that you saved was lost.", spoken) if status >= 409 else "",
        next_step=translate(step or _STEPS.get(status, _STEPS[409]), spoken),
        href="/desk" if is_desk and status != 403 else "/",
        link_text=translate("To the desk" if is_desk and status != 403 else "To the first page", spoken),
    )
