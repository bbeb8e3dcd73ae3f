"""The text as the reader sees it: one spelling for what is typed in many ways. The stored text stays."""

import html
import re
import unicodedata
from typing import NamedTuple

FRACTION_SLASH = "\u2044"  # stays in the text: what was one sign is surely a fraction
_JOIN = "\ue000"  # before a fraction that was one sign: a space after a figure, nothing elsewhere
_RAISED = "\ue001"  # a superscript: after a figure no text is sure of it, elsewhere it is a footnote
_FOOTNOTE = re.compile(rf"(?<!\d){_RAISED}|(?<={_RAISED}){_RAISED}")
_ENTITY = re.compile(r"&[A-Za-z]+\d*;")
_AFTER_FIGURE = re.compile(rf"(?<=\d){_JOIN}")
_INNER_APOSTROPHE = re.compile(r"(?<=\d)'(?=\d{3}(?!\d))")  # 1'500
_INNER_POINT = re.compile(r"(?<=\d)·(?=(?:25|5|75)(?!\d))")  # 1·5 is one and a half
_RANGE_TILDE = re.compile(r"(?<=\d)~(?=\d)")  # 2~3 days
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)
_ELISION = re.compile(r"\b([dl])'(?=\w)")
_POSSESSIVE = re.compile(r"'s\b|(?<=s)'(?!\w)|(?<=[^\W\d])'(?=[^\W\d])")
# Left by UTF-8 read as Latin-1 or Windows-1252: a lead byte and a continuation byte, as characters.
_MOJIBAKE = re.compile(r"[\xc2-\xf4][\x80-\xbf\u0152-\u2122]")
_STRAY = re.compile(r"(?<=[^\W_])[\xc2\xe2](?=\s|$)|[\xc2\xe2](?=[\xa0½¼¾])|(?:^|(?<=\s))[\xc2\xe2](?=\s+\d)")


class Normal(NamedTuple):
    """A normalised text, whether damaged characters were repaired, and whether it was cut as too long."""

    text: str
    repaired: bool = False
    is_cut: bool = False


def normalise(text: str, max_length: int) -> Normal:
    """Return the text in one spelling: lower case, plain dashes, spaces, digits and fractions, no accents.

    A text longer than `max_length` after its white space is collapsed is not read any further.
    """
    text = " ".join(text.split())
    if len(text) > max_length:
        return Normal(text[:max_length], is_cut=True)
    if text.isascii() and "&" not in text and "<" not in text:
        return Normal(fold(text))
    text = _unescaped(_unescaped(text)) if "&" in text else text
    repaired = _repair(text)
    plain = " ".join(fold(_TAG.sub(" ", repaired)).split())
    return Normal(plain, repaired=repaired != text)


def _unescaped(text: str) -> str:
    return html.unescape(_ENTITY.sub(lambda found: found[0].lower(), text))


def fold(text: str) -> str:
    """Return a text without case, accents and the many dashes and spaces. The vocabulary is folded so too."""
    if not text.isascii():
        text = _INNER_POINT.sub(".", text).upper().casefold().translate(_SPELLINGS)
        text = unicodedata.normalize("NFKC", text)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = text.translate(_SPELLINGS).casefold()
        text = _AFTER_FIGURE.sub(" ", text).replace(_JOIN, "")
        text = _FOOTNOTE.sub("", text)
    else:
        text = text.lower().replace("_", " ")
    if "--" in text:
        text = text.replace("--", "-")
    if "~" in text:
        text = _RANGE_TILDE.sub("-", text)
    if "+" in text:
        text = text.replace("+/-", "±").replace("+-", "±")
    if "'" in text:
        text = _INNER_APOSTROPHE.sub("", text)
        text = _ELISION.sub(r"\1e ", text).replace("un'", "un ").replace("o'clock", "oclock")
        text = _POSSESSIVE.sub("", text)
    return text


def _repair(text: str) -> str:
    text = text.replace("Â€", "â€")  # â€“ in capitals
    if _MOJIBAKE.search(text):
        import ftfy

        fixed = ftfy.fix_encoding(text)
        text = fixed if any(map(str.isalnum, fixed)) else text
    return _STRAY.sub(" ", text)


class _Spellings(dict[int, str]):
    """Each character's plain spelling, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        self[point] = spelling = _SAME.get(chr(point)) or _by_category(chr(point))
        return spelling


def _by_category(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "No":
        numerator, slash, denominator = unicodedata.normalize("NFKC", character).partition(FRACTION_SLASH)
        return (
            f"{_JOIN}{numerator}{FRACTION_SLASH}{denominator} "
            if slash
            else _RAISED
            if _is_raised(character)
            else character
        )
    return _CATEGORIES.get(category, character)


def _is_raised(character: str) -> bool:
    return unicodedata.decomposition(character).startswith("<super>")


_CATEGORIES = {"Pd": "-", "Zs": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cc": "", "Co": "", "Cn": "", "Cs": ""}
_SAME = {
    _JOIN: _JOIN,
    _RAISED: _RAISED,
    **dict.fromkeys("‘’‛ʼ´`′＇", "'"),
    **dict.fromkeys("“”„″«»‹›", '"'),
    **dict.fromkeys("−〜～→", "-"),
    **dict.fromkeys("∕", "/"),
    **dict.fromkeys("、，،٬", ","),
    **dict.fromkeys("；؛", ";"),
    **dict.fromkeys("•·●▪◦‣∙", "•"),
    **dict.fromkeys("≈∼", "~"),
    **dict.fromkeys("×✕✖", "x"),
    "٫": ".",
    "。": ".",
    "：": ":",
    "≥": ">",
    "≤": "<",
    "_": " ",
    "ー": "ー",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
}
_SPELLINGS = _Spellings()
