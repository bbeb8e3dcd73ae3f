"""A small, invented ledger with something of everything: fates, anomalies, hours, schemes, runs."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from migrate.schema import ledger, v3
from tests.ledgers import put

RUN = "20240512T203000-1"
COHORTS = ("2024-A", "2024-B", None)
TEXTS = [  # raw text, code, severity, hours loaded, candidates, rows
    ("2 days", "assumed-day", "info", "14.00", [], 60),
    ("2 Days", "assumed-day", "info", "14.00", [], 8),
    ("3", "no-unit", "warning", None, ["3", "21"], 31),
    ("1.30 hrs", "ambiguous", "warning", None, ["1.5", "1.3"], 17),
    ("6 months", "elapsed-time", "warning", None, [], 14),
    ("10 evenings", "unknown-length", "warning", None, [], 9),
    ("1 week", "assumed-week", "warning", "35.00", [], 12),
    ("London", "not-understood", "warning", None, [], 4),
    ("99999 hours", "implausible", "error", None, [], 2),
    ("call jo@example.org or 01632 960123", "not-understood", "warning", None, [], 1),
]
HOURS = ["14.00"] * 40 + ["7.00"] * 30 + ["35.00"] * 12 + ["1.50"] * 9 + ["450.00"] * 2 + [None] * 20
_STARTED = datetime.fromisoformat("2024-05-12T20:30:00")


def identity(number: int) -> str:
    """Return an id of 32 hex digits for a number."""
    return f"{number:032x}"


def fill_ledger(connection: Connection) -> None:
    """Write the sample into an empty v3 and commit."""
    _put_runs(connection)
    _put_members(connection)
    _put_trainings(connection)
    _put_fates(connection)
    put(connection, ledger.anomalies, *_anomalies(), run_id=RUN)
    _put_schemes(connection)
    connection.commit()


def _put_runs(connection: Connection) -> None:
    balance = [
        {"v2_table": "training", "v2": 113, "migrated": 113, "dropped": 0, "rejected": 0, "balanced": True}
    ]
    checks = [{"suite": "v3", "expectation": "hours lie from 0 to 2000", "rows": 113, "success": True}]
    summary = json.dumps({"counts": {}, "checks": checks, "balance": balance})
    finished = _STARTED + timedelta(minutes=12)
    first = {"run_id": RUN, "status": "completed", "finished_at": finished, "summary": summary}
    second = {"run_id": "20240501T203000-1", "status": "interrupted", "finished_at": None, "summary": None}
    put(connection, ledger.runs, first, started_at=_STARTED, **_RUN)
    put(connection, ledger.runs, second, started_at=_STARTED - timedelta(days=11), **_RUN)


_RUN: dict[str, Any] = {"command": "run", "cohort": None, "rules_version": "3f2a9c1b77d0", "scope": "{}"}


def _put_members(connection: Connection) -> None:
    names = {"title": "Dr", "forename": "Robin", "surname": "Ashdown", "membership_category": "MIET"}
    members = [
        {"id": identity(number), "membership_number": f"0110{number:04}", "email": f"m{number}@example.org"}
        for number in range(1, 31)
    ]
    put(connection, v3.members, *members, **names)
    put(connection, ledger.rows, *(_fate("members", number, number) for number in range(1, 31)))


def _put_trainings(connection: Connection) -> None:
    trainings = [
        {
            "id": identity(1000 + number),
            "member_id": identity(number % 30 + 1),
            "title": "Manual Handling",
            "duration_hours": None if hours is None else Decimal(hours),
        }
        for number, hours in enumerate(HOURS)
    ]
    put(connection, v3.trainings, *trainings)
    fates = (
        _fate("training", number, number % 30 + 1, v3_id=identity(1000 + number))
        for number in range(len(HOURS))
    )
    put(connection, ledger.rows, *fates)


def _put_fates(connection: Connection) -> None:
    gone = {"v3_table": None, "v3_id": None}
    dropped = {"fate": "dropped", "reason": "archived-assessment", **gone}
    for number in range(12):
        put(connection, ledger.rows, _fate("competence_assessments", number, number + 1) | dropped)
    for number in range(20):
        reason = {"fate": "dropped", "reason": "supporters-not-needed", **gone}
        put(connection, ledger.rows, _fate("supporters", number, number + 1) | reason)
    put(
        connection,
        ledger.rows,
        _fate("education", 7, None) | {"fate": "rejected", "reason": "orphan", **gone},
    )


def _fate(table: str, v2_id: int, member: int | None, *, v3_id: str | None = None) -> dict[str, Any]:
    return {
        "v2_table": table,
        "v2_id": str(v2_id),
        "member_id": None if member is None else str(member),
        "cohort": None if member is None else COHORTS[member % 3],
        "fate": "migrated",
        "reason": None,
        "v3_table": {"training": "trainings"}.get(table, table),
        "v3_id": v3_id or identity(v2_id),
        "run_id": RUN,
    }


def _anomalies() -> Iterator[dict[str, Any]]:
    number = 0
    for raw, code, severity, loaded, candidates, rows in TEXTS:
        for _ in range(rows):
            number += 1
            member = number % 30 + 1
            yield {
                "cohort": COHORTS[member % 3],
                "member_id": str(member),
                "v2_table": "training",
                "v2_id": str(number),
                "v2_column": "duration",
                "code": code,
                "severity": severity,
                "raw_value": raw,
                "loaded_value": loaded,
                "candidates": json.dumps(candidates),
                "message": f"{raw} was looked at",
            }
    yield _row_anomaly("education", "7", "orphan", None)
    yield _row_anomaly("schemes", "2", "coordinator-address", "no address", column="coordinator_email")
    yield _row_anomaly("members", "9", "text-cleaned", "Ash\ndown", column="surname")


def _row_anomaly(
    table: str, v2_id: str, code: str, raw: str | None, *, column: str | None = None
) -> dict[str, Any]:
    place = {"v2_table": table, "v2_id": v2_id, "v2_column": column}
    said = {"code": code, "severity": "warning", "raw_value": raw, "message": raw}
    blank = dict.fromkeys(("cohort", "member_id", "loaded_value", "candidates"))
    return place | said | blank


def _put_schemes(connection: Connection) -> None:
    put(
        connection,
        v3.schemes,
        {
            "id": identity(1),
            "name": "Northgrid graduates",
            "coordinator_email": "training@northgrid.example.org",
        },
        {"id": identity(2), "name": "=HYPERLINK(1)", "coordinator_email": "no address"},
    )
    waiting = [
        {
            "id": identity(5000 + number),
            "scheme_id": identity(1 + number % 2),
            "member_id": identity(1 + number),
        }
        for number in range(5)
    ]
    put(connection, v3.scheme_memberships, *waiting, status="awaiting-coordinator")
    fates = (_fate("scheme_memberships", n, n + 1, v3_id=identity(5000 + n)) for n in range(5))
    put(connection, ledger.rows, *fates)
