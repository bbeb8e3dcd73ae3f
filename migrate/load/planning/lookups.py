"""What a plan looks up only where a batch differs from v3: for most batches that is nothing."""

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa

BasesOfTable = Callable[[str, pa.Array], pa.Array]
"""A v2 table and keys of its rows in, their bases out, in the same order."""
RawReader = Callable[[str, str, pa.Array], list[str | None]]
"""v2 table, v2 column and keys in, what v2 holds there out, to the letter."""
Finder = Callable[[str, list[str]], frozenset[str]]
"""v2 table and keys in, those out that v2 has, whoever owns them now."""


class Lookups(NamedTuple):
    """Where the plan of a batch finds what the batch itself does not hold."""

    bases: BasesOfTable
    """Of rows that differ."""
    raw: RawReader
    """Of values that stay as users made them."""
    find: Finder
    """Of rows that the batch's owners once had."""
