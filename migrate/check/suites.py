"""The quality suites, before and after a run, as SQL over whole tables."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select

from migrate.check.expectations import Expectation, Severity, SuiteName, load_suite
from migrate.check.statements import v2_statement, v3_statement
from migrate.errors import MigrationError
from migrate.extract.tables import reflect_v2
from migrate.rulebook import Rules

MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Result:
    """What came of one expectation."""

    suite: SuiteName
    expectation: str
    table: str
    column: str
    severity: Severity
    passed: bool
    unexpected_count: int
    """Rows that are not as expected; for `unique`, values that stand more than once."""
    total: int
    reason: str
    examples: tuple[str, ...] = ()
    """Some unexpected values; none of personal data."""

    @property
    def is_critical_failure(self) -> bool:
        """Return whether it refuses a run, or fails it."""
        return self.severity == "critical" and not self.passed

    def as_document(self) -> dict[str, Any]:
        """Return the result as JSON has it."""
        return asdict(self) | {"examples": list(self.examples)}

    def as_words(self) -> str:
        """Return the result as one line for a person."""
        place = f"{self.table}.{self.column}"
        return f"{self.expectation}: {self.unexpected_count:,} of {self.total:,} in {place}. {self.reason}"


def check_before(
    engine: Engine, rules: Rules, *, folder: Path | None = None, data_docs: Path | None = None
) -> list[Result]:
    """Run the suite `before` on v2, through an engine that may only read.

    `folder` is the folder of rules that may have a suite of its own; Data Docs go to `data_docs`.
    Raises MigrationError where an expectation cannot be evaluated.
    """
    with engine.begin() as connection:
        tables = reflect_v2(connection, rules.mapping)
    return _run(
        "before",
        engine,
        rules,
        folder,
        data_docs,
        lambda expectation: v2_statement(expectation, tables, engine.dialect),
    )


def check_after(
    engine: Engine, rules: Rules, *, folder: Path | None = None, data_docs: Path | None = None
) -> list[Result]:
    """Run the suite `after` on v3: on what the migration wrote and no user has edited since."""
    return _run(
        "after",
        engine,
        rules,
        folder,
        data_docs,
        lambda expectation: v3_statement(expectation, rules.mapping, engine.dialect),
    )


def _run(
    name: SuiteName,
    engine: Engine,
    rules: Rules,
    folder: Path | None,
    data_docs: Path | None,
    statement: Callable[[Expectation], Select[Any]],
) -> list[Result]:
    from migrate.check.great_suite import GreatSuite, sql_of

    suite = load_suite(name, folder)
    great = GreatSuite(name, engine)
    try:
        asked = [(each, sql_of(statement(each), engine.dialect)) for each in suite.expectations]
        results: list[Result] = []
        for sql, group in groupby(sorted(asked, key=lambda pair: pair[1]), key=lambda pair: pair[1]):
            together = [each for each, _ in group]
            title = ", ".join(each.name for each in together)
            found = great.ask((title, sql, [_great(each, rules) for each in together]))
            results += [_result(name, each, came) for each, came in zip(together, found, strict=True)]
        if data_docs:
            great.write_data_docs(data_docs / name)
    finally:
        great.close()
    order = [each.name for each in suite.expectations]
    return sorted(results, key=lambda result: order.index(result.expectation))


def _result(suite: SuiteName, expectation: Expectation, came: Any) -> Result:
    failure = dict(_exceptions(came.exception_info))
    if failure:
        reasons = "; ".join(" ".join(text.split())[:300] for text in failure.values())
        raise MigrationError(f"the expectation {expectation.name} cannot be evaluated ({reasons})")
    examples = () if expectation.private else came.result.get("partial_unexpected_list", ())
    return Result(
        suite=suite,
        expectation=expectation.name,
        table=expectation.table,
        column=expectation.column,
        severity=expectation.severity,
        passed=bool(came.success),
        unexpected_count=int(came.result["unexpected_count"] or 0),
        total=int(came.result["element_count"] or 0),
        reason=expectation.reason,
        examples=tuple(str(value)[:80] for value in examples[:MOST_EXAMPLES] if value is not None),
    )


def _exceptions(info: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was raised; great-expectations nests it by metric."""
    if info.get("raised_exception"):
        yield "raised", str(info.get("exception_message"))
    for key, nested in info.items():
        if isinstance(nested, dict):
            yield from ((str(key), text) for _, text in _exceptions(nested))


def _great(expectation: Expectation, rules: Rules) -> Any:
    from migrate.check.great_suite import gx

    known = gx.expectations
    common: dict[str, Any] = {"severity": expectation.severity, "description": expectation.reason}
    column: dict[str, Any] = {"column": expectation.column, **common}
    build: dict[str, Callable[[], Any]] = {
        "unique": lambda: known.ExpectColumnValuesToBeBetween(
            column="times", min_value=1, max_value=1, **common
        ),
        "not-null": lambda: known.ExpectColumnValuesToNotBeNull(**column),
        "filled": lambda: known.ExpectColumnValuesToNotBeNull(mostly=float(expectation.least or 0), **column),
        "found": lambda: known.ExpectColumnValuesToNotBeNull(column="found", **common),
        "in": lambda: known.ExpectColumnValuesToBeInSet(value_set=list(expectation.values or ()), **column),
        "migrated": lambda: known.ExpectColumnValuesToBeInSet(
            column="fate", value_set=["migrated"], **common
        ),
        "length": lambda: known.ExpectColumnValuesToBeBetween(
            column="length",
            min_value=_whole(expectation.least),
            max_value=_whole(_most(expectation, rules)),
            **common,
        ),
        "between": lambda: known.ExpectColumnValuesToBeBetween(
            min_value=float(expectation.least or 0), max_value=float(_most(expectation, rules) or 0), **column
        ),
    }
    return build[expectation.claim]()


def _most(expectation: Expectation, rules: Rules) -> Decimal | None:
    return rules.durations.max_hours if expectation.most == "max_hours" else expectation.most


def _whole(number: Decimal | None) -> int | None:
    return None if number is None else int(number)
