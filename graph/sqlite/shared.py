"""Files that several stores use at once: opened by the first, closed by the last."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from graph.errors import StoreError
from graph.model import CampaignId
from graph.sqlite.connection import BUSY_SECONDS, Database, folder_name, translated
from graph.sqlite.removing import claim_alone, erased


class Lease:
    """One store's hold on a file; after ``close`` it gives the file to nobody."""

    def __init__(self, database: Database, files: SharedFiles) -> None:
        self._database = database
        self._files = files
        self._is_closed = False

    @property
    def database(self) -> Database:
        """The file. Raises ``StoreError`` when this store was closed."""
        if self._is_closed:
            raise StoreError("This store was closed.", thing=str(self._database.path), next_step="Open it again.")
        return self._database

    def close(self) -> None:
        """Give the file back; a second call does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._files.give_back(self._database)


class SharedFiles:
    """The files of one data folder: ``campaigns/<id>/kith.db`` for each campaign, and ``install.db``."""

    def __init__(self, folder: Path, *, families: Sequence[str], busy_seconds: float = BUSY_SECONDS) -> None:
        self._folder = folder
        self._families = tuple(families)
        self._busy_seconds = busy_seconds
        self._guard = threading.Lock()
        self._open: dict[Path, Database] = {}
        self._holders: dict[Path, int] = {}

    def of_campaign(self, campaign_id: CampaignId) -> Lease:
        """A hold on a campaign's file."""
        return self._hold(self._path_of(campaign_id))

    def of_install(self) -> Lease:
        """A hold on the install's own file."""
        return self._hold(self._folder / "install.db")

    def erase(self, campaign_id: CampaignId) -> int:
        """Overwrite a campaign's file and remove its folder; how many files went. After a fault it is simply done again.

        Raises ``StoreError`` when this or another program still holds the file, or the disk refuses.
        """
        self.refuse_held(campaign_id)
        folder = self._path_of(campaign_id).parent
        with self._guard, translated(str(folder)):
            return erased(folder)

    def refuse_held(self, campaign_id: CampaignId) -> None:
        """Raise ``StoreError`` when this or another program holds a campaign's file."""
        path = self._path_of(campaign_id)
        with self._guard, translated(str(path)):
            if path in self._open or not claim_alone(path):
                raise StoreError(
                    "Another program holds this campaign.",
                    thing=str(path),
                    next_step="Stop kith serve and kith worker.",
                )

    def _path_of(self, campaign_id: CampaignId) -> Path:
        return self._folder / "campaigns" / folder_name(campaign_id) / "kith.db"

    def give_back(self, database: Database) -> None:
        """One holder less; the last one closes the file."""
        with self._guard:
            self._holders[database.path] -= 1
            if self._holders[database.path]:
                return
            del self._holders[database.path], self._open[database.path]
        database.close()

    def _hold(self, path: Path) -> Lease:
        with self._guard:
            if path not in self._open:
                self._open[path] = Database(path, families=self._families, busy_seconds=self._busy_seconds)
            self._holders[path] = self._holders.get(path, 0) + 1
            return Lease(self._open[path], self)
