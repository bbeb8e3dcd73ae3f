"""Disturbs a run, runs again, and asks whether anything is left of the disturbance."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func, select

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.schema import ledger, v2, v3
from tests.faults.children import Child, killed_at_the_end, migration
from tests.faults.instants import Instant
from tests.run.places import Place, State, opened_place

MEMBERS = 30
BATCH = "5"
Disturbance = Callable[[Child, "Campaign"], None]


@dataclass
class Campaign:
    """A place, what an undisturbed run leaves there, and how long it takes."""

    place: Place
    expected: State
    seconds: float
    batches: int = 0

    def start(self, *options: str) -> Child:
        """Start a run of small batches."""
        return migration(self.place.source_url, self.place.target_url, "--batch-size", BATCH, *options)

    def start_dying(self, instant: Instant) -> Child:
        """Start a run that is killed at an instant of its work."""
        return migration(self.place.source_url, self.place.target_url, "--batch-size", BATCH, dies=instant)

    def start_limited(self, largest_file: int) -> Child:
        """Start a run that may write no file beyond so many bytes, as if the disk were full there."""
        return migration(
            self.place.source_url, self.place.target_url, "--batch-size", BATCH, largest_file=largest_file
        )

    def empty(self) -> None:
        """Take everything out of v3 and the ledger."""
        with self.place.v3.begin() as connection:
            for table in (*ledger.metadata.sorted_tables, *reversed(v3.LOAD_ORDER)):
                if table is not ledger.ledger:
                    connection.execute(delete(table))

    def restore_v2(self) -> None:
        """Give v2 its generated texts back."""
        with self.place.v2.begin() as connection:
            for table in v2.metadata.sorted_tables:
                connection.execute(delete(table))
        write_v2(self.place.source_url, generate(MEMBERS, seed=3))

    def finished_batches(self) -> int:
        """Return how many batches are committed."""
        with self.place.v3.connect() as connection:
            done = ledger.batches.c.finished_at.is_not(None)
            return (
                connection.execute(select(func.count()).select_from(ledger.batches).where(done)).scalar() or 0
            )

    def disturbed(self, disturb: Disturbance, *options: str) -> tuple[int, str]:
        """Run with a disturbance on an empty v3, and return how that run ended."""
        self.empty()
        with killed_at_the_end(self.start(*options)) as child:
            disturb(child, self)
            return child.end()

    def finish(self, *options: str) -> None:
        """Run again, and expect what an undisturbed run leaves."""
        with killed_at_the_end(self.start(*options)) as child:
            code, words = child.end()
        assert code == 0, words
        self.compare()

    def compare(self) -> None:
        """Expect what an undisturbed run leaves."""
        found = self.place.state()
        for table, rows in self.expected.items():
            assert len(found[table]) == len(rows), table
            assert found[table] == rows, table


@contextmanager
def campaign(source_url: str, target_url: str) -> Iterator[Campaign]:
    """Give a v2 of some members, an empty v3, and what comes of them when nothing goes wrong."""
    write_v2(source_url, generate(MEMBERS, seed=3))
    with opened_place(source_url, target_url) as place:
        found = Campaign(place, {}, 0)
        for _ in range(2):  # the first imports the product, the second tells how long a run takes
            found.empty()
            started = time.monotonic()
            with killed_at_the_end(found.start()) as child:
                code, words = child.end()
            assert code == 0, words
            found.seconds = time.monotonic() - started
        found.expected, found.batches = place.state(), found.finished_batches()
        assert len(found.expected["members"]) > MEMBERS / 2
        yield found


def sqlite_v2(folder: Path) -> str:
    """Return the URL of a v2 in a folder."""
    return f"sqlite:///{folder / 'v2.db'}"
