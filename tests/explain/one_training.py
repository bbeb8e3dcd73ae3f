"""A training that was migrated and that nothing has changed since, to be explained without a database."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from migrate.explain.evidence import Evidence, Remark, RowFate, Values
from migrate.explain.row import ExplainedRow, ExplainedValue, explain_row
from migrate.explain.words import load_words
from migrate.rulebook import load_rules
from migrate.schema import v3

RULES, WORDS = load_rules(), load_words()
MIGRATED = RowFate("migrated", None, "trainings", "a" * 32, "r", "7", "2024-A")
WAITING = MIGRATED._replace(run_id="")
REJECTED = RowFate("rejected", "orphan", None, None, "r", "7", "2024-A")
REFUSED = REJECTED._replace(reason="load-refused")
DROPPED = REJECTED._replace(fate="dropped", reason="archived-assessment")
ABOUT_ROW = Remark(None, "load-refused", "error", None, None, "v3 did not take it.")
ABOUT_VALUE = Remark("title", "text-cleaned", "warning", "Relays\\u0000", None, None)
LOADED: Values = {**dict.fromkeys(v3.merged_columns(v3.trainings), "-"), "title": "=Relays"}
IN_V3: Values = {"title": "Relays"}
TRAINING = Evidence(
    "training", "1", {"title": "Relays"}, MIGRATED, loaded=LOADED, now=IN_V3, next={"title": "Relays"}
)
BY_NOW = {"title": "Breakers"}
MOMENT = datetime.fromisoformat("2024-05-02T10:00")


def explained(parts: dict[str, Any]) -> ExplainedRow:
    """Explain a training that was migrated and that nothing has changed since, but for some parts."""
    return explain_row(replace(TRAINING, **parts), RULES.mapping)


def value(row: ExplainedRow, column: str = "title") -> ExplainedValue:
    """Return the explanation of one value."""
    return next(each for each in row.values if column in (each.v2_column, each.v3_column))
