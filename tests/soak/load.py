"""Members migrate, change in v2 and migrate again, while clients edit v3 all the time."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.run.batches import DEFAULT_SIZE
from migrate.schema import ledger, v2, v3
from tests.cli.calling import from_a_shell
from tests.run.places import Place, opened_place
from tests.servers import new_database
from tests.soak.clients import EDITED, Client, Committed, Values, clients_at_work

AT_ONCE = 500
"""So many rows are asked for at once."""


@dataclass(frozen=True)
class Load:
    """How many members, and who edits meanwhile."""

    members: int
    clients: int
    pause: float
    """Seconds for which a client rests between two edits, on average."""
    batches: int = 40
    options: tuple[str, ...] = ()
    """Of each run."""

    @property
    def batch_size(self) -> int:
        """At most the usual one, so that clients meet members before the others have arrived."""
        return min(DEFAULT_SIZE, self.members // self.batches)


@dataclass
class Outcome:
    """What the commands said, and what the clients have committed."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    verified: list[dict[str, Any]] = field(default_factory=list)
    committed: Committed = field(default_factory=Committed)
    edits_in_runs: list[int] = field(default_factory=list)
    """How much the clients committed during each run."""


@contextmanager
def migrated_under_load(engine_name: str, folder: Path, load: Load) -> Iterator[tuple[Place, Outcome]]:
    """Give a v2 and a v3 after two runs and two verifications under load, and one of each in quiet."""
    with ExitStack() as stack:
        source, target = (stack.enter_context(new_database(engine_name, folder)) for _ in range(2))
        write_v2(source, generate(load.members, seed=5))
        place = stack.enter_context(opened_place(source, target))
        outcome = Outcome()
        with clients_at_work(target, load.clients, _highest_keys(place), load.pause) as clients:
            _run(place, load, outcome, clients)
            _verify(place, outcome)
            change_v2(place)
            decide(place)
            _run(place, load, outcome, clients)
            _verify(place, outcome)
        for client in clients:
            outcome.committed.add(client.committed)
        _run(place, load, outcome, ())
        _verify(place, outcome)
        yield place, outcome


def change_v2(place: Place) -> None:
    """Have v2 say something else of every seventh row, whoever has edited it in v3."""
    changes = {
        "members": {"email": "changed in v2"},
        "training": {"duration": "37 hours"},
        "education": {"grade": "changed in v2"},
        "assessment_responses": {"level": "9"},
    }
    with place.v2.begin() as connection:
        for name, values in changes.items():
            table = v2.metadata.tables[name]
            seventh = table.c[v2.KEYS[name]] % 7 == 0
            connection.execute(update(table).where(seventh).values(values))


def decide(place: Place) -> None:
    """Have a reviewer decide the duration that most trainings have."""
    text = v2.training.c.duration
    with place.v2.connect() as connection:
        most = select(text).where(func.length(text) > 0).group_by(text).order_by(func.count().desc())
        decided = connection.execute(most.limit(1)).scalar_one()
    place.add(
        ledger.decisions, scope="text", v2_table="training", v2_column="duration", raw_value=decided,
        action="set", value="11.5", reviewer="R", decided_at=dt.datetime(2026, 1, 2),  # noqa: DTZ001
    )  # fmt: skip


def lost_edits(place: Place, committed: Committed) -> list[tuple[str, str, str]]:
    """Return table, id and column of every value that is not what its client committed last."""
    with place.v3.connect() as connection:
        found = _read(connection, [*committed.edits, *committed.added])
    return [
        (*where, column)
        for remembered in (committed.edits, committed.added)
        for where, values in remembered.items()
        for column, value in values.items()
        if where not in found or found[where][column] != value
    ]


def created_again(place: Place, committed: Committed) -> list[tuple[str, str]]:
    """Return the rows that clients deleted and v3 has nevertheless."""
    with place.v3.connect() as connection:
        return list(_read(connection, sorted(committed.deleted)))


def expected_outcomes(committed: Committed) -> Counter[tuple[str, str]]:
    """Return (v2 table, outcome) → rows that verify has to explain by what the clients did."""
    v2_tables = {table.name: name for name, (table, _) in EDITED.items()}
    expected = Counter((v2_tables[table], "deleted") for table, _ in committed.deleted)
    for (table, _), values in committed.edits.items():
        merged = v3.merged_columns(v3.metadata.tables[table])
        expected[v2_tables[table], "edited"] += any(column in merged for column in values)
    return +expected


def explained_outcomes(verified: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Return the same as `verify` counted it."""
    return +Counter(
        {
            (name, outcome): sum(row[outcome] for row in verified["balance"] if row["v2_table"] == name)
            for name in v2.KEYS
            for outcome in ("edited", "deleted")
        }
    )


def left_open(verified: dict[str, Any]) -> dict[str, int]:
    """Return what `verify` could not explain, in rows."""
    kinds = ("different", "unaccounted", "surplus", "gone", "decided")
    return {kind: rows for kind in kinds if (rows := sum(row[kind] for row in verified["balance"]))}


def _run(place: Place, load: Load, outcome: Outcome, clients: Sequence[Client]) -> None:
    before = _done(clients)
    outcome.runs.append(_called(place, "run", "--batch-size", str(load.batch_size), *load.options))
    outcome.edits_in_runs.append(_done(clients) - before)


def _done(clients: Sequence[Client]) -> int:
    return sum(client.committed.done.total() for client in clients)


def _verify(place: Place, outcome: Outcome) -> None:
    outcome.verified.append(_called(place, "verify"))


def _called(place: Place, command: str, *options: str) -> dict[str, Any]:
    where = ("--source", place.source_url, "--target", place.target_url)
    called = from_a_shell(command, *where, "--json", *options)
    assert called.code == 0, f"{called.err}\n{called.out[-4000:]}"
    document: dict[str, Any] = called.document
    return document


def _highest_keys(place: Place) -> dict[str, int]:
    with place.v2.connect() as connection:
        tables = (v2.metadata.tables[name] for name in EDITED)
        return {
            table.name: connection.execute(select(func.max(table.c[v2.KEYS[table.name]]))).scalar_one()
            for table in tables
        }


def _read(connection: Connection, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Values]:
    found: dict[tuple[str, str], Values] = {}
    for name in sorted({name for name, _ in places}):
        table = v3.metadata.tables[name]
        ids = [row_id for other, row_id in places if other == name]
        for start in range(0, len(ids), AT_ONCE):
            rows = connection.execute(select(table).where(table.c.id.in_(ids[start : start + AT_ONCE])))
            found |= {(name, row["id"]): dict(row) for row in rows.mappings()}
    return found
