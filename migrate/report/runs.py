"""The runs of the ledger and what they say of themselves: status, quality suites, reconciliation."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from migrate.report.scope import Cohorts
from migrate.schema import ledger


@dataclass(frozen=True)
class Run:
    """One run; moments are UTC."""

    run_id: str
    command: str
    cohort: str | None
    """None for all; several are joined by ', '."""
    status: str
    rules_version: str
    started_at: datetime
    finished_at: datetime | None
    checks: list[dict[str, Any]] = field(default_factory=list)
    """What the quality suites found."""
    balance: list[dict[str, Any]] = field(default_factory=list)
    """What reconciliation counted."""

    def concerns(self, cohorts: Cohorts) -> bool:
        """Say whether the run may have moved members of these cohorts."""
        named = (self.cohort or "").split(", ")
        return not cohorts or self.cohort is None or not set(cohorts).isdisjoint(named)


def read_runs(connection: Connection, cohorts: Cohorts) -> list[Run]:
    """Return the runs that concern these cohorts, the newest first."""
    c = ledger.runs.c
    columns = (
        c.run_id,
        c.command,
        c.cohort,
        c.status,
        c.rules_version,
        c.started_at,
        c.finished_at,
        c.summary,
    )
    query = select(*columns).order_by(c.started_at.desc(), c.run_id.desc())
    runs = [
        Run(*row[:-1], checks=_findings(row.summary, "checks"), balance=_findings(row.summary, "balance"))
        for row in connection.execute(query)
    ]
    return [run for run in runs if run.concerns(cohorts)]


def latest_findings(runs: list[Run], name: str) -> list[dict[str, Any]] | None:
    """Return the newest `checks` or `balance`; None where no run has any."""
    return next((found for run in runs if (found := getattr(run, name))), None)


def _findings(summary: str | None, name: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(summary or "{}")
    except ValueError:
        return []
    found = content.get(name) if isinstance(content, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
