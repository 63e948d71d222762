"""Brings the jars of Neo4j Community into a cache outside the tree, by Maven. Standard library only: ``make parts`` runs it.

The jars are used by the tests over Bolt and are never shipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LONG_TERM = "5.26.30"
CALENDAR = "2026.09.0"
_NEWER = 21
_POM = """<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>kith</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{0}</version></dependency>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{0}</version></dependency>
  </dependencies>
</project>
"""


def cached(version: str) -> Path:
    """Where the jars of a version are, or will be."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kith" / "neo4j" / version / "lib"


def fetch(version: str) -> Path:
    """The folder of a version's jars; resolved by Maven when it is not there. Raises ``OSError`` when it cannot be."""
    lib = cached(version)
    if lib.is_dir():
        return lib
    maven = shutil.which("mvn")
    if maven is None:
        raise FileNotFoundError("Maven (mvn) is not installed")
    lib.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=lib.parent) as folder:
        pom, aside = Path(folder) / "pom.xml", Path(folder) / "lib"
        pom.write_text(_POM.format(version), encoding="utf-8")
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={aside}"]
        done = subprocess.run([maven, "-q", "-B", "-f", str(pom), *goal], capture_output=True, timeout=900)  # noqa: S603 - a tool of this machine
        if done.returncode or not list(aside.glob("neo4j-*.jar")):
            raise OSError("Maven could not resolve Neo4j")
        if not lib.exists():
            aside.rename(lib)
    return lib


def newer_java() -> str | None:
    """A Java of 21 or later on this machine, which the calendar releases need; ``None`` where there is none."""
    places = sorted(Path("/usr/lib/jvm").glob("*/bin/java"), reverse=True)
    return next((str(java) for java in (shutil.which("java"), *places) if java and _major(str(java)) >= _NEWER), None)


def _major(java: str) -> int:
    try:
        said = subprocess.run([java, "-version"], capture_output=True, timeout=20, text=True).stderr  # noqa: S603 - a question
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def main() -> None:
    """Bring the long-term release, and the newest calendar release where a Java for it is there."""
    wanted = [LONG_TERM, *([CALENDAR] if newer_java() else [])]
    for version in wanted:
        sys.stdout.write(f"Neo4j {version}: {len(list(fetch(version).iterdir()))} jars\n")


if __name__ == "__main__":
    main()
