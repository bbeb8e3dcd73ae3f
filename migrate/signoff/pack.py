"""Writes the cut-over pack. Made again from the same state it is the same, byte for byte.

Nothing in it depends on the clock, on paths or on the order in which batches ran. It holds v2's keys and
counts and, in decisions.csv, what reviewers decided on; no names, addresses or other texts of members.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from migrate.check.balance import balance_of, hours_of
from migrate.check.suites import Result, check_after, check_before
from migrate.databases import for_reading
from migrate.decisions.csv_exchange import export_decisions
from migrate.files.csv_file import write_rows
from migrate.files.whole import making_folder, replacing
from migrate.load.ledger.known_cohorts import refuse_unknown_cohorts
from migrate.report.counts import FateCount, count_fates
from migrate.run.verification import verify
from migrate.run.workplace import Workplace
from migrate.schema.ledger import LEDGER_VERSION
from migrate.signoff.anomalies import COUNTED, LISTED, anomaly_counts, open_anomalies
from migrate.signoff.hashes import TableDigest, digest_file, digest_inputs, digest_rules

SUMS = "SHA256SUMS"
EXPECTATIONS = (
    "suite", "expectation", "table", "column", "severity", "passed", "unexpected_count", "total", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Pack:
    """What was written."""

    files: list[Path]
    closed: bool
    """Whether every v2 row and value is accounted for."""
    critical_failures: int


def write_pack(workplace: Workplace, out: Path) -> Pack:
    """Write the pack of the workplace's cohorts into a folder, over one that is there.

    Raises PreflightError where nothing has been migrated, ConfigurationError where the folder cannot be
    written.
    """
    with making_folder(out):
        return _write_pack(workplace, out)


def _write_pack(workplace: Workplace, out: Path) -> Pack:
    account = verify(workplace)
    with workplace.target.connect() as connection:
        refuse_unknown_cohorts(connection, workplace.scope.cohorts)
    results = [
        *check_before(workplace.source.engine, workplace.rules, folder=workplace.rules_folder),
        *check_after(workplace.target, workplace.rules, folder=workplace.rules_folder),
    ]
    inputs = digest_inputs(workplace.source, workplace.scope.cohorts)
    balance, hours = balance_of(account), hours_of(account)
    with for_reading(workplace.target).connect() as connection:
        files = _tables(out, connection, workplace, results, inputs)
    files += [
        _table(out / "balance.csv", list(balance[0]) if balance else [], (row.values() for row in balance)),
        _table(out / "hours.csv", list(hours[0]) if hours else [], (row.values() for row in hours)),
    ]
    failures = sum(result.is_critical_failure for result in results)
    files.append(_summary(out, workplace, account.closed, failures, files))
    files.append(_sums(out, files))
    return Pack(files, account.closed, failures)


def _tables(
    out: Path,
    connection: Connection,
    workplace: Workplace,
    results: Sequence[Result],
    inputs: list[TableDigest],
) -> list[Path]:
    cohorts = workplace.scope.cohorts
    decisions = out / "decisions.csv"
    with replacing(decisions) as stream:
        export_decisions(connection, stream)
    expected = [[asdict(result)[name] for name in EXPECTATIONS] for result in results]
    return [
        decisions,
        _table(out / "inputs.csv", TableDigest._fields, inputs),
        _table(out / "rules.csv", ("file", "sha256"), digest_rules(workplace.rules_folder)),
        _table(out / "fates.csv", FateCount._fields, count_fates(connection, cohorts)),
        _table(out / "anomalies.csv", COUNTED, anomaly_counts(connection, cohorts)),
        _table(out / "open-anomalies.csv", LISTED, open_anomalies(connection, cohorts)),
        _table(out / "expectations.csv", EXPECTATIONS, expected),
    ]


def _summary(out: Path, workplace: Workplace, closed: bool, failures: int, files: list[Path]) -> Path:
    path = out / "pack.json"
    document: dict[str, Any] = {
        "cohorts": list(workplace.scope.cohorts) or None,
        "rules_version": workplace.rules.version,
        "ledger_version": LEDGER_VERSION,
        "balance_closed": closed,
        "critical_failures": failures,
        "files": {file.name: digest_file(file) for file in sorted(files)},
    }
    with replacing(path) as stream:
        json.dump(document, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
    return path


def _sums(out: Path, files: list[Path]) -> Path:
    path = out / SUMS
    with replacing(path) as stream:
        stream.writelines(f"{digest_file(file)}  {file.name}\n" for file in sorted(files))
    return path


def _table(path: Path, headings: Sequence[str], rows: Iterable[Iterable[object]]) -> Path:
    with replacing(path) as stream:
        write_rows(stream, headings, rows)
    return path
