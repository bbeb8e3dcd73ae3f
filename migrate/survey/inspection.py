"""The whole survey of a v2, as one value."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, LargeBinary, func, select

from migrate.databases import open_source_engine, read_table, without_password
from migrate.errors import PreflightError
from migrate.extract.folder import FOLDER_SCHEME, damage_of, stage_files
from migrate.extract.rights import rights_problems
from migrate.extract.tables import exactly, reflect_v2
from migrate.extract.unmapped import Unmapped, unmapped
from migrate.rulebook import Rules
from migrate.rulebook.mapping import Mapping
from migrate.survey.found import FoundTable, find_tables, other_schemas
from migrate.survey.null_marks import NullMark, find_null_marks
from migrate.survey.search_path import path_advice
from migrate.survey.texts import ColumnTexts, survey_texts


class CohortMembers(NamedTuple):
    """A cohort of v2."""

    cohort: str | None
    """None: in no cohort."""
    members: int


@dataclass(frozen=True)
class Inspection:
    """What is in a v2, by its own names."""

    source: str
    tables: list[FoundTable]
    unmapped: list[Unmapped]
    missing: list[str]
    """What the mapping names and v2 lacks, or this account may not read, in words."""
    cohorts: list[CohortMembers]
    """The cohorts of v2 by name, members without one last; empty where `missing` is not."""
    texts: list[ColumnTexts]
    null_marks: list[NullMark]
    other_schemas: dict[str, int]
    """The number of tables in each PostgreSQL schema that was not looked at."""
    damaged_cells: int
    """Cells of a folder that a spreadsheet turned into dates or times."""

    def as_document(self) -> dict[str, Any]:
        """Return the inspection as JSON has it."""
        return {
            "source": self.source,
            "tables": [
                {
                    "table": table.name,
                    "rows": table.rows,
                    "columns": [{"column": each.name, "type": each.type_name} for each in table.columns],
                }
                for table in self.tables
            ],
            "without_fate": [each._asdict() for each in self.unmapped],
            "missing": self.missing,
            "cohorts": [each._asdict() for each in self.cohorts],
            "texts": [
                vars(each) | {"examples": [text._asdict() for text in each.examples]} for each in self.texts
            ],
            "null_marks": [each._asdict() for each in self.null_marks],
            "other_schemas": self.other_schemas,
            "damaged_cells": self.damaged_cells,
        }


def inspect_source(url: str, rules: Rules, *, most: int) -> Inspection:
    """Look at a v2 by its URL or folder; nothing is written, and no mapping need fit yet.

    Raises MigrationError where it cannot be opened, PreflightError where it has nothing that may be read.
    """
    with open_for_survey(url, rules.mapping) as (connection, damaged):
        tables = find_tables(connection, rules.mapping)
        if not tables:
            raise PreflightError(_nothing_there(url, other_schemas(connection, rules.mapping)))
        missing = _missing(connection, rules.mapping)
        return Inspection(
            source=_shown(url),
            tables=tables,
            unmapped=list(unmapped(connection, rules.mapping)),
            missing=missing,
            cohorts=[] if missing else _cohorts(connection, rules.mapping),
            texts=list(survey_texts(connection, tables, rules, most=most)),
            null_marks=list(find_null_marks(connection, tables, rules.mapping)),
            other_schemas=other_schemas(connection, rules.mapping),
            damaged_cells=damaged,
        )


@contextmanager
def open_for_survey(url: str, mapping: Mapping) -> Iterator[tuple[Connection, int]]:
    """Open a v2 or a folder read-only; give the connection and how many cells a spreadsheet damaged."""
    if url.startswith(FOLDER_SCHEME):
        url = stage_files(url, mapping)
    engine = open_source_engine(url)
    try:
        with engine.begin() as connection:
            yield connection, len(damage_of(url))
    finally:
        engine.dispose()


def _missing(connection: Connection, mapping: Mapping) -> list[str]:
    problems: tuple[str, ...] = ()
    try:
        reflect_v2(connection, mapping)
    except PreflightError as error:
        problems = error.problems
    return [*problems, *rights_problems(connection, mapping, missing=problems)]


def _cohorts(connection: Connection, mapping: Mapping) -> list[CohortMembers]:
    cohort = reflect_v2(connection, mapping)["members"].c.cohort
    each = exactly(connection, cohort)
    name = func.max(cohort) if isinstance(each.type, LargeBinary) else each  # all the same, of one group
    counted = select(name.label("cohort"), func.count().label("members")).group_by(each)
    members: Counter[str | None] = Counter()
    for row in read_table(connection, counted).to_pylist():
        members[row["cohort"] or None] += int(row["members"])
    names = sorted(members, key=lambda name: (name is None, name or ""))
    return [CohortMembers(name, members[name]) for name in names]


def _nothing_there(url: str, others: dict[str, int]) -> str:
    if not others:
        return (
            f"{_shown(url)}: there is no table or view that this account may read. "
            "Check the database's name and the account's rights"
        )
    return (
        f"{_shown(url)}: there is no table or view on the search path. This account may read some in schema "
        f"{', '.join(others)}: {path_advice(url, next(iter(others)))}"
    )


def _shown(url: str) -> str:
    return url if url.startswith(FOLDER_SCHEME) else without_password(url)
