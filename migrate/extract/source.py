"""v2 as a source of batches. It is only ever read, each batch in one read-only snapshot."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd
from sqlalchemy import Engine

from migrate.databases import open_source_engine
from migrate.extract.folder import FOLDER_SCHEME, damage_of, stage_folder
from migrate.extract.member_selects import SelectsMade
from migrate.extract.snapshot import Snapshot
from migrate.extract.tables import V2Tables, reflect_v2
from migrate.extract.unique_keys import keys_are_unique
from migrate.rulebook.mapping import Mapping


@dataclass
class V2Source:
    """An opened v2."""

    engine: Engine
    mapping: Mapping
    damaged: pd.DataFrame
    """Cells that a spreadsheet turned into a date or time: `DAMAGED_COLUMNS`, TEXT."""
    _tables: V2Tables | None = None
    _selects: SelectsMade = field(default_factory=dict)

    @contextmanager
    def snapshot(self, cohorts: Sequence[str] = ()) -> Iterator[Snapshot]:
        """Open one consistent, read-only view of v2, of the given cohorts or of everyone."""
        with self.engine.begin() as connection:
            if self._tables is None:
                self._tables = reflect_v2(connection, self.mapping)
            yield Snapshot(connection, self._tables, tuple(cohorts), self.damaged, self._selects)

    def keys_are_unique(self) -> bool:
        """Return whether v2 itself rules out that a key stands twice."""
        with self.engine.begin() as connection:
            return keys_are_unique(connection, self.mapping)


def open_source(url: str, mapping: Mapping) -> V2Source:
    """Open v2 by its URL, or a folder of exports as `dir:PATH`.

    A folder is first copied into a private SQLite file, which is gone with the process.
    Raises MigrationError or ConfigurationError in words, as `open_source_engine` does.
    """
    if url.startswith(FOLDER_SCHEME):
        url = stage_folder(url, mapping)
    return V2Source(open_source_engine(url), mapping, damage_of(url))
