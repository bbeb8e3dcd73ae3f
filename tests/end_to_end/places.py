"""A v2 and an empty v3, in every direction in which a migration is tried, and what they hold afterwards."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, create_engine, delete, inspect, select, update

from migrate.fixtures.sample import Chunk
from migrate.fixtures.writing import write_v2
from migrate.load.ledger.scope import Scope
from migrate.load.ledger.target import init_target
from migrate.run import workplace as workplaces
from migrate.run.checked_run import CheckedRun, Checks, checked_run
from migrate.run.migration import RunOptions
from migrate.run.workplace import Workplace
from migrate.schema import ledger, v2, v3
from tests.fixtures.cases import Case, Outcome, Row, as_text, write_case, write_v3_before
from tests.servers import new_database, opened

DIRECTIONS = {  # name → what holds v2, what holds v3
    "sqlite-to-sqlite": ("sqlite", "sqlite"),
    "postgresql-to-postgresql": ("postgresql", "postgresql"),
    "mariadb-to-mariadb": ("mariadb", "mariadb"),
    "mariadb-to-postgresql": ("mariadb", "postgresql"),
    "folder-to-sqlite": ("folder", "sqlite"),
}
WITHIN_ONE_ENGINE = tuple(name for name, (source, target) in DIRECTIONS.items() if source == target)
"""Enough for what v3 and the ledger alone decide."""

V2Rows = Mapping[str, Sequence[Row]]
Dump = dict[str, list[dict[str, Any]]]
"""Table → rows in the order of their keys, values as the cases write them."""

KEPT = (ledger.rows, ledger.anomalies, ledger.decisions)
_NOTHING = Outcome(about="", shows=[], rows={}, anomalies=[])


@dataclass(frozen=True)
class Place:
    """A v2 and a v3 to migrate between."""

    direction: str
    source_url: str
    target_url: str
    target: Engine

    @property
    def held_by(self) -> str:
        """What holds v2."""
        return DIRECTIONS[self.direction][0]

    def put_v2(self, rows: V2Rows) -> None:
        """Make v2 hold these rows and no others; a column that is not named is NULL."""
        self._empty_v2()
        write_case(
            Case("", {name: list(listed) for name, listed in rows.items()}, {}, _NOTHING), self.source_url
        )

    def put_sample(self, chunks: Sequence[Chunk]) -> None:
        """Make v2 hold generated rows."""
        self._empty_v2()
        write_v2(self.source_url, chunks)

    def put_case(self, case: Case) -> None:
        """Make v2 hold a case, and v3 what it holds before the run."""
        self._empty_v2()
        write_case(case, self.source_url)
        write_v3_before(case, self.target)

    def run(
        self,
        *cohorts: str,
        members: Sequence[str] = (),
        rules: Path | None = None,
        batch_size: int = 5_000,
    ) -> CheckedRun:
        """Migrate, as a process of its own would."""
        scope = Scope(tuple(cohorts), tuple(members))
        workplace = Workplace(self.source_url, self.target_url, scope, rules)
        try:
            return checked_run(workplace, RunOptions(batch_size=batch_size), Checks(suites=False))
        finally:
            forget(workplace)

    def edit(self, table: str, key: str, **values: Any) -> None:
        """Change a row of v3 as its user would."""
        edited = v3.metadata.tables[table]
        with self.target.begin() as connection:
            done = connection.execute(update(edited).where(edited.c.id == key).values(values))
        assert done.rowcount == 1

    def remove(self, table: str, key: str) -> None:
        """Delete a row of v3 as its user would."""
        removed = v3.metadata.tables[table]
        with self.target.begin() as connection:
            done = connection.execute(delete(removed).where(removed.c.id == key))
        assert done.rowcount == 1

    def decide(self, **decision: Any) -> None:
        """Add a reviewer's decision."""
        with self.target.begin() as connection:
            connection.execute(ledger.decisions.insert().values(reviewer="reviewer", **decision))

    def dump(self) -> Dump:
        """Return all of v3, and the ledger but for its runs."""
        with self.target.connect() as connection:
            return {
                table.name: [
                    {name: as_text(value) for name, value in row.items()}
                    for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
                ]
                for table in (*v3.metadata.tables.values(), *KEPT)
            }

    def anomalies(self) -> set[tuple[Any, ...]]:
        """Return place and code of every anomaly."""
        names = ("v2_table", "v2_id", "v2_column", "code")
        return {tuple(row[name] for name in names) for row in self.dump()[ledger.anomalies.name]}

    def v3_id(self, v2_table: str, key: str) -> str:
        """Return the id that a v2 row has in v3."""
        rows = self.dump()[ledger.rows.name]
        found = next(row["v3_id"] for row in rows if (row["v2_table"], row["v2_id"]) == (v2_table, key))
        assert found is not None
        return str(found)

    def value(self, v2_table: str, key: str, column: str) -> str | None:
        """Return what v3 holds in a column of the row that came from a v2 row."""
        rows = self.dump()
        fate = next(
            row for row in rows[ledger.rows.name] if (row["v2_table"], row["v2_id"]) == (v2_table, key)
        )
        row = next(row for row in rows[fate["v3_table"]] if row["id"] == fate["v3_id"])
        found: str | None = row[column]
        return found

    def empty_v3(self) -> None:
        """Take every row out of v3 and the ledger."""
        _empty_v3(self.target)

    def _empty_v2(self) -> None:
        if self.held_by == "folder":
            for file in Path(self.source_url.removeprefix("dir:")).glob("*.csv"):
                file.unlink()
            return
        with opened(self.source_url) as engine, engine.begin() as connection:
            present = inspect(connection).get_table_names()
            for table in v2.metadata.tables.values():
                if table.name in present:
                    connection.execute(delete(table))


def forget(workplace: Workplace) -> None:
    """Close what a run has opened and would keep for the process's next batch."""
    workplace.source.engine.dispose()
    workplace.target.dispose()
    workplaces._source.cache_clear()
    workplaces._target.cache_clear()


class Places:
    """Gives places. v3's tables take a second to create, so those of a server are emptied and used again,
    and a SQLite file is the copy of one."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        self._databases: dict[tuple[str, str], str] = {}
        self._pattern = folder / "pattern.db"
        _init_v3(f"sqlite:///{self._pattern}")

    def place(self, direction: str) -> Iterator[Place]:
        """Yield a place with an empty v2, and a v3 without rows."""
        source, target = DIRECTIONS[direction]
        target_url = self._v3(target)
        engine = create_engine(target_url)
        _empty_v3(engine)
        try:
            yield Place(direction, self._v2(source), target_url, engine)
        finally:
            engine.dispose()

    def _v2(self, holder: str) -> str:
        if holder == "folder":
            return f"dir:{self._folder / uuid4().hex}"
        return f"sqlite:///{self._new_file()}" if holder == "sqlite" else self._database("v2", holder)

    def _v3(self, holder: str) -> str:
        if holder == "sqlite":
            return f"sqlite:///{shutil.copy(self._pattern, self._new_file())}"
        known = ("v3", holder) in self._databases
        url = self._database("v3", holder)
        if not known:
            _init_v3(url)
        return url

    def _new_file(self) -> Path:
        return self._folder / f"{uuid4().hex}.db"

    def _database(self, side: str, holder: str) -> str:
        if (side, holder) not in self._databases:
            url = self._stack.enter_context(new_database(holder, self._folder))
            self._databases[side, holder] = url
        return self._databases[side, holder]


def _init_v3(url: str) -> None:
    with opened(url) as engine:
        init_target(engine)


def _empty_v3(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in (*ledger.metadata.sorted_tables, *reversed(v3.LOAD_ORDER)):
            if table is not ledger.ledger:
                connection.execute(delete(table))
