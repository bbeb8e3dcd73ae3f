"""Decisions as a CSV file: exported in an order that diffs well, imported whole or not at all."""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import NamedTuple, TextIO

from sqlalchemy import Connection

from migrate.decisions.check import decision_problems
from migrate.decisions.decision import Decision, Recorded, Subject
from migrate.decisions.holding import newest
from migrate.decisions.record import append_decisions, moment_after, read_recorded
from migrate.decisions.unmet import on_unmet_rows
from migrate.errors import ConfigurationError
from migrate.files.csv_file import restore, write_rows
from migrate.schema.moments import in_utc, now

COLUMNS = (
    "scope", "v2_table", "v2_column", "v2_id", "raw_value",
    "action", "value", "reviewer", "note", "decided_at",
)  # fmt: skip
_DELIMITERS = (",", ";", "\t")
CLOCKS_APART = timedelta(days=1)
"""How far ahead another machine's clock may be."""


class Line(NamedTuple):
    """A line of the file and what it says."""

    number: int
    decision: Decision | None
    problems: tuple[str, ...]


class Imported(NamedTuple):
    """What an import did."""

    added: int
    known: int
    """Decisions that the ledger has already."""
    unmet: tuple[str, ...]
    """A warning for each line about a row that no run has met, though it has met others of its table."""


def export_decisions(connection: Connection, stream: TextIO) -> int:
    """Write the whole history as CSV; return the number of decisions. The header is there even for none.

    Decisions on a text that the ledger has forgotten decide nothing any more, and are left out.
    """
    history = sorted(read_recorded(connection), key=lambda each: each.age)
    known = [each.decision for each in history]
    exported = [each for each in known if each.scope == "row" or each.raw_value is not None]
    write_rows(stream, COLUMNS, map(_cells, sorted(exported, key=_place)))
    return len(exported)


def import_decisions(connection: Connection, stream: TextIO, *, name: str, max_hours: Decimal) -> Imported:
    """Append what the ledger does not have yet, in the caller's transaction.

    Raises ConfigurationError naming every bad line as `name:line: …`; then nothing is written.
    """
    lines = list(read_lines(stream, name=name, max_hours=max_hours))
    problems = [f"{name}:{line.number}: {words}" for line in lines for words in line.problems]
    if problems:
        raise ConfigurationError(*problems, f"{name}: nothing was imported.")
    decisions = [line.decision for line in lines if line.decision]
    new = list(_unknown(decisions, list(read_recorded(connection))))
    append_decisions(connection, new)
    return Imported(len(new), len(decisions) - len(new), tuple(_unmet(connection, lines, name)))


def _unmet(connection: Connection, lines: Iterable[Line], name: str) -> Iterator[str]:
    rows = on_unmet_rows(connection, (line.decision for line in lines if line.decision))
    for number, decision, _ in lines:
        if decision and (decision.v2_table, decision.v2_id) in rows:
            row = f"{decision.v2_table} {decision.v2_id}"
            yield f"{name}:{number}: no run has met {row}; the decision waits for one. Check the v2_id"


def read_lines(stream: TextIO, *, name: str, max_hours: Decimal) -> Iterator[Line]:
    """Yield each line after the header with its decision or its problems; empty lines are skipped.

    Cells are separated by commas, semicolons or tabs, as the header is.
    """
    csv.field_size_limit(sys.maxsize)  # a raw value may be a megabyte
    first = stream.readline()
    delimiter = max(_DELIMITERS, key=first.count)  # no name of a column has one in it
    reader = csv.reader(chain([first], stream), delimiter=delimiter, strict=True)
    try:
        header = _header(next(reader, []), name)
        number = reader.line_num + 1
        for cells in reader:
            if any(cells):  # a spreadsheet adds rows and columns with nothing in them
                yield _line(number, header, cells, max_hours)
            number = reader.line_num + 1
    except csv.Error as error:
        yield Line(reader.line_num, None, (f"not valid CSV: {error}",))


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.removeprefix("\ufeff").strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    missing = [column for column in COLUMNS if column not in header]
    beyond = [column for column in header if column not in COLUMNS or header.count(column) > 1]
    words = [f"{name}:1: the header lacks {column}" for column in missing]
    words += [f"{name}:1: the header has {column!r}, which is unknown or stands twice" for column in beyond]
    if words:
        raise ConfigurationError(*words, f"{name}: nothing was imported. Expected: {','.join(COLUMNS)}")
    return header


def _line(number: int, header: list[str], cells: list[str], max_hours: Decimal) -> Line:
    while len(cells) > len(header) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(header):
        return Line(number, None, (f"must have {len(header)} cells (got {len(cells)})",))
    values = {column: restore(cell) for column, cell in zip(header, cells, strict=True)}
    try:
        moment = _read_moment(values.pop("decided_at"))
    except ValueError as error:
        return Line(number, None, (str(error),))
    required = {column: values.pop(column) or "" for column in ("scope", "v2_table", "action")}
    decision = Decision(**required, **values, decided_at=moment)  # type: ignore[arg-type]
    return Line(number, decision, decision_problems(decision, max_hours))


def _read_moment(cell: str | None) -> datetime | None:
    if cell is None:
        return None
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"decided_at must be a moment as YYYY-MM-DDTHH:MM:SS, UTC (got {cell!r})") from None
    try:
        moment = in_utc(moment) if moment.tzinfo else moment
    except OverflowError:
        raise ValueError(f"decided_at is no moment of this world (got {cell!r})") from None
    if moment > now() + CLOCKS_APART:
        raise ValueError(f"decided_at lies in the future (got {cell!r})")
    return moment


def _unknown(decisions: Iterable[Decision], history: list[Recorded]) -> Iterator[Decision]:
    """Yield the decisions that the ledger lacks; it has one without a moment if that one holds now."""
    known = {each.decision for each in history}
    latest = {subject: each.decision for subject, each in newest(history).items()}
    undated: dict[Subject, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.decided_at is None:
            undated[decision.subject].append(decision)
        elif decision not in known:
            known.add(decision)
            yield decision
    for subject, group in undated.items():
        holds = latest.get(subject)
        if holds is None or replace(holds, decided_at=None) != group[-1]:
            moment = moment_after([holds] if holds else [])
            yield from (replace(decision, decided_at=moment) for decision in group)


def _place(decision: Decision) -> tuple[str, str, str, int, str]:
    """Sort by what a decision is about; those on one subject keep their order in time."""
    table, column, scope = decision.v2_table, decision.v2_column or "", decision.scope
    text = decision.subject.text or ""
    number = int(text) if scope == "row" and text.isascii() and text.isdigit() else 0
    return table, column, scope, number, text


def _cells(decision: Decision) -> Iterator[object]:
    for column in COLUMNS:
        value = getattr(decision, column)
        yield value.isoformat() if isinstance(value, datetime) else value
