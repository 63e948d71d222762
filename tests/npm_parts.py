"""Brings the parts of the tests that live on npm into a cache outside the tree. Standard library only: ``make parts`` runs it.

``oidc-provider`` is a certified OpenID provider that shares no line with ours; the tests run it and never ship it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OPENID_PROVIDER = ("oidc-provider", "9.13.3")
_OLDEST_NODE = 20


def cached(name: str, version: str) -> Path:
    """Where a package and what it needs are, or will be."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kith" / "npm" / f"{name}-{version}"


def fetch(name: str, version: str) -> Path:
    """The folder that holds ``node_modules``; npm fills it when it is not there. Raises ``OSError`` when it cannot."""
    folder = cached(name, version)
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not installed")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        prepared = Path(aside) / "whole"
        prepared.mkdir()
        words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"--prefix={prepared}"]
        done = subprocess.run([npm, *words, f"{name}@{version}"], capture_output=True, timeout=300)  # noqa: S603 - a tool of this machine
        if done.returncode:
            raise OSError(f"npm could not install {name}")
        if not folder.exists():
            prepared.rename(folder)
    return folder


def node() -> str:
    """Where Node is. Raises ``OSError`` when there is none, or one that is too old."""
    path = shutil.which("node")
    if path is None:
        raise FileNotFoundError("Node is not installed")
    said = subprocess.run([path, "--version"], capture_output=True, timeout=20, text=True).stdout  # noqa: S603 - a question
    major = said.strip().removeprefix("v").partition(".")[0]
    if not major.isdigit() or int(major) < _OLDEST_NODE:
        raise OSError(f"Node is older than {_OLDEST_NODE}")
    return path


def main() -> None:
    """Bring what is missing."""
    sys.stdout.write(f"{' '.join(OPENID_PROVIDER)}: {fetch(*OPENID_PROVIDER)}\n")


if __name__ == "__main__":
    main()
