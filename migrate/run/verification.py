"""`verify`: the account of everything in scope, read from both databases anew."""

from contextlib import suppress
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from migrate.check.balance import balance_of, hours_of
from migrate.check.reconciliation import Account, Reconciliation, sum_hours
from migrate.errors import PreflightError
from migrate.load.present import Present, read_bases
from migrate.load.runs import record_finding
from migrate.load.target import is_uninitialised
from migrate.run.batch import Prepared, raw_values
from migrate.run.passes import visit_batches
from migrate.run.preflight import refuse_problems
from migrate.run.workplace import Workplace, read_decisions
from migrate.transform.decisions import Decisions
from migrate.transform.durations import read_durations

TEXT = pa.large_string()


def verify(workplace: Workplace) -> Account:
    """Account for every v2 row of the scope and compare every migrated value.

    Raises PreflightError where v3 has no ledger, or v2 cannot be read as the rules say.
    """
    refuse_problems(workplace)
    if is_uninitialised(workplace.target):
        raise PreflightError("v3 has no tables or no ledger: nothing has been migrated into it yet.")
    account = Account()
    decisions = read_decisions(workplace.target)

    def visit(prepared: Prepared, present: Present, connection: Connection) -> None:
        account.add(_reconcile(workplace, prepared, present, connection, decisions))

    visit_batches(workplace, visit)
    _record(workplace, account)
    return account


def _record(workplace: Workplace, account: Account) -> None:
    """Keep the balance for the report, where v3 can be written by whoever verifies."""
    with suppress(DBAPIError):
        record_finding(
            workplace.target,
            "verify",
            workplace.scope,
            workplace.rules.version,
            balance=balance_of(account),
            hours=hours_of(account),
        )


def _reconcile(
    workplace: Workplace, prepared: Prepared, present: Present, connection: Connection, decisions: Decisions
) -> Account:
    account = Reconciliation(
        batch=prepared.v3,
        owners=prepared.owners,
        present=present,
        names=workplace.names,
        bases=lambda table, keys: read_bases(connection, table, keys),
        is_decided=lambda table, column, keys: _decided(prepared, decisions, table, column, keys),
    ).account()
    for cohort, hours in _rejected_hours(workplace, prepared).items():
        account.hours[cohort, "rejected"] += hours
    return account


def _decided(
    prepared: Prepared, decisions: Decisions, table: str, column: str, keys: list[str]
) -> list[bool]:
    texts, rows = decisions.for_texts(table, column), decisions.for_rows(table, column)
    raw = raw_values(prepared.v2, table, column, pa.array(keys, TEXT))
    return [key in rows or text in texts for key, text in zip(keys, raw, strict=True)]


def _rejected_hours(workplace: Workplace, prepared: Prepared) -> dict[str, Any]:
    """Return cohort → the hours that v2 gives for training rows which were rejected."""
    fates = prepared.v3.fates
    rejected = fates[(fates["v2_table"] == "training") & (fates["fate"] != "migrated")]
    if rejected.empty:
        return {}
    keys = pa.array(rejected["v2_id"], TEXT)
    texts = pd.Series(raw_values(prepared.v2, "training", "duration", keys), dtype="str")
    places, durations = read_durations(texts, workplace.rules.durations)
    hours = [durations[place].hours for place in places]
    spelled = pa.array([None if amount is None else f"{amount:.2f}" for amount in hours], TEXT)
    return dict(sum_hours(pa.array(rejected["cohort"], TEXT), spelled))
