"""Records of any kind that is declared, planted for one supporter, and looked for afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from typing import Any

from app.rights.holdings import Found, Holding, Place
from graph.model import SupporterId
from graph.records import RecordStore

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)


def plant(records: RecordStore, holding: Holding, who: SupporterId, *, mark: str = "planted") -> None:
    """One record, or one line of a stream, of this holding that is hers."""
    if holding.place is Place.STREAM:
        records.append(holding.named(who), {"mark": mark, "previous": "", "hash": ""}, at=AT)
        return
    key = {Found.KEY: str(who), Found.PREFIX: f"{who}:one"}.get(holding.found or Found.FIELD, f"one-of-{who}")
    records.put(holding.named(who), key, {"mark": mark, **_field(holding, who)})


def planted(records: RecordStore, holding: Holding, who: SupporterId) -> list[Any]:
    """What there is of this holding that names her."""
    name = holding.named(who)
    if holding.place is Place.STREAM:
        return list(records.read(name))
    return [one for one in records.all(name) if who in f"{one.key} {one.value} {name}"]


def _field(holding: Holding, who: SupporterId) -> dict[str, Any]:
    names = holding.field.split(".") if holding.found is Found.FIELD else []
    return reduce(lambda value, name: {name: value}, reversed(names), who) if names else {}  # type: ignore[return-value] # a text at the innermost only
