"""A Dask cluster of one worker beside one of two, on PostgreSQL: what a second worker gains.

Beside them, a run without a cluster: one process that reads and transforms the next batch while it loads one.
"""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import dask
from distributed import LocalCluster

from benchmarks.engines import MEMBERS, ROUNDS
from benchmarks.measuring import median_seconds, run_product
from benchmarks.places import fresh, postgresql
from benchmarks.samples import training_only
from migrate.fixtures.writing import write_v2
from migrate.run.cluster import SETTINGS

WORKERS = (0, 1, 2)


def main() -> None:
    """Print the medians of a run by each cluster, and how many times sooner the larger one is done."""
    place = postgresql()
    source, target = place.url_of("cm_bench_v2"), place.url_of("cm_bench_v3")
    fresh(place, "cm_bench_v2")
    write_v2(source, training_only(MEMBERS))
    run = ("run", "--source", source, "--target", target, "--no-checks")
    taken = {}
    for count in WORKERS:
        with _cluster(count) as options:
            taken[count] = median_seconds(
                ROUNDS, partial(run_product, *run, *options), partial(fresh, place, "cm_bench_v3")
            )
    print(f"{MEMBERS:,} members, five trainings each; medians of {ROUNDS}; PostgreSQL\n")
    print("| Dask workers | run, s |")
    print("|---|---|")
    for count, median in taken.items():
        print(f"| {count or 'none'} | {median:.1f} |")
    print(f"\nTwo are {taken[1] / taken[2]:.2f} times sooner done than one.")
    for name in ("cm_bench_v2", "cm_bench_v3"):
        place.drop(name)


@contextmanager
def _cluster(workers: int) -> Iterator[tuple[str, ...]]:
    """Give the options of a run by a cluster of so many workers; none is no cluster."""
    if not workers:
        yield ()
        return
    with (
        dask.config.set(SETTINGS),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
    ):
        yield ("--scheduler", cluster.scheduler_address)


if __name__ == "__main__":
    main()
