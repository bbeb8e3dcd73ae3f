"""Merging a million unchanged rows on PostgreSQL: three ways to say it in SQL, and the product's look.

In SQL the rows are sent to a staging table first, as a client that cannot tell what has changed must do. The
product asks both servers whether anything has changed, and sends nothing.
"""

from collections.abc import Callable

from sqlalchemy import text

from benchmarks.engines import MEMBERS, ROUNDS
from benchmarks.measuring import median_seconds, run_product
from benchmarks.places import Place, copy_postgresql, fresh, postgresql, with_members_only
from benchmarks.samples import training_only
from migrate.databases import open_engine
from migrate.fixtures.writing import write_v2
from migrate.schema import v3

_NAMES = [column.name for column in v3.trainings.columns]
_COLUMNS = ", ".join(_NAMES)
_OTHERS = [name for name in _NAMES if name != "id"]
_SET = ", ".join(f"{name} = excluded.{name}" for name in _OTHERS)
_OURS = ", ".join(f"ours.{name}" for name in _OTHERS)
_THEIRS = ", ".join(f"theirs.{name}" for name in _OTHERS)
_UPSERT = f"INSERT INTO trainings AS theirs ({_COLUMNS}) SELECT {_COLUMNS} FROM staged ON CONFLICT (id) DO UPDATE SET {_SET}"  # noqa: S608, E501  # names of v3

MERGES = {  # how it is said → the statement
    "INSERT … ON CONFLICT DO UPDATE, blind": _UPSERT,
    "INSERT … ON CONFLICT DO UPDATE … WHERE distinct": (
        f"{_UPSERT} WHERE ({_THEIRS}) IS DISTINCT FROM ({', '.join(f'excluded.{name}' for name in _OTHERS)})"
    ),
    "MERGE … WHEN MATCHED AND distinct": (
        f"MERGE INTO trainings AS theirs USING staged AS ours ON ours.id = theirs.id "  # noqa: S608
        f"WHEN MATCHED AND ({_THEIRS}) IS DISTINCT FROM ({_OURS}) THEN UPDATE SET "
        f"{', '.join(f'{name} = ours.{name}' for name in _OTHERS)} "
        f"WHEN NOT MATCHED THEN INSERT ({_COLUMNS}) VALUES (ours.id, {_OURS})"
    ),
}


def main() -> None:
    """Print a table of medians, and ratios to the blind upsert."""
    place = postgresql()
    source, first, second = (place.url_of(name) for name in ("cm_bench_v2", "cm_bench_v3", "cm_bench_copy"))
    fresh(place, "cm_bench_v2")
    fresh(place, "cm_bench_v3")
    write_v2(source, training_only(MEMBERS))
    run = ("run", "--source", source, "--target", first, "--no-checks")
    run_product(*run)
    with_members_only(place, first, second)
    place.copy_table(first, second, "trainings")
    taken = {
        name: median_seconds(ROUNDS, _merging(first, second, statement), _staging(second))
        for name, statement in MERGES.items()
    }
    taken["career-migrate run, nothing changed"] = median_seconds(ROUNDS, lambda: run_product(*run))
    blind = next(iter(taken.values()))
    print(f"Merging {MEMBERS:,} members' unchanged trainings on PostgreSQL; medians of {ROUNDS}\n")
    print("| how | s | of a blind upsert |")
    print("|---|---|---|")
    for name, seconds in taken.items():
        print(f"| {name} | {seconds:.1f} | {seconds / blind:.2f} |")
    _drop(place)


def _staging(url: str) -> Callable[[], None]:
    return lambda: _execute(
        url,
        "DROP TABLE IF EXISTS staged",
        "CREATE UNLOGGED TABLE staged (LIKE trainings)",
        "VACUUM trainings",
    )


def _merging(first: str, second: str, statement: str) -> Callable[[], None]:
    def merge() -> None:
        copy_postgresql(first, second, "trainings", into="staged")
        _execute(second, statement)

    return merge


def _execute(url: str, *statements: str) -> None:
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _drop(place: Place) -> None:
    for name in ("cm_bench_v2", "cm_bench_v3", "cm_bench_copy"):
        place.drop(name)


if __name__ == "__main__":
    main()
