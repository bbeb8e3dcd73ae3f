"""The columns of the ledger that hold what members or reviewers wrote; everything else is keys and counts."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, and_, or_, true

from migrate.decisions.kinds import kind_of
from migrate.schema import ledger, v2


class HeldTexts(NamedTuple):
    """Some texts of one ledger table."""

    what: str
    table: Table
    columns: tuple[str, ...]
    only: ColumnElement[bool] = true()
    """The rows whose text there is personal."""

    @property
    def is_held(self) -> ColumnElement[bool]:
        """Whether a row still has one of them."""
        present = or_(*(self.table.c[column].is_not(None) for column in self.columns))
        return and_(self.only, present)


_TEXT_COLUMNS = sorted(
    {
        column.name
        for table in v2.metadata.tables.values()
        for column in table.columns
        if kind_of(column.name) == "text"
    }
)
ANOMALY_TEXTS = HeldTexts(
    "what members wrote, beside an anomaly",
    ledger.anomalies,
    ("raw_value", "loaded_value", "candidates", "message"),
)
BASES = HeldTexts("what was last loaded, for the merge", ledger.rows, ("base",))
DECIDED_TEXTS = HeldTexts(
    "what members wrote, beside a decision, and the reviewer's note", ledger.decisions, ("raw_value", "note")
)
DECIDED_VALUES = HeldTexts(
    "text that a reviewer set",
    ledger.decisions,
    ("value",),
    ledger.decisions.c.v2_column.in_(_TEXT_COLUMNS),
)
ALL_TEXTS = (ANOMALY_TEXTS, BASES, DECIDED_TEXTS, DECIDED_VALUES)
