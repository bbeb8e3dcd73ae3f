"""A Dask cluster of one worker beside one of two, on PostgreSQL: what a second worker gains.

Without a cluster, one process reads and transforms the next batch while it loads one; that is `--workers 1`.
"""

# mypy: disable-error-code="no-untyped-call"

from functools import partial

import dask
from distributed import LocalCluster

from benchmarks.engines import MEMBERS, ROUNDS, fresh, postgresql
from benchmarks.measuring import median_seconds, run_product
from benchmarks.samples import training_only
from migrate.fixtures.writing import write_v2
from migrate.run.workers import SETTINGS

WORKERS = (1, 2)


def main() -> None:
    """Print the medians of a run by each cluster, and how many times sooner the larger one is done."""
    place = postgresql()
    source, target = place.url_of("cm_bench_v2"), place.url_of("cm_bench_v3")
    fresh(place, "cm_bench_v2")
    write_v2(source, training_only(MEMBERS))
    taken = {}
    for count in WORKERS:
        with (
            dask.config.set(SETTINGS),
            LocalCluster(
                n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster,
        ):
            run = (
                "run",
                "--source",
                source,
                "--target",
                target,
                "--no-checks",
                "--scheduler",
                cluster.scheduler_address,
            )
            taken[count] = median_seconds(
                ROUNDS, partial(run_product, *run), partial(fresh, place, "cm_bench_v3")
            )
    print(f"{MEMBERS:,} members, five trainings each; medians of {ROUNDS}; PostgreSQL\n")
    print("| Dask workers | run, s |")
    print("|---|---|")
    for count, seconds in taken.items():
        print(f"| {count} | {seconds:.1f} |")
    print(f"\nTwo are {taken[1] / taken[2]:.2f} times sooner done than one.")
    for name in ("cm_bench_v2", "cm_bench_v3"):
        place.drop(name)


if __name__ == "__main__":
    main()
