"""`verify`: the account of everything in scope, read from both databases anew."""

from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from migrate.check.account import Account, Difference
from migrate.check.balance import UNREAD, balance_of, hours_of
from migrate.check.hours import sum_hours
from migrate.check.reconciliation import Reconciliation
from migrate.check.surplus import add_surplus
from migrate.errors import PreflightError
from migrate.load.ledger.runs import record_verification, runs_that_made
from migrate.load.ledger.target import is_uninitialised
from migrate.load.present import Present, read_bases
from migrate.load.strays import read_moments, read_schemes, read_strays, unrecorded
from migrate.retention.held import forgotten_before
from migrate.run.decision_history import DecisionHistory, read_history
from migrate.run.passes import unwritten, visit_batches
from migrate.run.preflight import refuse_problems
from migrate.run.prepared import Prepared, raw_values
from migrate.run.workplace import Workplace
from migrate.schema import v2
from migrate.schema.arrow import TEXT
from migrate.schema.frames import TEXT as FRAME_TEXT
from migrate.schema.frames import V3Batch
from migrate.schema.storable import cleaned
from migrate.transform.batch import transform_batch
from migrate.transform.columns import series
from migrate.transform.durations import read_durations
from migrate.transform.identity import is_made, v3_ids


def verify(workplace: Workplace) -> Account:
    """Account for every v2 row of the scope and compare every migrated value.

    Raises PreflightError where v3 has no ledger, or v2 cannot be read as the rules say.
    """
    refuse_problems(workplace, only_reads=True)
    if is_uninitialised(workplace.target):
        raise PreflightError("v3 has no tables or no ledger: nothing has been migrated into it yet.")
    account = Account()
    with workplace.target.connect() as connection:
        history, forgotten = read_history(connection), forgotten_before(connection) is not None
        runs = [*runs_that_made(connection, workplace.scope)]
    account.last_run = next(iter(runs), None)
    others = (run for run in runs if run.rules_version != workplace.rules.version)
    account.by_other_rules = next((run for run in others if run.status != "rolled-back"), None)

    def visit(prepared: Prepared, present: Present, connection: Connection) -> None:
        account.add(_Visited(workplace, prepared, connection, history, forgotten).account(present))

    before = _count_v2(workplace)
    visit_batches(workplace, visit)
    if not (workplace.scope.cohorts or workplace.scope.members):
        _add_uncounted(account, before, _count_v2(workplace))
        _add_strays(account, workplace)
    _record(workplace, account)
    return account


def _record(workplace: Workplace, account: Account) -> None:
    """Keep the balance for the report, where v3 can be written by whoever verifies."""
    with suppress(DBAPIError):
        record_verification(
            workplace.target,
            workplace.scope,
            workplace.rules.version,
            balance=balance_of(account),
            hours=hours_of(account),
        )


@dataclass(frozen=True)
class _Visited:
    """A batch, and the connection on which v3 is asked about it."""

    workplace: Workplace
    prepared: Prepared
    connection: Connection
    history: DecisionHistory
    forgotten: bool

    def account(self, present: Present) -> Account:
        """Reconcile the batch with what v3 and its ledger hold of it."""
        if "schemes" in self.prepared.v3.rows:
            present = replace(present, rows={**present.rows, "schemes": read_schemes(self.connection)})
        account = Reconciliation(
            batch=self.prepared.v3,
            owners=self.prepared.owners,
            present=present,
            names=self.workplace.names,
            bases=partial(read_bases, self.connection),
            forgotten=self.forgotten,
            earlier=lambda: self._earlier,
            moments=partial(read_moments, self.connection),
            unrecorded=partial(unrecorded, self.connection),
            elsewhere=self.prepared.elsewhere,
        ).account()
        for cohort, hours in _rejected_hours(self.workplace, self.prepared).items():
            account.hours[cohort, "rejected"] += hours
        return account

    @cached_property
    def _earlier(self) -> list[V3Batch]:
        """What the batch was to be when earlier runs loaded it: rules as they are, decisions as they were."""
        cohorts = self.prepared.v3.fates["cohort"].unique().tolist()
        known = self.history.earlier(None if pd.isna(cohort) else cohort for cohort in cohorts)
        batch, adopted, rules = self.prepared.v2, self.prepared.adopted, self.workplace.rules
        return [transform_batch(batch, adopted, rules, decisions) for decisions in known]


def _rejected_hours(workplace: Workplace, prepared: Prepared) -> dict[str, Decimal]:
    """Return cohort → the hours that v2 gives for training rows which were rejected."""
    fates = prepared.v3.fates
    rejected = fates[(fates["v2_table"] == "training") & (fates["fate"] != "migrated")]
    if rejected.empty:
        return {}
    keys = pa.array(rejected["v2_id"], TEXT)
    texts = series(cleaned(raw_values(prepared.v2, "training", "duration", keys)))
    places, durations = read_durations(texts, workplace.rules.durations)
    hours = [durations[place].hours for place in places]
    spelled = pa.array([None if amount is None else f"{amount:.2f}" for amount in hours], TEXT)
    return sum_hours(pa.array(rejected["cohort"], TEXT), spelled)


def _count_v2(workplace: Workplace) -> dict[str, int]:
    """Return v2 table → rows, counted by its own database."""
    with workplace.source.snapshot() as snapshot:
        return {
            name: snapshot.connection.execute(
                select(func.count()).select_from(snapshot.tables[name])
            ).scalar_one()
            for name in v2.KEYS
        }


def _add_uncounted(account: Account, before: dict[str, int], after: dict[str, int]) -> None:
    """Compare what was read with v2's own counts, before and after: v2 may be written to in between."""
    for table in v2.KEYS:
        read = sum(
            rows
            for (_, name, outcome), rows in account.rows.items()
            if name == table and outcome not in UNREAD
        )
        low, high = sorted((before[table], after[table]))
        if not low <= read <= high:
            account.rows["", table, "unaccounted"] += max(low - read, read - high)
            words = Difference(
                "unaccounted", table, None, column="rows", expected=str(after[table]), found=str(read)
            )
            account.list_differences([words])


def _add_strays(account: Account, workplace: Workplace) -> None:
    """Find rows that the migration has made for members whom neither v2 nor the ledger knows."""
    with workplace.source.snapshot() as snapshot:
        keys = pd.Series(snapshot.member_keys(), dtype=FRAME_TEXT)
    looked_at = pa.array(v3_ids("members", keys), TEXT)
    with unwritten(workplace) as connection:
        for table, ids in [*read_strays(connection)]:
            made = ids.filter(is_made(ids))
            if table.name == "members":
                made = made.filter(pc.invert(pc.is_in(made, value_set=looked_at)))
            add_surplus(account, workplace.names.table(table.name), table, unrecorded(connection, made))
