"""``kith match find``, ``agree`` and ``disagree``: everybody's friends again, and models that serve an organization."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import StoreOption, show, step

OwnerOption = Annotated[
    str, typer.Option("--owner", help="The short name of the owner who agrees: it stands in the audit.")
]


def find_command(
    model_in: Annotated[Path | None, typer.Option(help="Start from what other contacts taught the matcher.")] = None,
    model_out: Annotated[Path | None, typer.Option(help="Keep what this campaign's contacts teach it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Look for the friends of all supporters again, together: their contacts teach the matcher, and lists are chosen anew.

    What supporters confirmed and rejected stands. A model of another campaign is taken only inside an organization to which
    owners of both agreed: kith match agree.

    Example: kith match find --model-out model.json
    """
    from app.friends.everybody import find_everybodys  # these load slowly; a mistyped option should not
    from app.organizing.organization import note_model_given, note_model_taken, origin_of
    from app.run.model_file import read_model, write_model
    from app.settings import read_settings
    from app.voter_file import voters_of
    from app.wiring import open_house

    house = open_house(read_settings(store=store))
    voters_of(house)
    generation, origin = house.voters.current(), origin_of(house)
    assert generation is not None  # noqa: S101 -- voters_of has refused that
    taken = read_model(model_in, generation, serves=origin) if model_in else None
    step("Finding friends on the list of voters")
    found = find_everybodys(house, start=taken.model if taken else None)
    if taken is not None:
        note_model_taken(house, taken.origin)
    if model_out is not None:
        write_model(model_out, found.model, learned_on=generation, as_of=house.today, origin=origin)
        note_model_given(house)
        step(_whom_it_serves(origin.organization))
    counts = {"supporters": found.supporters, "people": found.people, "found": found.found, "unsure": found.unsure}
    show(counts, as_json=as_json)


def agree_command(
    organization: Annotated[str, typer.Argument(help="A short name that its campaigns agree on, such as river-slate.")],
    owner: OwnerOption,
    store: StoreOption = "",
) -> None:
    """Let what this campaign learned serve the other campaigns of an organization, and take what they learned.

    That is what contacts teach the matcher and what its experiment says of asks:
    rates and sums alone, as a file that somebody carries, never a contact, a
    name or a number. Both campaigns must agree.

    Example: kith match agree river-slate --owner maria
    """
    from app.organizing.organization import agree
    from app.settings import read_settings  # as above
    from app.wiring import open_house

    agreed = agree(open_house(read_settings(store=store)), organization, owner=owner)
    step(f"Agreed: models are shared inside {agreed.organization}. Hand one on: kith match find --model-out model.json")


def disagree_command(owner: OwnerOption, store: StoreOption = "") -> None:
    """Share no models any more. Files that were handed on before cannot be called back.

    Example: kith match disagree --owner maria
    """
    from app.organizing.organization import end_agreement
    from app.settings import read_settings  # as above
    from app.wiring import open_house

    stood = end_agreement(open_house(read_settings(store=store)), owner=owner)
    step(f"Models are no longer shared inside {stood.organization}." if stood else "Models were not shared before.")


def _whom_it_serves(organization: str) -> str:
    if organization:
        return f"The model may serve the campaigns of {organization} whose owners agreed too."
    return "The model serves this campaign alone: no owner has agreed to share it (kith match agree)."
