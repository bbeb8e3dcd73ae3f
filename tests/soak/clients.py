"""Users of v3 who edit it at random, each with a connection of their own, and know what they committed.

v2's keys are shared out among them, so that the last edit of each value is one client's and known.
"""

import datetime as dt
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, Table, create_engine, delete, func, insert, select, update
from sqlalchemy.exc import OperationalError

from migrate.rulebook.qualifications import load_qualification_types
from migrate.schema import v3
from migrate.transform.identity import v3_id

Place = tuple[str, str]
"""v3 table and id of a row."""
Values = dict[str, Any]
NewValue = Callable[[str, int], Any]
"""A client's name and how much it has done in; out comes a value that v2 never gives."""
QUALIFICATIONS = [each.code for each in load_qualification_types()]


def _text(client: str, number: int) -> str:
    return f"edit {number} of {client}"


def _hours(_: str, number: int) -> Decimal:
    return Decimal(10_000 * 100 + number) / 100


def _day(_: str, number: int) -> dt.date:
    return dt.date(2100, 1, 1) + dt.timedelta(days=number)


def _qualification(_: str, number: int) -> str:
    return QUALIFICATIONS[number % len(QUALIFICATIONS)]


EDITED: dict[str, tuple[Table, dict[str, NewValue]]] = {  # v2 table → v3 table, what its users edit there
    "members": (v3.members, {"email": _text, "title": _text}),
    "employment": (v3.employments, {"employer": _text, "ended_on": _day}),
    "education": (v3.educations, {"qualification": _qualification, "classification": _text}),
    "training": (v3.trainings, {"duration_hours": _hours, "cpd_hours": _hours, "started_on": _day}),
    "other_experience": (v3.achievements, {"description": _text}),
    "assessment_responses": (v3.assessment_ratings, {"level": _text, "evidence": _text}),
}
DELETED = ("employment", "training", "other_experience", "assessment_responses")
"""Tables to whose rows nothing belongs."""


@dataclass
class Committed:
    """What clients have committed: nothing is noted here before the commit was answered."""

    edits: dict[Place, Values] = field(default_factory=dict)
    deleted: set[Place] = field(default_factory=set)
    added: dict[Place, Values] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def note(self, action: str, place: Place, values: Values) -> None:
        """Take in what one transaction has done."""
        self.done[action] += 1
        if action == "added":
            self.added[place] = values
        elif action == "deleted":
            self.edits.pop(place, None)
            self.deleted.add(place)
        else:
            self.edits.setdefault(place, {}).update(values)

    def add(self, other: "Committed") -> None:
        """Take in what another client has done."""
        self.edits |= other.edits
        self.deleted |= other.deleted
        self.added |= other.added
        self.done += other.done


class Client:
    """One user, who rests `pause` seconds on average between two edits."""

    def __init__(self, url: str, number: int, of: int, highest: Mapping[str, int], pause: float) -> None:
        """Take every so manyth of v2's keys, up to the highest of each table."""
        self.committed = Committed()
        self.error: BaseException | None = None
        self._name = f"client {number}"
        self._number, self._of, self._highest, self._pause = number, of, highest, pause
        self._tried = 0
        self._chance = random.Random(number)  # noqa: S311  # rows, no secrets
        self._engine = create_engine(url, pool_size=1, max_overflow=0)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let the client finish its transaction, and raise what went wrong."""
        self._stopped.set()
        self._thread.join(60)
        self._engine.dispose()
        if self.error is not None:
            raise self.error

    def _work(self) -> None:
        try:
            with self._engine.connect() as connection:
                while not self._stopped.wait(self._chance.expovariate(1 / self._pause)):
                    self._act(connection)
        except BaseException as error:  # noqa: BLE001  # raised where the client is stopped
            self.error = error

    def _act(self, connection: Connection) -> None:
        (act,) = self._chance.choices([each for each, _ in ACTIONS], [often for _, often in ACTIONS])
        self._tried += 1
        try:
            done = act(self, connection)
        except OperationalError:  # the victim of a deadlock
            connection.rollback()
            self.committed.done["refused"] += 1
            return
        connection.commit()  # an error here would leave open what happened: it ends the test
        if done is not None:
            self.committed.note(*done)

    def _edit(self, connection: Connection) -> "Done | None":
        """Change one or two values of a row."""
        held = self._hold(connection, tuple(EDITED))
        if held is None:
            return None
        chosen = self._chance.sample(sorted(held.columns), min(self._chance.randint(1, 2), len(held.columns)))
        return held.write(
            connection, "edited", {name: held.columns[name](self._name, self._tried) for name in chosen}
        )

    def _empty(self, connection: Connection) -> "Done | None":
        """Empty a value as it was migrated: one of the client's own might be emptied back to what it was."""
        held = self._hold(connection, tuple(EDITED))
        if held is None:
            return None
        own = self.committed.edits.get(held.place, {})
        filled = [name for name in held.columns if held.row[name] is not None and name not in own]
        return held.write(connection, "emptied", {self._chance.choice(filled): None}) if filled else None

    def _delete(self, connection: Connection) -> "Done | None":
        held = self._hold(connection, DELETED)
        if held is None:
            return None
        connection.execute(delete(held.table).where(held.table.c.id == held.row["id"]))
        return "deleted", held.place, {}

    def _add(self, connection: Connection) -> "Done | None":
        """Write down a training of one's own."""
        held = self._hold(connection, ("members",))
        if held is None:
            return None
        row_id = uuid4().hex
        values = {"member_id": held.row["id"], "title": self._name, "cpd_hours": _hours("", self._tried)}
        connection.execute(insert(v3.trainings).values(id=row_id, updated_at=func.now(), **values))
        return "added", (v3.trainings.name, row_id), values

    def _hold(self, connection: Connection, v2_tables: tuple[str, ...]) -> "Held | None":
        """Lock a random row of the client's share; none where that is not migrated, or gone."""
        v2_table = self._chance.choice(v2_tables)
        key = self._chance.randrange(self._highest[v2_table] // self._of + 1) * self._of + self._number
        table, columns = EDITED[v2_table]
        statement = select(table).where(table.c.id == v3_id(v2_table, str(key)))
        if connection.execute(statement).first() is None:  # locking it would lock a gap, on MariaDB
            return None
        return Held(table, columns, connection.execute(statement.with_for_update()).mappings().one())


@dataclass(frozen=True)
class Held:
    """A row that a client has locked."""

    table: Table
    columns: dict[str, NewValue]
    row: RowMapping

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.table.name, self.row["id"]

    def write(self, connection: Connection, action: str, values: Values) -> "Done":
        """Give it other values."""
        own = self.table.c.id == self.row["id"]
        connection.execute(update(self.table).where(own).values(updated_at=func.now(), **values))
        return action, self.place, values


Done = tuple[str, Place, Values]
"""What was done, where, and the values there now."""
ACTIONS: tuple[tuple[Callable[[Client, Connection], Done | None], int], ...] = (  # how often of a hundred
    (Client._edit, 80),
    (Client._empty, 8),
    (Client._delete, 6),
    (Client._add, 6),
)


@contextmanager
def clients_at_work(
    url: str, number: int, highest: Mapping[str, int], pause: float
) -> Iterator[list[Client]]:
    """Have so many clients edit v3 meanwhile; they have stopped afterwards. Raises what stopped one early."""
    clients = [Client(url, each, number, highest, pause) for each in range(number)]
    for client in clients:
        client.start()
    try:
        yield clients
    finally:
        for client in clients:
            client.stop()
