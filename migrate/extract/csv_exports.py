"""CSV exports: an empty cell is NULL, `""` is the empty text, and a blank line is no row.

Arrow reads the cells, because it alone tells an empty cell from an empty text. It forgives quotes that never
close and swallows what follows, so the lines are checked beforehand by the standard library's strict reader.
Bytes that are not UTF-8 are read as Windows-1252.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from migrate.databases.delimited import as_octets, as_text
from migrate.errors import PreflightError
from migrate.extract.export_files import MAX_TOLD, Export, Rows, check_heading, wrong_lines

_LOOKED_AT = 64  # bytes: a heading has no NUL in it
DELIMITERS = ",;\t|"
ROWS = 10_000
BLOCK_BYTES = 16 << 20
"""A row must fit into a block; memory depends on it and not on the file."""
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def open_csv(path: Path) -> Export:
    """Open a CSV file with a heading. Raises PreflightError where the heading is missing or unclear."""
    with path.open("rb") as file:
        start = file.read(1 << 20)
    encoding = _BYTE_ORDER_MARKS.get(start[:3], _BYTE_ORDER_MARKS.get(start[:2], "utf-8"))
    if _is_wide(start, encoding):
        raise PreflightError(
            f"{path}: is UTF-16 or UTF-32 without a mark of its byte order; export it as UTF-8"
        )
    delimiter = _delimiter(start.decode(encoding, "replace"))
    columns = check_heading(path, _heading(path, delimiter, encoding))
    return Export(path, columns, lambda: _read_rows(path, len(columns), delimiter, encoding))


def _is_wide(start: bytes, encoding: str) -> bool:
    """Return whether letters take several bytes each, other than in UTF-16 with its byte order mark."""
    heading = start.partition(b"\n")[0][:_LOOKED_AT]
    return b"\x00\x00" in heading[:4] or (encoding == "utf-8" and b"\x00" in heading)


def _heading(path: Path, delimiter: str, encoding: str) -> list[str | None]:
    """Return the cells of the first line, read as those of the others are."""
    broken = "replace" if encoding == "utf-16" else "surrogateescape"  # told by line with the others
    with path.open(encoding=encoding, errors=broken, newline="") as lines:
        names = next(csv.reader(lines, delimiter=delimiter), [])
    octets = pa.array([name.encode(errors="surrogateescape") for name in names], pa.large_binary())
    return list(as_text(pa.chunked_array([octets])).to_pylist())


def _delimiter(start: str) -> str:
    """Return the sign that cuts the heading into most columns; the first of equals."""
    counts = {sign: len(next(csv.reader(start.splitlines(), delimiter=sign), [])) for sign in DELIMITERS}
    return max(DELIMITERS, key=counts.__getitem__)


def _read_rows(path: Path, width: int, delimiter: str, encoding: str) -> Iterator[Rows]:
    if not _count_rows(path, width, delimiter, encoding):
        return  # Arrow takes a heading without a line end for a row that is cut off
    places = [str(place) for place in range(width)]
    blank = (None,) * width
    try:
        reader = arrow_csv.open_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                column_names=places,
                skip_rows_after_names=1,
                block_size=BLOCK_BYTES,
                use_threads=False,
                encoding="utf-16" if encoding == "utf-16" else "utf-8",
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=as_octets(places),
        )
        for batch in reader:
            for start in range(0, batch.num_rows, ROWS):
                columns = batch.slice(start, ROWS).columns
                texts = [as_text(pa.chunked_array([column])).to_pylist() for column in columns]
                yield Rows([row for row in zip(*texts, strict=True) if row != blank])
    except pa.ArrowInvalid as error:
        raise PreflightError(
            f"{path}: cannot be read as CSV; each row must be smaller than 16 MB ({error})"
        ) from error


def _count_rows(path: Path, width: int, delimiter: str, encoding: str) -> int:
    """Return how many rows stand behind the heading.

    Raises PreflightError for rows with too many or too few cells, and quotes that are not closed.
    """
    csv.field_size_limit(BLOCK_BYTES)
    # Latin-1 gives every byte a letter; only signs that are ASCII matter here.
    structure = "utf-16" if encoding == "utf-16" else "latin-1"
    problems: list[tuple[int, str]] = []
    count = line = rows = 0
    with path.open(encoding=structure, newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for rows, row in enumerate(reader):  # noqa: B007  # the heading is the row 0
                if len(row) != width and row:
                    count += 1
                    if len(problems) < MAX_TOLD:
                        problems.append((line + 1, f"has {len(row)} cells, the heading has {width}"))
                line = reader.line_num
        except (csv.Error, UnicodeError) as error:
            count += 1
            problems = [*problems[: MAX_TOLD - 1], (line + 1, f"cannot be read from here on ({error})")]
    if problems:
        raise wrong_lines(path, problems, count)
    return rows
