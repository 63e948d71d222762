"""How a supporter knows a friend, as far as the name of the card tells."""

from __future__ import annotations

from graph.model import RelationshipType
from matching.names.values import NameReading

_CONTEXT = {
    RelationshipType.COWORKER: {"WORK", "OFFICE", "JOB", "TRABAJO", "BOSS", "COWORKER"},
    RelationshipType.NEIGHBOR: {"NEIGHBOR", "NEIGHBOUR", "VECINO", "VECINA", "HOA"},
    RelationshipType.FAITH: {"CHURCH", "CHOIR", "IGLESIA", "TEMPLE", "MOSQUE", "PASTOR", "PARISH"},
    RelationshipType.SCHOOL: {"SCHOOL", "PTA", "COLLEGE", "UNC", "CLASS", "HS", "ESCUELA"},
    RelationshipType.FRIEND: {"FRIEND", "GYM", "BAND", "CLUB", "SOCCER", "AMIGO", "AMIGA"},
}


def relationship_of(reading: NameReading) -> RelationshipType:
    """A kin label is family, a context word says where from; else unknown."""
    if reading.kin:
        return RelationshipType.FAMILY
    words = {word for tag in reading.context for word in tag.split()}
    return next((kind for kind, known in _CONTEXT.items() if words & known), RelationshipType.UNKNOWN)
