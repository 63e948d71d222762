"""Whatever is kept is declared: whose it is, and its clock. Export and erasure walk that list, so nothing may miss it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from types import ModuleType

import apsw
import pytest
from held import plant, planted

from app.rights.holdings import HOLDINGS, SUPPORTER, Clock, Holding, Place, Whose, declared, erase_hers, export_hers
from graph.sqlite.graph_store import SqliteGraphStores
from graph.sqlite.record_store import SqliteRecordStore, SqliteRecordStores
from people import ANA, JO, RIVERA

HERS = [one for one in HOLDINGS if one.is_hers]
KEEPS = {"put": 3, "append": 2, "append_chained": 3, "_first": 3}
"""The calls that keep something, and how many words each has at the least."""
ROOT = Path(__file__).parents[3]


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    store = SqliteRecordStores(tmp_path).for_campaign(RIVERA)
    yield store
    store.close()


# --- the list is complete -----------------------------------------------------------------------------------------------


def test_every_table_is_declared(tmp_path: Path) -> None:
    SqliteGraphStores(tmp_path).for_campaign(RIVERA).close()
    SqliteRecordStores(tmp_path).for_campaign(RIVERA).close()
    raw = apsw.Connection(str(next(tmp_path.rglob("kith.db"))))
    tables = {str(name) for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    raw.close()
    assert tables
    assert [name for name in sorted(tables) if declared(Place.TABLE, name) is None] == []


def test_every_label_is_declared() -> None:
    folder = resources.files("graph.neo4j").joinpath("migrations")
    text = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".cypher"))
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "graph" / "neo4j").glob("*.py"))
    labels = set(re.findall(r"\(\w*:([A-Z]\w+)", text + code))
    assert {"Supporter", "Contact", "Record"} <= labels
    assert [name for name in sorted(labels) if declared(Place.LABEL, name) is None] == []


def test_every_kind_that_the_code_keeps_is_declared() -> None:
    kept = dict(kinds_kept())
    places = (Place.RECORD, Place.STREAM, Place.INSTALL)
    assert {"session", "job", f"answered:{SUPPORTER}", f"consent:{SUPPORTER}", "suppression"} <= set(kept)
    assert {kind: where for kind, where in kept.items() if not any(declared(p, kind) for p in places)} == {}


def test_a_kind_that_nobody_declared_is_noticed() -> None:
    assert declared(Place.RECORD, "diary") is None
    assert declared(Place.RECORD, "answered:") is None
    assert declared(Place.STREAM, "answered:s-ana") is None
    assert declared(Place.RECORD, "answered:s-ana") is not None


def test_no_two_holdings_claim_one_name() -> None:
    names = [(one.place, one.name) for one in HOLDINGS]
    assert len(set(names)) == len(names)


def test_what_is_somebodys_is_found_with_her_and_has_a_clock_that_ends() -> None:
    kept = [one for one in HOLDINGS if one.place in (Place.RECORD, Place.STREAM)]
    personal = [one for one in kept if one.whose in (Whose.SUPPORTER, Whose.FRIEND)]
    assert [one.name for one in personal if one.found is None] == []
    assert {one.clock for one in personal} <= {Clock.LEAVING, Clock.UNMATCHED, Clock.OWN_HOUR, Clock.DAY}


def kinds_kept() -> Iterator[tuple[str, str]]:
    """Each kind or stream that a call in the product keeps something under, and the file that does."""
    for package in ("app", "oauth", "graph/files"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
                argument = _kept_under(call)
                kind = _resolved(argument, name, tree) if argument is not None else None
                if kind is not None:
                    yield kind, name


def _kept_under(call: ast.Call) -> ast.expr | None:
    """The kind or stream of a call that keeps something; ``None`` for any other call."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    least = KEEPS.get(name)
    if least is None or len(call.args) + len(call.keywords) < least:
        return None
    if name.startswith("append") and not any(word.arg == "at" for word in call.keywords):  # of a list, of headers
        return None
    return call.args[1] if name == "append_chained" else call.args[0]


def _resolved(node: ast.expr, module_name: str, tree: ast.Module) -> str | None:
    """The text of an expression; an id in it is ``{supporter}``. ``None`` for a parameter, whose callers are looked at."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        value = getattr(_module(module_name), node.id, None)
        return value if isinstance(value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(part, module_name) for part in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _returned(node.func.id, module_name, tree)
    return None


def _part(part: ast.expr, module_name: str) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    inner = part.value if isinstance(part, ast.FormattedValue) else part
    value = getattr(_module(module_name), inner.id, None) if isinstance(inner, ast.Name) else None
    return value if isinstance(value, str) else SUPPORTER


def _returned(function: str, module_name: str, tree: ast.Module) -> str | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            returned = next(part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value)
            chosen = returned.body if isinstance(returned, ast.IfExp) else returned
            return _resolved(chosen, module_name, tree)
    return None


def _module(name: str) -> ModuleType:
    return importlib.import_module(name)


# --- the walk -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holding", HERS, ids=lambda one: one.name)
def test_erasure_takes_hers_and_nobody_elses(records: SqliteRecordStore, holding: Holding) -> None:
    plant(records, holding, ANA)
    plant(records, holding, JO)
    assert erase_hers(records, ANA) == {holding.name: 1}
    assert planted(records, holding, ANA) == []
    assert len(planted(records, holding, JO)) == 1


@pytest.mark.parametrize("holding", [one for one in HERS if one.place is Place.RECORD], ids=lambda one: one.name)
def test_export_hands_out_hers_and_nobody_elses(records: SqliteRecordStore, holding: Holding) -> None:
    plant(records, holding, ANA, mark="hers")
    plant(records, holding, JO, mark="of somebody else")
    text = str(export_hers(records, ANA))
    assert "hers" in text
    assert "of somebody else" not in text


def test_export_shows_no_key_and_no_token(records: SqliteRecordStore) -> None:
    records.put("connection", "google:s-ana", {"supporter": ANA, "provider": "google", "sealed": "dG9rZW4="})
    records.put("supporter_key", ANA, {"wrapped": "a2V5", "wrapped_by": "1", "key_id": "2"})
    text = str(export_hers(records, ANA))
    assert "google" in text
    assert "dG9rZW4=" not in text
    assert "a2V5" not in text


def test_nobody_has_nothing(records: SqliteRecordStore) -> None:
    assert erase_hers(records, ANA) == {}
    assert export_hers(records, ANA) == {}
