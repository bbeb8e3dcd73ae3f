"""Cycles of garbage are looked for where no thread can be hurt by it."""

import gc
import sys
from collections.abc import Iterator

import pytest

from tests.run.places import Place

_MODULE = "migrate.run.garbage"


@pytest.fixture
def looked_for_by() -> Iterator[list[str]]:
    """Python collects after every other object; the modules that it was busy with when it did so."""
    modules: list[str] = []

    def note(phase: str, _: object) -> None:
        if phase == "start":
            modules.append(str(sys._getframe(1).f_globals.get("__name__")))

    usual, was_on = gc.get_threshold(), gc.isenabled()
    gc.set_threshold(2, 1_000, 1_000)
    gc.callbacks.append(note)
    gc.enable()
    yield modules
    gc.callbacks.remove(note)
    gc.set_threshold(*usual)
    if not was_on:
        gc.disable()


def test_a_run_looks_for_cycles_of_garbage_between_batches_alone(
    place: Place, looked_for_by: list[str]
) -> None:
    seen: list[set[str]] = []

    def progress(_: int, __: int, ___: object) -> None:
        seen.append(set(looked_for_by))
        looked_for_by.clear()

    place.run(size=1, progress=progress)
    assert len(seen) > 1
    assert set().union(*seen[1:]) == {_MODULE}
    assert gc.isenabled()


def test_a_run_that_fails_leaves_python_collecting_as_before(place: Place, looked_for_by: list[str]) -> None:
    def fail(_: int, __: int, ___: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        place.run(progress=fail)
    assert gc.isenabled()
    assert looked_for_by
