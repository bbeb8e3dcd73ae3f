"""The CSV files: every anomaly, streamed, and the groups of equal texts."""

from collections.abc import Iterator
from typing import Any, TextIO

from sqlalchemy import Connection, select

from migrate.files.csv_file import CsvFile
from migrate.report.decided_anomalies import Decided
from migrate.report.privacy import Privacy, visible
from migrate.report.scope import Cohorts, anomalies_of
from migrate.report.text_groups import TextGroup, group_key
from migrate.schema import ledger
from migrate.transform.durations.judge import MAY_BE

SHOWN_COLUMNS = (
    "group", "run_id", "cohort", "member_id", "v2_table", "v2_id", "v2_column", "code", "severity",
    "raw_value", "loaded_value", "candidates", "message", "decided",
)  # fmt: skip
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
    columns = [c[name] for name in SHOWN_COLUMNS[1:-1]]
    query = select(*columns).where(*anomalies_of(cohorts)).order_by(c.anomaly_id).limit(most)
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows:
            yield _shown(row, decided, privacy)


def _shown(row: Any, decided: Decided, privacy: Privacy) -> tuple[Any, ...]:
    table, column, raw = row.v2_table, row.v2_column, row.raw_value
    key = None if raw is None else group_key(table, column, row.code, row.severity, raw, privacy=privacy)
    decision = decided.decision_on(table, column, row.v2_id, raw, row.code, row.cohort)
    readings = (None, _without_readings(row.message)) if privacy.masks(table, column, raw) else row[10:12]
    texts = (_shown_text(text, table, column, privacy) for text in (*row[8:10], *readings))
    places = (visible(part) if part else part for part in row[:8])
    return (key and key.name, *places, *texts, decision and decision.action)


def _without_readings(message: str | None) -> str | None:
    """Leave the readings out of a message: those of a masked text may be the number that is masked."""
    return message and message.partition(MAY_BE)[0]


def _shown_text(text: str | None, table: str, column: str | None, privacy: Privacy) -> str | None:
    shown = privacy.shown(table, column, text)
    return shown if shown is None or len(shown) <= CELL_LENGTH else shown[:CELL_LENGTH] + "…"


def write_anomalies(rows: Iterator[tuple[Any, ...]], stream: TextIO) -> None:
    """Write `anomalies.csv`."""
    file = CsvFile(stream, SHOWN_COLUMNS)
    for row in rows:
        file.add(row)


def write_groups(groups: list[TextGroup], stream: TextIO) -> None:
    """Write `groups.csv`."""
    file = CsvFile(stream, GROUP_COLUMNS)
    for group in groups:
        file.add(group_cells(group))


def group_cells(group: TextGroup) -> tuple[Any, ...]:
    """Return a group as cells (`GROUP_COLUMNS`)."""
    key = group.key
    return (
        key.name, group.text, key.code, key.severity, key.v2_table, key.v2_column, group.rows, group.members,
        group.decided, group.variants, candidate_words(group.candidates), group.loaded_value,
        group.example_id,
    )  # fmt: skip


def candidate_words(candidates: list[Any]) -> str | None:
    """Return the readings in words, separated by ' or '."""
    return " or ".join(_words(each) for each in candidates) or None


def _words(candidate: Any) -> str:
    return (
        " ".join(str(part) for part in candidate.values()) if isinstance(candidate, dict) else str(candidate)
    )
