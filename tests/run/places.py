"""A v2 and a v3 beside each other, to migrate from one into the other in this process and look at both."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, delete, insert, select, update

from migrate.errors import InterruptedRunError
from migrate.load.ledger.scope import Scope
from migrate.load.ledger.target import init_target
from migrate.load.rollback.rollback import Selection
from migrate.run.migration import Progress, RunOptions, RunResult, migrate
from migrate.run.rollback import RollbackResult, roll_back
from migrate.run.workplace import Workplace
from migrate.schema import ledger, v2, v3
from migrate.transform.identity import v3_id

Row = dict[str, Any]
State = dict[str, list[tuple[Any, ...]]]

FORGOTTEN = {  # ledger table → columns in which two runs of the same work may differ
    "migration_rows": {"run_id"},
    "migration_anomalies": {"run_id", "anomaly_id"},
}


def stop_after(batches: int) -> Callable[[int, int, object], None]:
    """Return a progress that stops a run after so many batches."""

    def progress(done: int, _: int, __: object) -> None:
        if done == batches:
            raise InterruptedRunError("stopped")

    return progress


@dataclass
class Place:
    """Where a test migrates from and to."""

    source_url: str
    target_url: str
    rules_folder: Path | None = None
    """What the next run goes by; None for the rules that are shipped."""

    @cached_property
    def v2(self) -> Engine:
        """v2, to be written to as its members do."""
        return create_engine(self.source_url)

    @cached_property
    def v3(self) -> Engine:
        """v3, to be written to as its users do."""
        return create_engine(self.target_url, pool_pre_ping=True)  # tests end its connections

    def workplace(self, scope: Scope = Scope()) -> Workplace:  # noqa: B008  # a frozen value
        """Return the place as a run takes it."""
        return Workplace(self.source_url, self.target_url, scope, self.rules_folder)

    def run(
        self,
        *cohorts: str,
        members: tuple[str, ...] = (),
        progress: Progress | None = None,
        size: int = 5000,
        workers: int = 1,
    ) -> RunResult:
        """Migrate some cohorts, some members, or everyone."""
        workplace = self.workplace(Scope(cohorts, members))
        return migrate(workplace, RunOptions(workers=workers, batch_size=size), progress)

    def roll_back(
        self, *, run: str | None = None, cohort: str | None = None, size: int = 5000
    ) -> RollbackResult:
        """Take back a run or a cohort."""
        return roll_back(self.workplace().target, Selection(run, cohort), size=size)

    def put(self, table: str, key: object, **values: Any) -> None:
        """Write a v2 row, in place of what has its key."""
        columns = v2.metadata.tables[table]
        own = columns.c[v2.KEYS[table]]
        with self.v2.begin() as connection:
            connection.execute(delete(columns).where(own == key))
            connection.execute(insert(columns).values({own.name: key, **values}))

    def change(self, table: str, key: object, **values: Any) -> None:
        """Change a v2 row."""
        columns = v2.metadata.tables[table]
        with self.v2.begin() as connection:
            connection.execute(update(columns).where(columns.c[v2.KEYS[table]] == key).values(values))

    def remove(self, table: str, **where: Any) -> None:
        """Delete v2 rows."""
        columns = v2.metadata.tables[table]
        conditions = (columns.c[name] == value for name, value in where.items())
        with self.v2.begin() as connection:
            connection.execute(delete(columns).where(*conditions))

    def edit(self, table: Table, row_id: str, **values: Any) -> None:
        """Edit a v3 row as its user does."""
        with self.v3.begin() as connection:
            connection.execute(update(table).where(table.c.id == row_id).values(values))

    def add(self, table: Table, **values: Any) -> None:
        """Add a v3 row as a user does."""
        with self.v3.begin() as connection:
            connection.execute(insert(table).values(values))

    def erase(self, table: Table, row_id: str) -> None:
        """Delete a v3 row as its user does."""
        with self.v3.begin() as connection:
            connection.execute(delete(table).where(table.c.id == row_id))

    def rows(self, table: Table) -> list[Row]:
        """Return all rows of a table of v3 or the ledger."""
        with self.v3.connect() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def row(self, v2_table: str, key: object, table: Table) -> Row | None:
        """Return the v3 row of a v2 row."""
        wanted = v3_id(v2_table, str(key))
        return next((row for row in self.rows(table) if row["id"] == wanted), None)

    def fates(self, v2_table: str) -> dict[str, tuple[str, str | None]]:
        """Return v2 id → fate and reason."""
        found = (row for row in self.rows(ledger.rows) if row["v2_table"] == v2_table)
        return {row["v2_id"]: (row["fate"], row["reason"]) for row in found}

    def anomalies(self, *codes: str) -> set[tuple[str, str, str, str | None]]:
        """Return code, v2 table, v2 id and v2 column of the anomalies with one of the codes, or of all."""
        return {
            (row["code"], row["v2_table"], row["v2_id"], row["v2_column"])
            for row in self.rows(ledger.anomalies)
            if not codes or row["code"] in codes
        }

    def statuses(self) -> dict[str, str]:
        """Return run → status."""
        return {row["run_id"]: row["status"] for row in self.rows(ledger.runs)}

    def state(self) -> State:
        """Return v3, ledger rows and anomalies, so that two places can be compared."""
        with self.v3.connect() as connection:
            tables = (*v3.LOAD_ORDER, ledger.rows, ledger.anomalies)
            return {table.name: _contents(connection, table) for table in tables}

    def close(self) -> None:
        """Close every connection."""
        workplace = self.workplace()
        for engine in (self.v2, self.v3, workplace.target, workplace.reading, workplace.source.engine):
            engine.dispose()


@contextmanager
def opened_place(source_url: str, target_url: str) -> Iterator[Place]:
    """Give a place with v2's and v3's tables, all of them empty."""
    place = Place(source_url, target_url)
    v2.metadata.create_all(place.v2)
    init_target(place.v3)
    try:
        yield place
    finally:
        place.close()


def fill_v2(place: Place, tables: Mapping[str, list[Row]]) -> None:
    """Write v2 rows; a key that is not given counts from 1."""
    with place.v2.begin() as connection:
        for name, rows in tables.items():
            key = v2.KEYS[name]
            for number, row in enumerate(rows, start=1):
                connection.execute(insert(v2.metadata.tables[name]).values({key: number, **row}))


def _contents(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    forgotten = FORGOTTEN.get(table.name, set())
    columns = [column for column in table.columns if column.name not in forgotten]
    rows = connection.execute(select(*columns)).all()
    return sorted((tuple(row) for row in rows), key=repr)
