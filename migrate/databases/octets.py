"""Bytes as text: UTF-8, or Windows-1252 where they are none."""

import codecs
import re

from migrate.schema.storable import stand_in

_AS_LATIN_1 = "career-migrate-latin-1"
_SURROGATE = re.compile("[\ud800-\udfff]")


def text_of(octets: bytes) -> str:
    """Return bytes as a text, with a stand-in for each lone surrogate (`migrate.schema.storable`).

    Two surrogates that are a pair are the one letter they stand for.
    """
    try:
        text = octets.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return octets.decode("cp1252", _AS_LATIN_1)
    if not _SURROGATE.search(text):
        return text
    letters = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return _SURROGATE.sub(lambda found: stand_in(found[0]), letters)


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Read the five bytes that Windows-1252 leaves undefined as Latin-1 does: as control characters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_AS_LATIN_1, _as_latin_1)
