"""The report as an Excel workbook. Everything from v2 is written as text, never as a formula."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from migrate.report.anomaly_file import CELL_LENGTH, GROUP_COLUMNS, SHOWN_COLUMNS, group_cells
from migrate.report.counts import AnomalyCount, CohortCount, FateCount
from migrate.report.facts import Facts
from migrate.report.figures import moment
from migrate.report.privacy import visible
from migrate.report.verdict import judge

ANOMALY_ROWS = 100_000
"""Nobody filters more rows than these by hand; the CSV has all of them."""

_GROUP_ROWS = 200_000
_WIDTHS = {"message": 60, "raw_value": 40, "text": 40, "what to do": 70, "meaning": 70, "finding": 70}
_USUAL_WIDTH = 16


class Workbook:
    """A workbook of plain tables with filters."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef4fa"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def add_sheet(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add a table: texts as text, figures as figures, the heading in view and filters on it."""
        sheet = self._book.add_worksheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS.get(column, _USUAL_WIDTH), self._wrapped)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, self._heading)
        last = 0
        for last, row in enumerate(rows, start=1):  # the last row's number is wanted below
            for place, cell in enumerate(row):
                _write_cell(sheet, last, place, cell)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)


def write_workbook(path: Path, facts: Facts, anomalies: Iterable[tuple[Any, ...]]) -> None:
    """Write the workbook; memory does not grow with its rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as opened:
        book = Workbook(opened)
        book.add_sheet("Verdict", ("subject", "state", "finding"), _verdict(facts))
        book.add_sheet("Fates", FateCount._fields, facts.fates)
        book.add_sheet("Kinds", _KIND_COLUMNS, _kinds(facts))
        book.add_sheet("Texts", GROUP_COLUMNS, (group_cells(each) for each in facts.groups[:_GROUP_ROWS]))
        book.add_sheet("Cohorts", CohortCount._fields, facts.by_cohort)
        book.add_sheet("By cohort", AnomalyCount._fields, facts.anomalies)
        book.add_sheet("Hours", ("hours", "trainings"), facts.hours)
        book.add_sheet("Schemes", ("scheme", "waiting members", "address missing"), _schemes(facts))
        book.add_sheet("Anomalies", SHOWN_COLUMNS, anomalies)


_KIND_COLUMNS = (
    "code", "severity", "title", "rows", "members", "decided", "open", "meaning", "what to do",
)  # fmt: skip


def _verdict(facts: Facts) -> Iterator[Sequence[Any]]:
    verdict = judge(facts)
    yield "Verdict", verdict.state, verdict.words
    yield from verdict.findings
    yield "Cohorts", "", ", ".join(facts.cohorts) or "all"
    yield "Read", "", moment(facts.read_at)
    total = sum(each.rows for each in facts.anomalies)
    if total > ANOMALY_ROWS:
        yield (
            "Anomalies",
            "",
            f"The sheet holds the first {ANOMALY_ROWS:,} of {total:,}; the CSV has them all.",
        )


def _kinds(facts: Facts) -> Iterator[Sequence[Any]]:
    for each in facts.codes:
        kind = each.kind
        counted = (each.rows, each.members, each.decided, each.open)
        yield each.code, each.severity, kind.title, *counted, kind.meaning, kind.reviewer


def _schemes(facts: Facts) -> Iterator[Sequence[Any]]:
    for each in facts.schemes:
        yield each.scheme, each.waiting_members, "yes" if each.address_missing else "no"


def _write_cell(sheet: Any, row: int, place: int, cell: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, visible(cell)[:CELL_LENGTH])
    else:
        sheet.write_number(row, place, cell)
