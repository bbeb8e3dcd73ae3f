"""The runs of the ledger with their status and their results of quality suites and reconciliation."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from migrate.load.ledger.holds import status_now
from migrate.load.ledger.scope import Scope
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
    scope: Scope = field(default_factory=Scope)
    """Whom it was about."""
    checks: list[dict[str, Any]] = field(default_factory=list)
    """What the quality suites found."""
    balance: list[dict[str, Any]] = field(default_factory=list)
    """What reconciliation counted."""

    def is_about(self, cohort: str | None) -> bool:
        """Say whether the run may have been about members of a cohort, or of none."""
        return not self.scope.cohorts or cohort in self.scope.cohorts

    def concerns(self, cohorts: Cohorts) -> bool:
        """Say whether the run may have moved members of these cohorts."""
        return not cohorts or any(map(self.is_about, cohorts))


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
        c.scope,
        c.summary,
    )
    query = select(*columns).order_by(c.started_at.desc(), c.run_id.desc())
    runs = [_read_run(connection, row) for row in connection.execute(query).mappings()]
    return [run for run in runs if run.concerns(cohorts)]


def _read_run(connection: Connection, row: RowMapping) -> Run:
    values = dict(row)
    summary, scope = values.pop("summary"), Scope.from_json(values.pop("scope"))
    values["status"] = status_now(connection.engine, values["run_id"], values["status"])
    return Run(
        **values, scope=scope, checks=_findings(summary, "checks"), balance=_findings(summary, "balance")
    )


def _findings(summary: str | None, name: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(summary or "{}")
    except ValueError:
        return []
    found = content.get(name) if isinstance(content, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
