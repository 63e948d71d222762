"""A contact record as compact JSON and back: what is unknown is left out, so that a sealed card stays small."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from graph.model import Birthday, ContactRecord, Place, Relation, SourceKind

_TEXTS = ("phones", "emails", "labels")
_PLAIN = tuple(
    field.name
    for field in fields(ContactRecord)
    if field.name not in {"kind", "places", "birthday", "relations", "connected_on", *_TEXTS}
)
_EMPTY = ContactRecord("", 0, SourceKind.TYPED)


def to_json(record: ContactRecord) -> bytes:
    """The record as JSON in UTF-8, without what is unknown."""
    kept: dict[str, Any] = {name: getattr(record, name) for name in (*_PLAIN, *_TEXTS)}
    kept = {name: value for name, value in kept.items() if value != getattr(_EMPTY, name)}
    kept["kind"] = record.kind.value
    if record.places:
        kept["places"] = [asdict(place) for place in record.places]
    if record.birthday:
        kept["birthday"] = asdict(record.birthday)
    if record.relations:
        kept["relations"] = [[relation.kind, relation.name] for relation in record.relations]
    if record.connected_on:
        kept["connected_on"] = record.connected_on.isoformat()
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_json(data: bytes) -> ContactRecord:
    """The record that ``to_json`` wrote."""
    kept: Mapping[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    connected_on = kept.get("connected_on")
    birthday = kept.get("birthday")
    simple: dict[str, Any] = {name: kept.get(name, getattr(_EMPTY, name)) for name in _PLAIN}
    simple |= {name: tuple(kept.get(name, ())) for name in _TEXTS}
    return ContactRecord(
        **simple,
        kind=SourceKind(kept["kind"]),
        places=tuple(Place(**place) for place in kept.get("places", ())),
        birthday=Birthday(**birthday) if birthday else None,
        relations=tuple(Relation(*relation) for relation in kept.get("relations", ())),
        connected_on=date.fromisoformat(connected_on) if connected_on else None,
    )
