"""Looks for cycles of garbage between batches, and at no other time of a run.

Python 3.11 may look for them while it makes an object's `__dict__`. Where that closes a connection, another
thread gets its turn and makes a second `__dict__` of the same values: processes died of that. A batch makes
few cycles, since it works on columns: they can wait for its end.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 1
_ALL_AFTER = 20
"""So many batches: all of them are looked through in 30 to 50 ms, those since the last batch in 1 ms."""


@contextmanager
def kept_for_later() -> Iterator[None]:
    """Have Python keep cycles of garbage until they are asked for."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def collect_garbage(batches: int) -> None:
    """Collect what the last batches have left. batches: how many are done."""
    gc.collect(_YOUNG if batches % _ALL_AFTER else 2)
