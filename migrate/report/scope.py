"""Which part of the ledger a report is about."""

from sqlalchemy import ColumnElement

from migrate.schema import ledger

Cohorts = tuple[str, ...]
"""Cohorts named on the command line; none means all of them."""


def rows_of(cohorts: Cohorts) -> list[ColumnElement[bool]]:
    """Return the condition that keeps the fates of these cohorts."""
    return [ledger.rows.c.cohort.in_(cohorts)] if cohorts else []


def anomalies_of(cohorts: Cohorts) -> list[ColumnElement[bool]]:
    """Return the condition that keeps the anomalies of these cohorts."""
    return [ledger.anomalies.c.cohort.in_(cohorts)] if cohorts else []
