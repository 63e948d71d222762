"""What is held of a supporter: to read, to change, to take along, to erase."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse

from app import journey
from app.translations import translate
from app.web.deps import check_form, house, language, person
from app.web.pace import DOWNLOADS, paced_for_her
from app.web.pages import go_to, show
from app.web.sessions import close_session
from app.web.states import DeleteQuestion, MyDataPage, ReceiptPage
from app.web.supporter import keep_choices

router = APIRouter(include_in_schema=False, prefix="/my-data")

FormText = Annotated[str, Form()]
FormTexts = Annotated[list[str], Form()]


@router.get("")
def my_data(request: Request, saved: str = "") -> Response:
    """What is held of her, source by source."""
    held = journey.my_data(house(request), person(request), language(request))
    titles = {choice.purpose: choice.title for choice in held.choices}
    return show(request, "supporter/my_data.html", MyDataPage(held, titles, saved=bool(saved)))


@router.post("/choices")
def choose_again(request: Request, purpose: FormTexts = [], answer: FormText = "", csrf: FormText = "") -> Response:  # noqa: B006
    """Change her choices; the ledger keeps the old ones."""
    check_form(request, csrf)
    keep_choices(request, purpose, answer)
    return go_to("/my-data?saved=1")


@router.post("/sources/remove")
def remove_source(request: Request, source: FormText = "", csrf: FormText = "") -> Response:
    """Erase what came from one source and take the grant back; the receipt counts what went."""
    check_form(request, csrf)
    spoken = language(request)
    receipt = journey.remove_source(house(request), person(request), source, spoken)
    page = ReceiptPage(
        translate("What came from there is erased", spoken),
        translate(
            "The friends of this source are gone, with what was found of them. You can bring them again.", spoken
        ),
        receipt,
    )
    return show(request, "receipt.html", page)


@router.get("/download", dependencies=[Depends(paced_for_her(DOWNLOADS))])
def download(request: Request) -> Response:
    """Everything as a file for machines."""
    held = journey.export_my_data(house(request), person(request))
    named = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
    return JSONResponse(held, headers=named)


@router.get("/delete")
def before_deleting(request: Request) -> Response:
    """The page between her and an erasure."""
    person(request)
    return show(request, "supporter/delete.html", DeleteQuestion())


@router.post("/delete")
def delete(request: Request, csrf: FormText = "") -> Response:
    """Erase everything, sign her out, show the receipt."""
    check_form(request, csrf)
    receipt = journey.withdraw(house(request), person(request))
    spoken = language(request)
    page = ReceiptPage(
        translate("Everything is deleted", spoken),
        translate(
            "This was erased just now. What stays is the count below and the audit’s lines, which name nobody.", spoken
        ),
        receipt,
    )
    return close_session(request, show(request, "receipt.html", page))
