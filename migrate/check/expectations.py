"""The quality suites as data (`rules/expectations/`), checked on reading."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from sqlalchemy import Table

from migrate.errors import ConfigurationError
from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, read_rules
from migrate.schema import v2, v3

SuiteName = Literal["before", "after"]
Severity = Literal["critical", "warning", "info"]
Claim = Literal["unique", "not-null", "in", "length", "filled", "found", "between", "migrated"]

TABLES: dict[SuiteName, Mapping[str, Table]] = {
    "before": v2.metadata.tables,
    "after": {table.name: table for table in v3.LOAD_ORDER},
}
CLAIMS: dict[SuiteName, frozenset[Claim]] = {
    "before": frozenset({"unique", "not-null", "in", "length", "filled", "found"}),
    "after": frozenset({"not-null", "in", "length", "found", "between", "migrated"}),
}
_NEEDED: dict[Claim, tuple[str, ...]] = {
    "in": ("values",),
    "filled": ("least",),
    "between": ("least", "most"),
}


class Expectation(RuleModel):
    """What one column of one table has to be like."""

    name: str
    table: str
    column: str
    claim: Claim
    severity: Severity
    reason: str
    values: tuple[str, ...] | None = None
    least: Decimal | None = None
    most: Decimal | Literal["max_hours"] | None = None
    private: bool = False

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "Expectation":
        missing = [part for part in _NEEDED.get(self.claim, ()) if getattr(self, part) is None]
        if missing:
            raise ValueError(f"{self.claim} needs {' and '.join(missing)}")
        return self


class Suite(RuleModel):
    """The expectations of one side, in the order in which they are told."""

    expectations: tuple[Expectation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_stand_once(self) -> "Suite":
        counts = Counter(each.name for each in self.expectations)
        twice = sorted(name for name, count in counts.items() if count > 1)
        if twice:
            raise ValueError(f"a name must stand once ({', '.join(twice)} stands twice)")
        return self


def load_suite(name: SuiteName, folder: Path | None = None) -> Suite:
    """Read a suite, from the folder where it has one, else as shipped.

    Raises ConfigurationError with every table, column and claim that this side does not have.
    """
    path = rule_file(f"expectations/{name}.yaml", folder)
    suite = read_rules(path, Suite)
    problems = [problem for each in suite.expectations for problem in _problems(name, each)]
    if problems:
        raise ConfigurationError(*(f"{path}: {problem}" for problem in problems))
    return suite


def _problems(suite: SuiteName, expectation: Expectation) -> list[str]:
    name, column = expectation.name, expectation.column
    table = TABLES[suite].get(expectation.table)
    problems = []
    if expectation.claim not in CLAIMS[suite]:
        problems.append(f"{name}: {expectation.claim} is no claim of the suite {suite!r}")
    if table is None:
        problems.append(f"{name}: {expectation.table} is no table of the suite {suite!r}")
    elif column not in table.columns:
        problems.append(f"{name}: {table.name} has no column {column}")
    elif expectation.claim == "found" and not _refers(suite, table, column):
        problems.append(f"{name}: {table.name}.{column} refers to nothing that could be found")
    return problems


def _refers(suite: SuiteName, table: Table, column: str) -> bool:
    if suite == "before":
        return column in v2.PARENTS.get(table.name, ())
    return bool(table.columns[column].foreign_keys)
