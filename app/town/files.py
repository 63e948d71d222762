"""A town as files: what a campaign really has (``public/``) and what nobody has in life (``truth/``)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from app.town.books import SupporterBooks
from app.town.pools import as_written
from app.town.town import Town
from app.town.truth import write_truth
from app.town.voter_files import write_voter_files
from graph.errors import InputError


def write_town(town: Town, folder: Path) -> None:
    """Write ``public/`` (what a campaign has) and ``truth/`` (what nobody has) into a folder, which is made.

    Not atomic: write into a folder of its own and move that.

    Raises:
        InputError: the folder holds a town already, whose contact files would be mixed with this one's.
    """
    public, truth = folder / "public", folder / "truth"
    if public.exists():
        raise InputError("There is a town already.", thing=folder.name, next_step="Name an empty folder.")
    (public / "contacts").mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    write_voter_files(town, public)
    for owner in town.supporters:
        for book in owner.books:
            (public / "contacts" / book.file_name).write_bytes(book.content)
    _write_supporters(town, public / "supporters.csv")
    _write_manifest(town, public / "manifest.json")
    write_truth(town, truth)


def _write_supporters(town: Town, path: Path) -> None:
    columns = ("supporter_id", "display_name", "email", "phone", "zip", "providers", "files")
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows(_supporter_row(town, place, owner) for place, owner in enumerate(town.supporters))


def _supporter_row(town: Town, place: int, owner: SupporterBooks) -> tuple[str, ...]:
    """What she wrote of herself when she signed up: some leave out the phone or the ZIP code."""
    people, names = town.people, town.names
    given, family = names.given[people.given[owner.voter]], names.surnames[people.family[owner.voter]]
    cell = int(town.register.cell[owner.voter])
    return (
        owner.supporter_id,
        f"{as_written(given)} {as_written(family)}",
        town.neighborhood.email_of(owner.voter),
        str(cell) if cell and place % 3 == 0 else "",
        town.neighborhood.home_of(owner.voter).postal_code if place % 6 != 1 else "",
        ";".join(book.provider.value for book in owner.books),
        ";".join(book.file_name for book in owner.books),
    )


def _write_manifest(town: Town, path: Path) -> None:
    past = town.turnout.past
    counts = {
        "seed": town.seed,
        "voters": len(town.people),
        "rows": len(town.people) + len(town.register.old.person),
        "supporters": len(town.supporters),
        "contacts": sum(len(book.kept) for owner in town.supporters for book in owner.books),
        "history_rows": sum(len(election.voted) + len(election.again) for election in past),
        "counties": [county.title() for county in town.places.counties],
        "snapshot": f"{town.as_of:%m/%d/%Y}",
        "outcome_election": f"{town.election:%m/%d/%Y}",
    }
    path.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
