"""What v3's tables and columns are called in v2."""

from dataclasses import dataclass

from migrate.rulebook.mapping import Mapping


@dataclass(frozen=True)
class V2Names:
    """The mapping, read from v3's side."""

    mapping: Mapping

    def table(self, v3_table: str) -> str:
        """Return the v2 table that a v3 table is filled from."""
        return self.mapping.by_target[v3_table]

    def column(self, v3_table: str, v3_column: str) -> str:
        """Return the v2 column that a v3 column is filled from; v3's own name where v2 has none."""
        columns = self.mapping.tables[self.table(v3_table)].columns
        return next((name for name, rule in columns.items() if rule.to == v3_column), v3_column)

    def is_filled_from_v2(self, v3_table: str, v3_column: str) -> bool:
        """Tell whether v3 gets what v2 says in a column.

        The status of an application or of a scheme's membership is v3's own.
        """
        columns = self.mapping.tables[self.table(v3_table)].columns.values()
        return any(rule.to == v3_column and rule.read != "status" for rule in columns)
