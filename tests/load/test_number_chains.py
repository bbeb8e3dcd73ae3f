"""Members who get numbers from each other are written as one, and nobody else is drawn into it."""

import pyarrow as pa
import pytest

from migrate.load.applying.number_chains import number_chains
from migrate.schema.arrow import TEXT

CHAINS = [  # member → number before and after; who is written as one
    ({"a": ("1", "2"), "b": ("2", "1")}, [{"a", "b"}]),
    ({"a": ("1", "2"), "b": ("2", "9")}, [{"a", "b"}]),
    ({"a": ("1", "9"), "b": ("2", "1")}, [{"a", "b"}]),
    ({"a": ("1", "2"), "b": ("2", "3"), "c": ("3", "1")}, [{"a", "b", "c"}]),
    ({"a": ("1", "2"), "b": ("3", "4"), "c": ("2", "3"), "d": ("4", "9")}, [{"a", "b", "c", "d"}]),
    ({"a": ("1", "2"), "b": ("2", "1"), "c": ("3", "4"), "d": ("4", "3")}, [{"a", "b"}, {"c", "d"}]),
    ({"a": ("1", "1"), "b": ("2", "3")}, []),  # a number that stays, and one that nobody had
    ({"a": (None, None), "b": (None, None)}, []),  # no number is nobody's
    ({"a": ("1", None), "b": (None, "1")}, [{"a", "b"}]),
]


def frame(numbers: dict[str, str | None]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(numbers, TEXT),
            "membership_number": pa.array(numbers.values(), TEXT),
        }
    )


@pytest.mark.parametrize(("members", "chains"), CHAINS)
def test_who_gets_a_number_from_another_is_written_with_them(
    members: dict[str, tuple[str | None, str | None]], chains: list[set[str]]
) -> None:
    rows = frame({member: after for member, (_, after) in members.items()})
    held = frame({member: before for member, (before, _) in members.items()})
    found = number_chains(rows, held)
    assert sorted(map(sorted, found)) == sorted(map(sorted, chains))


def test_who_is_not_written_is_in_no_chain() -> None:
    """Their number goes to nobody: another batch would have to free it first."""
    assert number_chains(frame({"a": "2"}), frame({"a": "1", "b": "2"})) == []
