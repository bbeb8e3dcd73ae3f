"""v2 as it was, beside v3 and the ledger as a run left them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from migrate.fixtures.sample import generate
from migrate.schema import ledger, v2
from tests.end_to_end.places import Dump, Place, Places
from tests.fixtures.cases import Row, load_case
from tests.fixtures.comparison import differences

SAMPLE_MEMBERS = 250


@dataclass(frozen=True)
class Migrated:
    """One v2, migrated once."""

    v2: dict[str, list[Row]]
    v3: Dump
    unlike: tuple[str, ...]
    """How it differs from what its case expects."""

    @cached_property
    def fates(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The ledger's row of each v2 row."""
        return {(row["v2_table"], row["v2_id"]): row for row in self.v3[ledger.rows.name]}

    @cached_property
    def by_id(self) -> dict[str, dict[str, dict[str, Any]]]:
        """v3 table → id → row."""
        return {
            name: {row["id"]: row for row in rows}
            for name, rows in self.v3.items()
            if rows and "id" in rows[0]
        }

    @cached_property
    def anomalies(self) -> list[dict[str, Any]]:
        """Every anomaly."""
        return self.v3[ledger.anomalies.name]

    def rows(self, v2_table: str, fate: str) -> list[Row]:
        """Return the v2 rows of a fate."""
        fates = {key: row["fate"] for (table, key), row in self.fates.items() if table == v2_table}
        return [row for row in self.v2[v2_table] if fates[self.key_of(v2_table, row)] == fate]

    def key_of(self, v2_table: str, row: Row) -> str:
        """Return the key of a v2 row."""
        return str(row[v2.KEYS[v2_table]])

    def pairs(self, v2_table: str) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Yield each migrated v2 row beside its v3 row."""
        for row in self.rows(v2_table, "migrated"):
            fate = self.fates[v2_table, self.key_of(v2_table, row)]
            yield row, self.by_id[fate["v3_table"]][fate["v3_id"]]

    def found(self, v2_table: str, key: str | None, column: str | None) -> list[dict[str, Any]]:
        """Return the anomalies of one value."""
        place = (v2_table, key, column)
        return [row for row in self.anomalies if (row["v2_table"], row["v2_id"], row["v2_column"]) == place]

    def texts(self) -> str:
        """Return everything that v3 and the ledger say, one value a line."""
        values = (value for rows in self.v3.values() for row in rows for value in row.values())
        return "\n".join(value for value in values if value is not None)


class Outcomes:
    """Migrates each case, and one sample, once in a direction."""

    def __init__(self, places: Places, direction: str) -> None:
        self._places, self.direction = places, direction
        self._known: dict[str, Migrated] = {}

    def of(self, name: str) -> Migrated:
        """Return what came of a hand-made case."""
        if name not in self._known:
            case = load_case(name)
            for place in self._places.place(self.direction):
                place.put_case(case)
                place.run()
                rows = {table: _whole(table, case.v2.get(table, [])) for table in v2.metadata.tables}
                self._known[name] = Migrated(rows, place.dump(), tuple(differences(case, place.target)))
        return self._known[name]

    @cached_property
    def sample(self) -> Migrated:
        """What came of a generated v2, cut into several batches."""
        chunks = list(generate(SAMPLE_MEMBERS, seed=7))
        rows = {name: _rows(chunks, name) for name in v2.metadata.tables}
        for place in self._places.place(self.direction):
            place.put_sample(chunks)
            place.run(batch_size=100)
            return Migrated(rows, place.dump(), ())
        raise AssertionError("there is always a place")

    def both(self, name: str) -> tuple[Migrated, Migrated]:
        """Return what came of a case and of the sample."""
        return self.of(name), self.sample


def _whole(table: str, rows: list[Row]) -> list[Row]:
    return [dict.fromkeys(v2.column_names(table)) | row for row in rows]


def _rows(chunks: list[dict[str, Any]], name: str) -> list[Row]:
    rows = [row for chunk in chunks for row in chunk[name].to_pylist()]
    return [{column: None if cell is None else str(cell) for column, cell in row.items()} for row in rows]


__all__ = ["Migrated", "Outcomes", "Place"]
