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

TEXT = pa.large_string()
LONGEST = 80
EXCERPT = 40
_SEPARATOR = "\x1f"


def encode_values(values: pa.Array) -> pa.Array:
    """Return the parts of one column: canonical texts in, text without NULL out."""
    marked = pc.binary_join_element_wise(pa.scalar("=", TEXT), values, pa.scalar("", TEXT))
    long = pc.or_(pc.greater(pc.utf8_length(values), LONGEST), pc.match_substring(values, _SEPARATOR))
    if pc.any(long).as_py():
        places = pc.indices_nonzero(pc.fill_null(long, False))
        digests = pa.array([_digest(value) for value in values.take(places).to_pylist()], TEXT)
        marked = pc.replace_with_mask(marked, pc.fill_null(long, False), digests)
    return pc.fill_null(marked, "-")


def encode_rows(columns: list[pa.Array]) -> pa.Array:
    """Return the bases of whole rows, from canonical columns in the table's order."""
    return pc.binary_join_element_wise(
        *(encode_values(column) for column in columns), pa.scalar(_SEPARATOR, TEXT)
    )


def decode_rows(bases: pa.Array, count: int) -> list[pa.Array]:
    """Return the encoded parts of each of the columns; NULL where a base is missing or of another shape."""
    parts = pc.split_pattern(bases, _SEPARATOR)
    whole = pc.fill_null(pc.equal(pc.list_value_length(parts), count), False)
    nothing = pa.scalar(["-"] * count, parts.type)
    filled = pc.if_else(whole, parts, nothing)
    missing = pa.scalar(None, TEXT)
    return [pc.if_else(whole, pc.list_element(filled, place), missing) for place in range(count)]


def shown(part: str | None) -> str | None:
    """Return the value of an encoded part as a person may read it."""
    if part is None or part == "-":
        return None
    return part[1:] if part.startswith("=") else part[33:] + "…"


def _digest(value: str) -> str:
    start = value[:EXCERPT].replace(_SEPARATOR, " ")
    return f"#{xxhash.xxh3_128_hexdigest(value.encode('utf-8', 'surrogatepass'))}{start}"
