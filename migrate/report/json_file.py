"""The report as one JSON document, for other programs."""

from dataclasses import asdict
from typing import Any

from migrate.report.facts import Facts
from migrate.report.runs import Run
from migrate.report.text_groups import TextGroup


def report_document(facts: Facts) -> dict[str, Any]:
    """Return what the report says as plain values (moments and decimals as they are)."""
    return {
        "read_at": facts.read_at,
        "cohorts": list(facts.cohorts),
        "runs": [_run(run) for run in facts.runs],
        "checks": facts.checks().lines or None,
        "balance": facts.balance().lines or None,
        "fates": [each._asdict() for each in facts.fates],
        "codes": [_code(each) for each in facts.codes],
        "anomalies": [
            each._asdict() | {"decided": facts.decided_rows.get(each.place, 0)} for each in facts.anomalies
        ],
        "groups": [_group(each) for each in facts.groups],
        "by_cohort": [each._asdict() for each in facts.by_cohort],
        "hours": [each._asdict() for each in facts.hours],
        "schemes": [_scheme(each) for each in facts.schemes],
    }


def _run(run: Run) -> dict[str, Any]:
    """Return a run without its scope, which may be a list of members."""
    return {name: value for name, value in asdict(run).items() if name != "scope"}


def _code(each: Any) -> dict[str, Any]:
    counted = {
        name: getattr(each, name) for name in ("code", "severity", "rows", "members", "decided", "open")
    }
    return counted | {name: getattr(each.kind, name) for name in ("title", "meaning", "reviewer")}


def _group(group: TextGroup) -> dict[str, Any]:
    return {
        "group": group.key.name,
        "text": group.text,
        "code": group.key.code,
        "severity": group.key.severity,
        "v2_table": group.key.v2_table,
        "v2_column": group.key.v2_column,
        "rows": group.rows,
        "members": group.members,
        "decided": group.decided,
        "variants": group.variants,
        "candidates": group.candidates,
        "loaded_value": group.loaded_value,
        "example_id": group.example_id,
    }


def _scheme(each: Any) -> dict[str, Any]:
    """Return a scheme without its coordinator's address, which is only in schemes.csv."""
    names = ("scheme", "waiting_members", "address_missing")
    return {name: getattr(each, name) for name in names}
