"""One digest for the whole content of some frames: equal content, equal digest, on any machine."""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

TEXT = pa.large_string()
_NULL = pa.scalar("\x00", TEXT)  # no text that v3 can store


def digest_of(tables: Mapping[str, pa.Table], *context: str) -> str:
    """Return the digest (xxh3-128, hex) of frames of text by name, and of what else they depend on."""
    digest = xxhash.xxh3_128()
    for part in context:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\x1e")
    for name in sorted(tables):
        digest.update(f"\x1d{name}\x1d{tables[name].num_rows}\x1d".encode())
        for column in sorted(tables[name].column_names):
            digest.update(f"\x1c{column}\x1c".encode())
            for buffer in _buffers(tables[name][column]):
                digest.update(buffer)
    return digest.hexdigest()


def _buffers(column: pa.ChunkedArray) -> Iterable[pa.Buffer]:
    """Return lengths and bytes of a column in one form, however it was put together."""
    if not len(column):
        return ()
    whole = pc.fill_null(pa.chunked_array(column.chunks, TEXT), _NULL).combine_chunks()
    lengths = pc.binary_length(whole).to_numpy(zero_copy_only=False)
    offsets = np.frombuffer(whole.buffers()[1], dtype=np.int64)[whole.offset : whole.offset + len(whole) + 1]
    texts = whole.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0]))
    return pa.py_buffer(np.ascontiguousarray(lengths)), texts
