"""The anomalies that members are told of: those about their own values that still hold."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from migrate.decisions.applied import COMPLAINTS
from migrate.notices.holdings import Holdings
from migrate.notices.record import Remark
from migrate.notices.values import date_in, hours_in
from migrate.rulebook.mapping import Mapping
from migrate.schema import ledger
from migrate.schema.reasons import CONFLICT, LOAD_REFUSED
from migrate.transform.durations.cross_check import HOURS_IN_A_DAY
from migrate.transform.readings import as_text

_CONVERTED = {"date", "end date", "moment", "duration", "flag"}


def _ends_before_its_start(row: Any) -> bool:
    start, end = date_in(row.started_on), date_in(row.ended_on)
    return bool(start and end and end < start)


def _exceeds_its_dates(row: Any) -> bool:
    hours, start, end = hours_in(row.duration_hours), date_in(row.started_on), date_in(row.ended_on)
    if hours is None or not (start and end):
        return False
    return hours > HOURS_IN_A_DAY * ((end - start).days + 1)


_OF_DATES = {"dates-reversed": _ends_before_its_start, "exceeds-dates": _exceeds_its_dates}


def read_remarks(held: Holdings, mapping: Mapping) -> dict[str, list[Remark]]:
    """Return owner → the anomalies that the member is told of.

    Left out are anomalies about values that the member has changed since, about rows that now belong to
    somebody else, and about rows that v3 refused to update. So are complaints about decisions: these are for
    reviewers only.
    """
    theirs = {member.owner_id: member.v3_id for member in held.members}
    c = ledger.anomalies.c
    columns = (c.owner_id, c.v2_table, c.v2_id, c.v2_column, c.code, c.severity, c.raw_value, c.loaded_value)
    owners = [member.owner_id for member in held.members]
    query = select(*columns).where(c.owner_id.in_(owners)).order_by(c.anomaly_id)
    anomalies = held.connection.execute(query).all()
    refused = {(row.v2_table, row.v2_id) for row in anomalies if row.code == LOAD_REFUSED}
    refused &= held.migrated.keys()
    remarks: dict[str, list[Remark]] = defaultdict(list)
    for row in anomalies:
        v3_id = held.migrated.get((row.v2_table, row.v2_id))
        present = held.rows.get(v3_id or "")
        is_theirs = v3_id is None or (present is not None and present.member_id == theirs[row.owner_id])
        is_told = row.code not in COMPLAINTS and (row.v2_table, row.v2_id) not in refused
        if is_told and is_theirs and _still_stands(row, present, mapping):
            remarks[row.owner_id].append(_remark(row, present))
    return remarks


def _still_stands(row: Any, present: Any, mapping: Mapping) -> bool:
    """Tell whether an anomaly still holds: v3 must still have what was loaded.

    Conflicts, and anomalies about texts that are carried to the letter, always hold. An anomaly about a row's
    dates is checked again, because the member may have corrected one of them. `updated_at` is left out: no
    member can correct it.
    """
    if row.code in _OF_DATES:
        return present is not None and _OF_DATES[row.code](present)
    rule = mapping.tables[row.v2_table].columns.get(row.v2_column)
    if rule is None or rule.to is None or rule.read not in _CONVERTED or row.code == CONFLICT:
        return True
    if present is None or rule.to == "updated_at":
        return False
    return bool(as_text(getattr(present, rule.to)) == row.loaded_value)


def _remark(row: Any, present: Any) -> Remark:
    said = Remark(row.v2_table, row.v2_column, row.code, row.severity, row.raw_value)
    if present is None or (row.v2_table, row.v2_column) != ("training", "duration"):
        return said
    return said._replace(training=present.title, hours=hours_in(present.duration_hours))
