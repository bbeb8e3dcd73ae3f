"""When what was migrated of somebody's cohort was last taken back, if no run has been through it since."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from migrate.explain.evidence import RowFate
from migrate.load.ledger.scope import Scope
from migrate.schema import ledger


def rollbacks(connection: Connection) -> Callable[[RowFate], datetime | None]:
    """Return what gives the moment (UTC) of the rollback that came after the last run of a row's members.

    It gives None where a run came to its end after the rollback: a row of which the ledger has nothing has
    been added to v2 since then.
    """
    c = ledger.runs.c
    ended = and_(c.command == "run", c.status == "completed")
    query = select(c.command, c.started_at, c.scope).where(or_(ended, c.command == "rollback"))
    moves = [
        (command, started_at, Scope.from_json(scope))
        for command, started_at, scope in connection.execute(query.order_by(c.started_at.desc()))
    ]

    def taken_back_at(coming: RowFate) -> datetime | None:
        for command, started_at, scope in moves:
            if scope.includes(coming.cohort, coming.member_id):
                return started_at if command == "rollback" else None
        return None

    return taken_back_at
