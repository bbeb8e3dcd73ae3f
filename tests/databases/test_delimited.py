"""Frames as CSV: whatever pieces a frame is in, its rows are written and nothing else."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from migrate.databases.delimited import csv_from_table

CELLS = st.sampled_from([None, None, "", "x", 'a "quoted", text'])
PIECES = st.lists(st.lists(st.tuples(CELLS, CELLS), max_size=3), min_size=1, max_size=4)


def written(rows: list[tuple[str | None, ...]]) -> bytes:
    """Return the rows as they are to be written."""
    cells = [["" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return "".join(",".join(row) + "\n" for row in cells).encode()


@given(PIECES)
def test_a_frame_in_pieces_is_written_as_one(pieces: list[list[tuple[str | None, str | None]]]) -> None:
    """Also where a piece is empty, or a column of one is nothing but NULL."""
    columns = [
        pa.chunked_array([pa.array([row[place] for row in piece], pa.large_string()) for piece in pieces])
        for place in range(2)
    ]
    rows = [row for piece in pieces for row in piece]
    table = pa.table({"a": columns[0], "b": columns[1], "c": pa.array(["r"] * len(rows), pa.large_string())})
    assert csv_from_table(table) == written([(*row, "r") for row in rows])
