"""The CSV files: every anomaly, streamed, and the groups of equal texts."""

from collections.abc import Iterator
from typing import Any, TextIO

from sqlalchemy import Connection, select

from migrate.files.csv_file import write_rows
from migrate.report.decided_anomalies import Decided
from migrate.report.figures import candidate_words
from migrate.report.privacy import Privacy, visible
from migrate.report.scope import Cohorts, anomalies_of
from migrate.report.text_groups import TextGroup, text_group_key
from migrate.schema import ledger
from migrate.transform.durations.judge import MAY_BE

_PLACE = ("run_id", "cohort", "member_id", "v2_table", "v2_id", "v2_column", "code", "severity")
_TEXTS = ("raw_value", "loaded_value", "candidates", "message")
SHOWN_COLUMNS = ("group", *_PLACE, *_TEXTS, "decided")
GROUP_COLUMNS = (
    "group", "text", "code", "severity", "v2_table", "v2_column", "rows", "members", "decided", "variants",
    "candidates", "loaded_value", "example_id",
)  # fmt: skip

_AT_ONCE = 5000
CELL_LENGTH = 32_000  # a spreadsheet's cell ends at 32,767 characters


def read_anomalies(
    connection: Connection, cohorts: Cohorts, decided: Decided, privacy: Privacy, *, most: int | None = None
) -> Iterator[tuple[Any, ...]]:
    """Yield the anomalies as they may be shown (`SHOWN_COLUMNS`), in the ledger's order, streamed."""
    c = ledger.anomalies.c
    columns = [c[name] for name in (*_PLACE, *_TEXTS)]
    query = select(*columns).where(*anomalies_of(cohorts)).order_by(c.anomaly_id).limit(most)
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows:
            yield _shown(row, decided, privacy)


def _shown(row: Any, decided: Decided, privacy: Privacy) -> tuple[Any, ...]:
    """Return one anomaly as it may be shown; the readings of a masked text might give it away."""
    table, column, raw = row.v2_table, row.v2_column, row.raw_value
    key = None if raw is None else text_group_key(table, column, row.code, row.severity, raw, privacy=privacy)
    decision = decided.decision_on(table, column, row.v2_id, raw, row.code, row.cohort)
    candidates, message = row.candidates, row.message
    if privacy.masks(table, column, raw):
        candidates, message = None, _without_readings(message)
    place = (visible(part) if part else part for part in row[: len(_PLACE)])
    texts = (
        _shown_text(text, table, column, privacy) for text in (raw, row.loaded_value, candidates, message)
    )
    return (key and key.name, *place, *texts, decision and decision.action)


def _without_readings(message: str | None) -> str | None:
    """Return a message without the readings at its end."""
    return message and message.partition(MAY_BE)[0]


def _shown_text(text: str | None, table: str, column: str | None, privacy: Privacy) -> str | None:
    shown = privacy.shown(table, column, text)
    return shown if shown is None or len(shown) <= CELL_LENGTH else shown[:CELL_LENGTH] + "…"


def write_anomalies(rows: Iterator[tuple[Any, ...]], stream: TextIO) -> None:
    """Write `anomalies.csv`."""
    write_rows(stream, SHOWN_COLUMNS, rows)


def write_groups(groups: list[TextGroup], stream: TextIO) -> None:
    """Write `groups.csv`."""
    write_rows(stream, GROUP_COLUMNS, map(group_cells, groups))


def group_cells(group: TextGroup) -> tuple[Any, ...]:
    """Return a group as cells (`GROUP_COLUMNS`)."""
    key = group.key
    return (
        key.name, group.text, key.code, key.severity, key.v2_table, key.v2_column, group.rows, group.members,
        group.decided, group.variants, candidate_words(group.candidates), group.loaded_value,
        group.example_id,
    )  # fmt: skip
