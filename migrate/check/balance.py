"""The balance of a reconciliation, for each cohort and v2 table, in rows and, for training, in hours."""

from decimal import Decimal
from typing import Any

from migrate.check.account import DIFFERENCES, Account
from migrate.schema import v2

MIGRATED = ("equal", "edited", "decided", "deleted", "different")
"""Outcomes of rows whose fate is migrated."""
UNREAD = ("gone", "surplus")
"""Rows that v2 no longer has, or never had."""
COLUMNS = (*MIGRATED, "dropped", "rejected", "unaccounted", *UNREAD)


def balance_of(account: Account) -> list[dict[str, Any]]:
    """Return one row for each cohort and v2 table: what was read, and what became of it, in rows.

    `gone` rows are not read, for v2 no longer has them, nor are `surplus` rows, which are v3's alone. `open`
    is what nothing explains; 0 closes the balance.
    """
    places = sorted({(cohort, table) for cohort, table, _ in account.rows}, key=_order)
    return [_balance_row(account, cohort, table) for cohort, table in places]


def hours_of(account: Account) -> list[dict[str, Any]]:
    """Return one row for each cohort: the hours that v2's training texts give, and where they are.

    read = migrated + rejected + unaccounted; `in_v3` differs from `migrated` by what users and reviewers have
    made of it.
    """
    cohorts = sorted({cohort for cohort, _ in account.hours})
    return [_hours_row(account, cohort) for cohort in cohorts]


def _balance_row(account: Account, cohort: str, table: str) -> dict[str, Any]:
    counted = {name: account.rows[cohort, table, name] for name in COLUMNS}
    migrated = sum(counted[name] for name in MIGRATED)
    read = migrated + counted["dropped"] + counted["rejected"] + counted["unaccounted"]
    left = sum(counted[name] for name in DIFFERENCES)
    return {
        "cohort": cohort or None,
        "v2_table": table,
        "read": read,
        "migrated": migrated,
        **counted,
        "open": left,
        "balanced": not left,
    }


def _hours_row(account: Account, cohort: str) -> dict[str, Any]:
    migrated, rejected = account.hours[cohort, "migrated"], account.hours[cohort, "rejected"]
    in_v3, lost = account.hours[cohort, "in v3"], account.hours[cohort, "unaccounted"]
    return {
        "cohort": cohort or None,
        "read": _plain(migrated + rejected + lost),
        "migrated": _plain(migrated),
        "rejected": _plain(rejected),
        "unaccounted": _plain(lost),
        "in_v3": _plain(in_v3),
        "changed_in_v3": _plain(in_v3 - migrated),
    }


def _plain(hours: Decimal) -> Decimal:
    return hours.quantize(Decimal("0.01"))


def _order(place: tuple[str, str]) -> tuple[str, int]:
    cohort, table = place
    return cohort, list(v2.metadata.tables).index(table)
