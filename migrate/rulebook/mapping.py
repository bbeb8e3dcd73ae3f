"""`rules/mapping.yaml`: what v2 calls things, and the fate of every table and column."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr, model_validator

from migrate.errors import ConfigurationError
from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, read_rules
from migrate.schema import v2

ReadAs = Literal[
    "copy", "date", "end date", "moment", "duration", "flag", "number", "key", "parent", "cohort",
    "archived", "status",
]  # fmt: skip
FILE = "mapping.yaml"
NOTHING = "?"
"""What a draft has where nothing in v2 is like the canonical name; preflight refuses it."""


class ColumnRule(RuleModel):
    """One canonical v2 column: what v2 calls it, and how it is read or why it is dropped."""

    source: str = Field(alias="from")
    read: ReadAs | None = None
    to: str | None = None
    drop: str | None = None

    @model_validator(mode="after")
    def _has_a_fate(self) -> "ColumnRule":
        if (self.read is None) == (self.drop is None):
            raise ValueError("a column has either `read` or `drop`")
        return self

    @property
    def fate(self) -> str:
        """What becomes of it, as the file says it."""
        said = {"read": self.read, "to": self.to}
        return ", ".join(f"{key}: {value}" for key, value in said.items() if value) or "drop: and why"


class TableRule(RuleModel):
    """One canonical v2 table: what v2 calls it, where it goes, and its columns."""

    source: str = Field(alias="from")
    to: str | None = None
    drop: str | None = None
    columns: dict[str, ColumnRule]
    ignore: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_fate(self) -> "TableRule":
        if (self.to is None) == (self.drop is None):
            raise ValueError("a table has either `to` or `drop`")
        return self

    @property
    def fate(self) -> str:
        """What becomes of it, as the file says it."""
        return f"to: {self.to}" if self.to else "drop: and why"


class Mapping(RuleModel):
    """The whole mapping, by canonical v2 names."""

    tables: dict[str, TableRule]
    ignored_tables: dict[str, str] = Field(default_factory=dict)
    _file: str = PrivateAttr(default=f"rules/{FILE}")

    @property
    def file(self) -> str:
        """The path of the file, for messages about it."""
        return self._file

    @cached_property
    def by_target(self) -> dict[str, str]:
        """v3 table → v2 table."""
        return {rule.to: name for name, rule in self.tables.items() if rule.to}

    def gaps(self) -> Iterator[str]:
        """Yield each canonical table and column that the mapping leaves out or does not know."""
        for name, table in v2.metadata.tables.items():
            if name not in self.tables:
                yield f"tables.{name}: is missing"
                continue
            named, wanted = set(self.tables[name].columns), set(table.columns.keys())
            yield from (f"tables.{name}.columns.{column}: is missing" for column in sorted(wanted - named))
            yield from (
                f"tables.{name}.columns.{column}: is no v2 column" for column in sorted(named - wanted)
            )
        yield from (
            f"tables.{name}: is no v2 table" for name in self.tables if name not in v2.metadata.tables
        )

    def departures(self, shipped: "Mapping") -> Iterator[str]:
        """Yield each table that a complete mapping names twice, and each fate that is not the shipped one."""
        origins: dict[str, str] = {}
        for name, rule in self.tables.items():
            other = origins.setdefault(rule.source, name)
            if other != name and rule.source != NOTHING:
                yield f"tables.{name}.from: {rule.source} is tables.{other} already; name a view of it"
            theirs = shipped.tables[name]
            fates = {f"tables.{name}": (rule.fate, theirs.fate)} | {
                f"tables.{name}.columns.{column}": (own.fate, theirs.columns[column].fate)
                for column, own in rule.columns.items()
            }
            yield from (
                f"{key}: must say `{wanted}` (got `{said}`). Only `from` may be another than shipped"
                for key, (said, wanted) in fates.items()
                if said != wanted
            )


def load_mapping(folder: Path | None = None) -> Mapping:
    """Read a mapping; it must be complete, and have the fates of the shipped mapping.

    Raises ConfigurationError with every problem, by file and key.
    """
    path, shipped = rule_file(FILE, folder), rule_file(FILE)
    mapping = read_rules(path, Mapping)
    if path != shipped:
        mapping._file = str(path)  # no key of the file may set it
    problems = list(mapping.gaps()) or list(mapping.departures(read_rules(shipped, Mapping)))
    if problems:
        raise ConfigurationError(*(f"{path}: {problem}" for problem in problems))
    return mapping
