"""Neo4j as the contract suites use it: one server for all tests, emptied when a test opens a folder of its own."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neo4j_server import the_server

from graph.neo4j.connection import Server
from graph.neo4j.graph_store import Neo4jGraphStores
from graph.neo4j.record_store import Neo4jRecordStores

_folders: list[Path] = []


@functools.cache
def connected() -> Server:
    """The connection of the tests; it ends with them."""
    import atexit

    server = the_server().connect()
    atexit.register(server.close)
    return server


def open_graph(folder: Path) -> Neo4jGraphStores:
    """Graph stores that were empty when this folder was first opened."""
    _begin(folder)
    return Neo4jGraphStores(connected())


def open_graph_again() -> Neo4jGraphStores:
    """Graph stores on what is there."""
    return Neo4jGraphStores(connected())


def open_records(folder: Path) -> Neo4jRecordStores:
    """Record stores that were empty when this folder was first opened."""
    _begin(folder)
    return Neo4jRecordStores(connected())


def address(_: Path) -> str:
    """What ``--store`` is told."""
    return str(the_server().address)


def environment(store: str) -> dict[str, str]:
    """What a child process needs beside the address."""
    return {"KITH_NEO4J_PASSWORD": the_server().password} if "//" in store else {}


@contextmanager
def fault(_: Path) -> Iterator[None]:
    """While this lasts, an erasure fails after it has removed nearly everything: a stranger holds on to supporters."""
    run("MATCH (s:Supporter) CREATE (:Stranger {campaign: s.campaign})-[:HOLDS]->(s)")
    yield
    run("MATCH (n:Stranger) DETACH DELETE n")


def run(query: str, **parameters: object) -> list[tuple[object, ...]]:
    """Do something to the server that no store does."""
    with connected().session() as session:
        return [tuple(row) for row in session.run(query, parameters).values()]  # type: ignore[arg-type]  # ours, in tests


def _begin(folder: Path) -> None:
    if _folders[-1:] != [folder]:
        _folders.append(folder)
        run("MATCH (n) WHERE NOT n:KithMigration DETACH DELETE n")
