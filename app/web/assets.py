"""The few files that pages need, from memory: style, four small scripts, the mark. Named by their content."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib import resources

from fastapi import APIRouter, Request, Response

from app.web.accent import accent_css
from app.web.deps import house
from graph.errors import NotFoundError

router = APIRouter(include_in_schema=False)

_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


@router.get("/static/{name}")
def static_file(name: str, request: Request) -> Response:
    """One of our own files; raises ``NotFoundError`` for any other name."""
    if name not in _files():
        raise NotFoundError("There is no such file.", thing=request.url.path)
    return _compressed(request, _files()[name], _KINDS[name.rpartition(".")[2]])


@router.get("/accent.css")
def accent(request: Request) -> Response:
    """The campaign's accent as a style sheet."""
    return _compressed(request, accent_css(house(request).campaign.accent).encode(), _KINDS["css"])


def static_url(name: str) -> str:
    """The address of one of our files, with its fingerprint, so that it may be kept forever."""
    return f"/static/{name}?v={_fingerprint(name)}"


@cache
def _files() -> dict[str, bytes]:
    folder = resources.files("app").joinpath("static")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in _KINDS}


@cache
def _fingerprint(name: str) -> str:
    return sha256(_files()[name]).hexdigest()[:12]


def _compressed(request: Request, body: bytes, media_type: str) -> Response:
    headers = {"Cache-Control": _FOREVER if "v" in request.query_params else "no-cache", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
    return Response(body, media_type=media_type, headers=headers)
