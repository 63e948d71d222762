"""``kith doctor``: what is wrong with an install, and how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.console import StoreOption, show
from graph.errors import KithError, StoreError

if TYPE_CHECKING:
    from app.house import House
    from app.settings import Settings

_LEAST_FREE_BYTES = 500_000_000


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print the findings as JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Look at this install and say what is wrong and how to mend it; exit 1 when something is.

    Example: kith doctor
    """
    from app.settings import read_settings  # the settings load slowly; a mistyped option should not

    settings = read_settings(store=store)
    findings = {
        "python": f"ok {platform.python_version()}",
        "sqlite": _sqlite(),
        "data folder": _folder(settings.data),
        "free space": _space(settings.data),
        **_house(settings),
    }
    show(findings, as_json=as_json)
    if any(not finding.startswith("ok") for finding in findings.values()):
        raise typer.Exit(1)


def _sqlite() -> str:
    import apsw  # only the doctor asks for it by name

    version = apsw.sqlite_lib_version()
    is_safe = tuple(map(int, version.split("."))) >= (3, 51, 3)
    return f"ok {version}" if is_safe else f"fail {version} can lose data under two writers: pip install 'apsw>=3.54'"


def _folder(folder: Path) -> str:
    is_ours = os.access(_nearest(folder), os.W_OK)
    return f"ok {folder}" if is_ours else f"fail {folder} cannot be written: set KITH_DATA"


def _nearest(folder: Path) -> Path:
    """The folder itself, or the one in which it would be made."""
    return next(path for path in (folder, *folder.resolve().parents) if path.exists())


def _space(folder: Path) -> str:
    free = shutil.disk_usage(_nearest(folder)).free
    return f"ok {free // 10**9} GB" if free > _LEAST_FREE_BYTES else "fail less than 0.5 GB is left: free some"


def _house(settings: Settings) -> dict[str, str]:
    from app.wiring import neo4j_version, open_house  # the stores load slowly; a mistyped option should not

    try:
        server = neo4j_version(settings)
        house = open_house(settings)
    except StoreError as error:
        return {"store": f"fail {error}"}
    except KithError as error:
        return {"settings": f"fail {error}"}
    problems = house.graph.check() or _unwritable(house)
    return {
        "settings": "ok",
        **({"neo4j": f"ok {server}"} if server else {}),
        "store": "ok" if not problems else f"fail {problems[0]}",
        "voter file": _voter_file(house),
        "election": _election(house),
        "disclaimer": "ok",
    }


def _voter_file(house: House) -> str:
    """Whether the current voter file can be opened, every part of it: one that is missing is found at the first search else."""
    try:
        current = house.voters.current()
        if current is None:
            return "fail none: kith voters import FILE --layout nc"
        house.voters.columns()
    except StoreError as error:
        return f"fail {error}"
    return f"ok {current.voters:,} voters"


def _election(house: House) -> str:
    from prioritization.elections import in_table  # only the doctor asks here

    known = "" if in_table(house.election) else ", of which only the day is known: KITH_ELECTION_TABLE tells more"
    return f"ok {house.election.day}{known}"


def _unwritable(house: House) -> list[str]:
    """What hinders writing, tried with a line that goes again: a store may give what it has and take nothing."""
    try:
        house.records.put("doctor", "was_here", {})
        house.records.delete("doctor", "was_here")
    except StoreError as error:
        return [f"nothing can be kept: {error}"]
    return []
