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
_MARK, _NOTHING = pa.scalar("=", TEXT), pa.scalar("", TEXT)


def encode_values(values: pa.Array) -> pa.Array:
    """Return the parts of one column: canonical texts in, text without NULL out."""
    marked = _marked(values)
    if (pc.max(pc.binary_length(values)).as_py() or 0) > LONGEST:
        marked = _with_digests(values, marked, pc.greater(pc.utf8_length(values), LONGEST))
    return _with_digests(values, marked, pc.match_substring(values, _SEPARATOR))


def encode_rows(columns: list[pa.Array]) -> pa.Array:
    """Return the bases of whole rows, from canonical columns in the table's order."""
    short = all((pc.max(pc.binary_length(column)).as_py() or 0) <= LONGEST for column in columns)
    if short:  # most rows: joined at once, and looked at again only if a text holds the separator
        joined = _joined([_marked(column) for column in columns])
        if pc.all(pc.equal(pc.count_substring(joined, _SEPARATOR), len(columns) - 1)).as_py() is not False:
            return joined
    return _joined([encode_values(column) for column in columns])


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


def _joined(parts: list[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*parts, pa.scalar(_SEPARATOR, TEXT))


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
