"""Every query that reaches Neo4j is a literal of the program, so that no value can ever become part of one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import graph.neo4j
from graph.neo4j import queries
from graph.neo4j.connection import refuse_unbound

FOLDER = Path(graph.neo4j.__file__).parent
FILES = sorted(FOLDER.glob("*.py"))
ASKING = {"run", "rows", "one", "number", "keep", "execute_query", "Query"}
"""The calls whose first argument is a query."""


def literals_of(tree: ast.Module) -> set[str]:
    """Names that are given a literal at the top of a module, once."""
    given: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name):
                given.setdefault(target.id, []).append(node.value)  # type: ignore[attr-defined]  # both have one
    return {name for name, values in given.items() if len(values) == 1 and is_text(values[0])}


def is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


QUERIES = literals_of(ast.parse((FOLDER / "queries.py").read_text(encoding="utf-8")))


def not_literal(source: str) -> Iterator[int]:
    """Lines that hand over a query which is no literal, no name of one, and no argument declared ``LiteralString``."""
    tree = ast.parse(source)
    known = literals_of(tree)
    declared = {arg.arg for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for arg in literal_args(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args and called(node) in ASKING):
            continue
        query = node.args[0]
        is_named = isinstance(query, ast.Name) and query.id in known | declared
        is_ours = isinstance(query, ast.Attribute) and ast.unparse(query.value) == "queries" and query.attr in QUERIES
        if not (is_text(query) or is_named or is_ours):
            yield node.lineno


def literal_args(function: ast.FunctionDef) -> list[ast.arg]:
    return [
        arg
        for arg in function.args.args
        if arg.annotation is not None and ast.unparse(arg.annotation) == "LiteralString"
    ]


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_query_is_a_literal(file: Path) -> None:
    allowed = {"checking.py": {"query"}}.get(file.name, set())  # names in a table of literals, which mypy holds to that
    source = file.read_text(encoding="utf-8")
    lines = source.splitlines()
    odd = [line for line in not_literal(source) if not any(f"({name})" in lines[line - 1] for name in allowed)]
    assert odd == []


def test_there_is_something_to_look_at() -> None:
    asked = [
        node
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called(node) in ASKING
    ]
    assert len(asked) > 40
    assert len(QUERIES) > 30


@pytest.mark.parametrize(
    "built",
    [
        'bound.rows(f"MATCH (n {{key: {key}}}) RETURN n")',
        'bound.rows("MATCH (n) WHERE n.key = " + key)',
        'bound.rows("MATCH (n) WHERE n.key = {}".format(key))',
        'bound.one("MATCH (n) WHERE n.key = %s" % key)',
        "session.run(text)",
        "session.run(Query(text))",
        'text = "MATCH (n) RETURN n"\ntext = text.replace("n", key)\nsession.run(text)',
        "driver.execute_query(queries.SOMETHING_ELSE)",
        "bound.keep(make(), rows)",
    ],
)
def test_a_query_that_is_put_together_is_found(built: str) -> None:
    assert list(not_literal(built)) != []


@pytest.mark.parametrize(
    "whole",
    [
        'bound.rows("MATCH (n) RETURN n")',
        "bound.rows(queries.EDGES)",
        'ALL: Final = "MATCH (n) RETURN n"\nbound.rows(ALL)',
        "def ask(text: LiteralString) -> None:\n    session.run(text)",
    ],
)
def test_a_literal_is_let_pass(whole: str) -> None:
    assert list(not_literal(whole)) == []


def test_every_query_that_names_a_node_binds_it_to_the_campaign() -> None:
    for name in QUERIES:
        refuse_unbound(getattr(queries, name))
