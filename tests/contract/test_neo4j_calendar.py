"""The contract suites on the newest calendar release of Neo4j, where a Java for it and its jars are on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import neo4j_jars
import neo4j_server
import pytest

JAVA = neo4j_jars.newer_java()
HAS_JARS = neo4j_jars.cached(neo4j_jars.CALENDAR).is_dir()

if JAVA is None or not HAS_JARS:
    sys.stderr.write(f"Neo4j {neo4j_jars.CALENDAR} is not tried: it wants a Java of 21 or later and make parts\n")
else:

    @pytest.mark.full
    def test_the_newest_release_keeps_the_same_promises() -> None:
        assert JAVA is not None
        booted = neo4j_server.boot(neo4j_jars.CALENDAR, java=JAVA)
        given = {
            "KITH_TEST_NEO4J_URI": str(booted.running.address),
            "KITH_TEST_NEO4J_PASSWORD": booted.running.password,
        }
        files = [str(Path(__file__).with_name(f"test_{name}.py")) for name in ("graph_store", "record_store")]
        command = [sys.executable, "-m", "pytest", "-q", "-k", "neo4j", "-m", "not full", *files]
        root = Path(__file__).parents[2]
        done = subprocess.run(  # noqa: S603 - our own suite
            command, env={**os.environ, **given}, cwd=root, capture_output=True, text=True, timeout=600
        )
        booted.remove()
        assert done.returncode == 0, done.stdout[-3000:]
        assert "skipped" not in done.stdout
