"""Problems that can be found in a store, in words."""

from __future__ import annotations

from typing import LiteralString

from graph.neo4j import queries
from graph.neo4j.connection import Bound
from graph.neo4j.migrate import known_migrations

_STRAYS: tuple[tuple[LiteralString, str], ...] = (
    (queries.NODES_WITHOUT_CAMPAIGN, "nodes belong to no campaign"),
    (queries.STRAY_CONTACTS, "contacts have lost their supporter"),
    (queries.STRAY_ASKS, "asks have lost their supporter or their contact"),
    (queries.STRAY_EVENTS, "events have lost their supporter"),
)


def problems_of(bound: Bound) -> list[str]:
    """What is wrong in this campaign, or with the schema; empty when all is well."""
    found = [(bound.number(query), words) for query, words in _STRAYS]
    problems = [f"{count} {words}" for count, words in found if count]
    (there,) = bound.rows(queries.CONSTRAINTS)
    missing = sorted(wanted_constraints() - set(there[0]))
    if missing:
        problems.append(f"constraints are missing: {', '.join(missing)}; create them again from the migration's file")
    return problems


def wanted_constraints() -> set[str]:
    """The names of the constraints that the migrations make."""
    words = [line.split() for step in known_migrations() for line in step.cypher.splitlines()]
    return {line[2] for line in words if line[:2] == ["CREATE", "CONSTRAINT"]}
