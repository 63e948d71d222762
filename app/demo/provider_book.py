"""The address books of the demo's provider, as the People API gives them: page by page, with the fields that were asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from app.demo.provider_grants import Grants
from oauth.providers.demo import CONTACTS_SCOPE

_LARGEST_PAGE = 1000
_ALWAYS_SHOWN = ("resourceName", "etag", "metadata")

Book = list[dict[str, object]]
"""The people of one address book."""


def book_of(pages: Sequence[bytes]) -> Book:
    """The people of an account's pages, in their order."""
    return [person for page in pages for person in json.loads(page).get("connections", [])]


def add_address_books(app: FastAPI, books: Mapping[str, Book], grants: Grants) -> None:
    """Let whoever holds an access token for contacts read the address book of its account."""

    @app.get("/v1/people/me/connections")
    def connections(request: Request) -> JSONResponse:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = grants.bearer(token) if scheme.lower() == "bearer" else None
        if given is None:
            return JSONResponse({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, status_code=401)
        if CONTACTS_SCOPE not in given.scopes:
            return JSONResponse({"error": {"code": 403, "status": "PERMISSION_DENIED"}}, status_code=403)
        return _connections_page(books[given.account_id], request.query_params)


def _connections_page(people: Book, params: Mapping[str, str]) -> JSONResponse:
    """One page, with the fields that were asked for and no other, as the People API does it."""
    fields = [name for name in params.get("personFields", "").split(",") if name]
    size, start = params.get("pageSize", "100"), params.get("pageToken", "0")
    if not (fields and size.isdecimal() and 0 < int(size) <= _LARGEST_PAGE and start.isdecimal()):
        return JSONResponse({"error": {"code": 400, "status": "INVALID_ARGUMENT"}}, status_code=400)
    end = int(start) + int(size)
    shown = [_with_fields(person, (*_ALWAYS_SHOWN, *fields)) for person in people[int(start) : end]]
    page: dict[str, object] = {"connections": shown, "totalItems": len(people), "totalPeople": len(people)}
    page |= {"nextPageToken": str(end)} if end < len(people) else {}
    return JSONResponse(page)


def _with_fields(person: Mapping[str, object], fields: Sequence[str]) -> dict[str, object]:
    return {name: person[name] for name in fields if name in person}
