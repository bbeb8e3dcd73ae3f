"""Cohorts and runs at a glance, from the ledger alone."""

import json
from collections import Counter, defaultdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from migrate.load.ledger.holds import status_now
from migrate.schema import ledger

MOST_RUNS = 20
COUNTED = ("members", "migrated", "dropped", "rejected", "error", "warning", "info")
"""What is counted of each cohort: members, rows by fate, anomalies by severity."""


def read_overview(connection: Connection) -> dict[str, Any]:
    """Return `runs` (the latest first), `cohorts` with rows by fate and anomalies by severity, and `held`."""
    return {
        "runs": _runs(connection),
        "cohorts": _cohorts(connection),
        "held": {name: _count(connection, table) for name, table in ledger.metadata.tables.items()},
    }


def _runs(connection: Connection) -> list[dict[str, Any]]:
    runs, batches = ledger.runs.c, ledger.batches.c
    progress = (
        select(batches.run_id, func.count().label("batches"), func.count(batches.finished_at).label("done"))
        .group_by(batches.run_id)
        .subquery()
    )
    columns = (
        runs.run_id, runs.command, runs.cohort, runs.status, runs.rules_version,
        runs.started_at, runs.finished_at, runs.summary, progress.c.batches, progress.c.done,
    )  # fmt: skip
    found = connection.execute(
        select(*columns)
        .outerjoin_from(ledger.runs, progress, runs.run_id == progress.c.run_id)
        .order_by(runs.started_at.desc())
        .limit(MOST_RUNS)
    )
    listed = [_with_result(dict(row)) for row in found.mappings()]
    now = partial(status_now, connection.engine)
    return [run | {"status": now(run["run_id"], run["status"])} for run in listed]


def _with_result(run: dict[str, Any]) -> dict[str, Any]:
    """Say of a verification in place of its summary whether every v2 row is accounted for."""
    balance = json.loads(run.pop("summary") or "{}").get("balance")
    if balance is None:
        return run | {"result": None}
    left = sum(line.get("open", 0) for line in balance)
    return run | {"result": f"{left:,} unexplained" if left else "closed"}


def _cohorts(connection: Connection) -> list[dict[str, Any]]:
    rows, anomalies = ledger.rows.c, ledger.anomalies.c
    found: defaultdict[str | None, Counter[str]] = defaultdict(Counter)  # '' counts as no cohort
    by_fate = select(rows.cohort, rows.fate, func.count()).group_by(rows.cohort, rows.fate)
    by_severity = select(anomalies.cohort, anomalies.severity, func.count()).group_by(
        anomalies.cohort, anomalies.severity
    )
    members = (
        select(rows.cohort, func.count())
        .where(rows.v2_table == "members", rows.fate == "migrated")
        .group_by(rows.cohort)
    )
    for cohort, number in connection.execute(members):
        found[cohort or None]["members"] += number
    for statement in (by_fate, by_severity):
        for cohort, name, number in connection.execute(statement):
            found[cohort or None][name] += number
    return [
        {"cohort": cohort, **{name: found[cohort][name] for name in COUNTED}}
        for cohort in sorted(found, key=lambda name: name or "")
    ]


def _count(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0
