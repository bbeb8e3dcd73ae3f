"""What was last loaded, one text a row: the base that the merge compares both sides with.

Each merged column gives one part, the parts are joined by U+001F. A short text stands as it is, since a
conflict is shown with all three values; a long one as its digest and its beginning, so that the ledger does
not become a second copy of v3.

    -              NULL
    =text          a text of up to 80 characters
    #digest…start  xxh3-128 of a longer one, and its first 40 characters
"""

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from migrate.schema.arrow import NULL, TEXT, octets_of

LONGEST = 80
EXCERPT = 40
SEPARATOR = "\x1f"
_MARK, _NOTHING = pa.scalar("=", TEXT), pa.scalar("", TEXT)


def encode_values(values: pa.Array) -> pa.Array:
    """Return the parts of one column: canonical texts in, text without NULL out."""
    marked = _marked(values)
    if _longest(values) > LONGEST:
        marked = _with_digests(values, marked, pc.greater(pc.utf8_length(values), LONGEST))
    if _holds_separator(values):
        marked = _with_digests(values, marked, pc.match_substring(values, SEPARATOR))
    return marked


def encode_value(value: str | None) -> str:
    """Return the part of one canonical text."""
    part: str = encode_values(pa.array([value], TEXT))[0].as_py()
    return part


def encode_rows(columns: list[pa.Array]) -> pa.Array:
    """Return the bases of whole rows, from canonical columns in the table's order."""
    return pc.binary_join_element_wise(
        *(piece for place, column in enumerate(columns) for piece in _pieces(column, first=place == 0)),
        _NOTHING,
    )


def join_parts(parts: list[pa.Array]) -> pa.Array:
    """Return the bases of whole rows, from the encoded parts of their columns."""
    return pc.binary_join_element_wise(*parts, pa.scalar(SEPARATOR, TEXT))


def _pieces(values: pa.Array, *, first: bool) -> tuple[pa.Scalar, pa.Array]:
    """Return what stands before a column's values, and the values: as they are wherever that will do."""
    before = "" if first else SEPARATOR
    if values.null_count or _longest(values) > LONGEST or _holds_separator(values):
        return pa.scalar(before, TEXT), encode_values(values)
    return pa.scalar(before + "=", TEXT), values


def _longest(values: pa.Array) -> int:
    return pc.max(pc.binary_length(values)).as_py() or 0


def _holds_separator(values: pa.Array) -> bool:
    return bool((octets_of(values) == ord(SEPARATOR)).any())


def _marked(values: pa.Array) -> pa.Array:
    return pc.fill_null(pc.binary_join_element_wise(_MARK, values, _NOTHING), "-")


def _with_digests(values: pa.Array, marked: pa.Array, long: pa.Array) -> pa.Array:
    """Put digests where texts are long or hold the separator."""
    long = pc.fill_null(long, False)
    if not pc.any(long).as_py():
        return marked
    places = pc.indices_nonzero(long)
    digests = pa.array([_digest(value) for value in values.take(places).to_pylist()], TEXT)
    return pc.replace_with_mask(marked, long, digests)


def decode_rows(bases: pa.Array, count: int) -> list[pa.Array]:
    """Return the encoded parts of each of the columns; NULL where a base is missing or of another shape."""
    parts = pc.split_pattern(bases, SEPARATOR)
    fits = pc.fill_null(pc.equal(pc.list_value_length(parts), count), False)
    nothing = pa.scalar(["-"] * count, parts.type)
    filled = pc.if_else(fits, parts, nothing)
    return [pc.if_else(fits, pc.list_element(filled, place), NULL) for place in range(count)]


def shown(part: str | None) -> str | None:
    """Return the value of an encoded part as a person may read it."""
    if part is None or part == "-":
        return None
    return part[1:] if part.startswith("=") else part[33:] + "…"


def shortened(value: str | None) -> str | None:
    """Return a value as `shown` gives it back: a long one by its beginning."""
    return shown(encode_value(value))


def _digest(value: str) -> str:
    start = value[:EXCERPT].replace(SEPARATOR, " ")
    return f"#{xxhash.xxh3_128_hexdigest(value.encode('utf-8', 'surrogatepass'))}{start}"
