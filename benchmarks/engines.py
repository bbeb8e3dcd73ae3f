"""The product beside what each engine offers by itself: how many times as long a migration takes.

A baseline copies the same trainings into the same table with its keys, foreign keys and indexes in place
(`benchmarks.places`). The product's time has more in it: members, the reading of texts, the ledger and the
anomalies.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measuring import median_seconds, peak_megabytes, run_product, seconds
from benchmarks.places import Place, fresh, mariadb, postgresql, sqlite, with_members_only
from benchmarks.samples import training_only, whole
from migrate.fixtures.writing import write_v2

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
MEMBERS = int(os.environ.get("BENCH_MEMBERS", "200000"))
LIMITS = {"postgresql": 3.0, "mariadb": 4.5, "sqlite": 6.0}


class Round(NamedTuple):
    """Seconds of a first run, of one with nothing changed, and of the engine's own copy after them."""

    first: float
    again: float
    baseline: float


def main() -> None:
    """Print a table of ratios for each engine, then growth and memory on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"{MEMBERS:,} members, five trainings each; medians of {ROUNDS} rounds; one worker\n")
        print("| engine | baseline, s | run, s | of the baseline | at most | again, s | of the run |")
        print("|---|---|---|---|---|---|---|")
        for place in (postgresql(), mariadb(), sqlite(Path(folder))):
            print(_row(place, _measure(place)), flush=True)
        print("\nEverything that members record, PostgreSQL:\n")
        print("| members | v2 rows | run, s | peak memory, MB |")
        print("|---|---|---|---|")
        for members in (MEMBERS // 10, MEMBERS):
            print(_growth(postgresql(), members), flush=True)


def _measure(place: Place) -> list[Round]:
    names = "cm_bench_v2", "cm_bench_v3", "cm_bench_copy"
    source, first, copy = map(place.url_of, names)
    fresh(place, "cm_bench_v2")
    write_v2(source, training_only(MEMBERS))
    run = ("run", "--source", source, "--target", first, "--no-checks")
    rounds = []
    for _ in range(ROUNDS):
        fresh(place, "cm_bench_v3")
        taken, again = (seconds(lambda: run_product(*run)) for _ in range(2))
        with_members_only(place, first, copy)
        rounds.append(Round(taken, again, seconds(lambda: place.copy_table(first, copy, "trainings"))))
    for name in names:
        place.drop(name)
    return rounds


def _row(place: Place, rounds: Sequence[Round]) -> str:
    first, again, baseline = (median(taken) for taken in zip(*rounds, strict=True))
    of_baseline = _ratios([each.first / each.baseline for each in rounds])
    of_first = _ratios([each.again / each.first for each in rounds])
    return (
        f"| {place.engine} | {baseline:.1f} | {first:.1f} | {of_baseline} | {LIMITS[place.engine]} "
        f"| {again:.1f} | {of_first} |"
    )


def _ratios(found: Sequence[float]) -> str:
    return f"{median(found):.2f} ({min(found):.2f} to {max(found):.2f})"


def _growth(place: Place, members: int) -> str:
    source, target = place.url_of("cm_bench_v2"), place.url_of("cm_bench_v3")
    fresh(place, "cm_bench_v2")
    rows = sum(write_v2(source, whole(members)).values())
    run = ("run", "--source", source, "--target", target, "--no-checks")
    taken = median_seconds(ROUNDS, lambda: run_product(*run), lambda: fresh(place, "cm_bench_v3"))
    fresh(place, "cm_bench_v3")
    memory = peak_megabytes(run)
    for name in ("cm_bench_v2", "cm_bench_v3"):
        place.drop(name)
    return f"| {members:,} | {rows:,} | {taken:.1f} | {memory:.0f} |"


if __name__ == "__main__":
    main()
