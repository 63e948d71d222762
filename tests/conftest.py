"""What holds for every test, and the town that many of them live in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from canaries import CanaryWatch
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lived_in import Built

    from app.house import House

# A promise is tested, never the clock: the first call of compiled code, or a busy machine, is no failure.
settings.register_profile("kith", settings(settings.default, deadline=None))
settings.load_profile("kith")


WATCH = CanaryWatch()


def pytest_configure(config: pytest.Config) -> None:
    """Listen from the first moment on, and let all processes share what is compiled: each data folder is a new one here."""
    WATCH.start()
    os.environ.setdefault("NUMBA_CACHE_DIR", str(config.rootpath / ".pytest_cache" / "compiled"))


@pytest.fixture(autouse=True)
def no_canary_in_a_log() -> Iterator[None]:
    """Whatever a test does, what it logs names nobody and holds no token."""
    yield
    assert WATCH.take() == []


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A town whose supporters have moved in, made once."""
    from lived_in import build  # the product takes a second to load, which most tests do not need

    return build(tmp_path_factory.mktemp("lived-in"))


@pytest.fixture
def house(built: Built, tmp_path: Path) -> House:
    """That town's house, copied, so that every test has its own."""
    from lived_in import copy_of  # as above

    return copy_of(built, tmp_path)
