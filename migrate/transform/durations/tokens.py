"""Pieces of text to items: each word is looked up, in its own language where it means different things."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import accumulate, pairwise

from migrate.transform.durations.items import NO_CODES, Item, signature
from migrate.transform.durations.run_together import words_run_together
from migrate.transform.durations.vocabulary import Vocabulary
from migrate.transform.durations.words import Word

SIGNS = {
    "(": "(", "[": "(", "{": "(", ")": ")", "]": ")", "}": ")", ",": ",", ";": ";", "|": ";", "•": ";",
    ":": ":", ".": ".", "-": "-", "=": "=", "/": "/", "\\": "/", "*": "x", "?": "z", "%": "w",
    "!": "", '"': "", "'": "", "#": "",
}  # fmt: skip
_MOST = Decimal(10**12)  # more is as absurd, and too long to reckon with
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_ISO_PART = re.compile(r"(\d+(?:[.,]\d+)?)([ymwdhs])")
_ISO_DATE_UNITS = {"y": "year", "m": "month", "w": "week", "d": "day"}
_ISO_TIME_UNITS = {"h": "hour", "m": "minute", "s": "second"}
_UNITS = frozenset("uA")
_IN_ANY_LANGUAGE = frozenset("uAsMWzwqrx")
_AMOUNT_STARTS = frozenset("nfdhau")
_COUNTING = frozenset("nfdhAa")
_COUNTED_PHRASES = frozenset({"uw", "mu"})  # by the kinds of the first word and of the phrase
_BEFORE_A_UNIT = frozenset("nfdhy")
_NOTHING = Item(" ")
_JOINS = {kind: frozenset(following) for kind, following in (
    ("n", "u"), ("f", "u"), ("d", "nu"), ("h", "u"), ("p", "ua"), ("+", "f"),
)}  # fmt: skip
"""What must follow a word of another language for it to be more than a name: deux hrs, pro day, et demi."""
_LOOKED_UP = frozenset({"word", "unspaced", "unknown", "sign"})
_ABBREVIATED = frozenset("uqcMWsmL")
_LONGEST_INITIALS = 2
_OF_A_NUMBER = re.compile("[^wLs]?n#[nf]")
_OF_A_NAME = re.compile("#n-nu")
_OF_A_HALF = re.compile("#nf-?u")
_INSIDE_A_WORD = frozenset("wLMW")  # a figure that follows one without a space belongs to its name


def read_tokens(text: str, known: Vocabulary) -> list[Item]:
    """Return the items of a normalised text; words that add nothing to an amount are left out."""
    pieces = [(found.lastgroup or "", found[0], found.start()) for found in known.pieces.finditer(text)]
    words, phrases = known.words, known.phrases
    items: list[Item] = []
    fillers: dict[int, list[str]] = {}
    place = 0
    while place < len(pieces):
        group, piece, start = pieces[place]
        after_space = start == 0 or text[start - 1] == " "
        place += 1
        if group not in _LOOKED_UP:
            items += _LITERALS[group](piece, after_space, items)
            continue
        word = words.get(piece)
        if piece in phrases and place < len(pieces):
            length, word = _longest(pieces, place - 1, known)
            if length > 1 and not _is_counted(piece, word, items, known):
                place += length - 1
                piece = text[start : pieces[place - 1][2] + len(pieces[place - 1][1])]
                word = _in_its_place(piece, word, items, known)
            else:
                word = words.get(piece)
        run = None if word else words_run_together(piece, after_space, items, known)
        if run:
            place -= 1
            pieces[place : place + 1] = _placed(run, start)
        elif run is not None:  # 3daysleeds: nobody can tell
            items.append(Item("!", piece, after_space=after_space))
        elif word is None:
            items += _unknown_items(piece, after_space, known, items)
        elif word.kind or piece in known.other:
            items.append(_item(piece, word, after_space))
        elif _begins_name(piece, word, pieces, place):
            items.append(Item("w", piece, after_space=after_space))
        else:
            fillers.setdefault(len(items), []).append(piece)
    _tell_of_fillers(items, fillers)
    return _in_one_language(_with_times(items), known)


def _tell_of_fillers(items: list[Item], fillers: dict[int, list[str]]) -> None:
    """Note the words that were left out at the items beside them, by the place of the item after them."""
    for place, words in fillers.items():
        if place < len(items):
            items[place].after_filler = words[-1]
        if place:
            items[place - 1].before_filler = words[0]


def _placed(parts: list[str], start: int) -> list[tuple[str, str, int]]:
    """Return words as pieces, each with the place where it stands in the text."""
    starts = accumulate(map(len, parts), initial=start)
    return [("word", part, begins) for part, begins in zip(parts, starts, strict=False)]


def _begins_name(piece: str, word: Word, pieces: list[tuple[str, str, int]], place: int) -> bool:
    """Say whether a word that says nothing in another language is joined to a figure: AS9100."""
    following = pieces[place] if place < len(pieces) else ("", "", -1)
    is_joined = following[0] == "number" and following[2] == pieces[place - 1][2] + len(piece)
    return is_joined and word.is_foreign


def _with_times(items: list[Item]) -> list[Item]:
    """Read no. between two numbers as times, for 2 no. half days are no two and a half; drop it elsewhere."""
    marks = [place for place, item in enumerate(items) if item.kind == "#"]
    for place in marks:
        if _OF_A_NAME.fullmatch(signature(items[place : place + 5])) and items[place + 2].after_space:
            items[place].kind = "L"  # No. 2 - 3 days
            continue
        half = _OF_A_HALF.match(signature(items[place : place + 5]))
        if half and not items[place + half.end() - 1].is_plural:  # No. 4 half day
            items[place + 1].codes |= {"ambiguous"}
        items[place].kind = (
            "x" if _OF_A_NUMBER.fullmatch(signature(items[max(place - 2, 0) : place + 2])) else ""
        )
    return items


def _longest(pieces: list[tuple[str, str, int]], place: int, known: Vocabulary) -> tuple[int, Word | None]:
    """Return how many pieces make the longest known phrase from here, and its meaning."""
    piece = pieces[place][1]
    for rest, word in known.phrases[piece]:
        here = place + 1
        for wanted in rest:
            if here < len(pieces) and pieces[here][1] == "-":
                here += 1
            if here >= len(pieces) or pieces[here][1] != wanted:
                break
            here += 1
        else:
            return here - place, word
    return 1, known.words.get(piece)


def _in_its_place(phrase: str, word: Word | None, before: list[Item], known: Vocabulary) -> Word | None:
    """In the afternoon marks a time of day; with none before it, it is an afternoon."""
    if word is None or word.kind != "m" or " " not in phrase or (before and before[-1].kind in "nk"):
        return word
    return known.words.get(phrase.rpartition(" ")[2])


def _is_counted(piece: str, word: Word | None, before: list[Item], known: Vocabulary) -> bool:
    """Say whether what a phrase begins with has its number: 2 day work placement, 6 pm session."""
    first = known.words.get(piece)
    if word is None or first is None or first.kind + word.kind not in _COUNTED_PHRASES:
        return False
    number = next((item for item in reversed(before) if item.kind not in "-a"), _NOTHING)
    return number.kind in _BEFORE_A_UNIT and not (first.kind == "m" and number.is_word)


def _unknown_items(piece: str, after_space: bool, known: Vocabulary, before: list[Item]) -> list[Item]:
    """Read a sign, or a word that is known only as the sum of its parts."""
    if piece in SIGNS:
        unit = "doubt" if piece == "?" else ""
        if piece == "." and not after_space and before and before[-1].kind in _ABBREVIATED:
            ends = len(before) > 1 and before[-1].text in known.places["sentence_end"]  # not Hours. 3
            return [Item(",", piece)] if ends else []  # hrs. 30 min.
        return [Item(SIGNS[piece], piece, unit=unit, after_space=after_space)] if SIGNS[piece] else []
    for joined in known.joined_and:
        if piece.startswith(joined) and piece[len(joined) :] in known.words:
            return [Item("+", joined), _item(piece[len(joined) :], known.words[piece[len(joined) :]], False)]
    parts = _glued(piece, after_space, known)
    if not parts and len(before) > 1 and before[-1].kind == before[-2].kind == "w":
        return []  # a third unknown word in a row says no more than two
    return parts or [Item("w", piece, after_space=after_space)]


def _glued(piece: str, after_space: bool, known: Vocabulary) -> list[Item]:
    """Split a word such as halfday, zweitagig or viertelstunde into the two that it is made of."""
    for cut in range(len(piece) - 3, 2, -1) if len(piece) < 40 else ():  # noqa: PLR2004 - no two words are longer
        start, end = known.glued_starts.get(piece[:cut]), known.glued_ends.get(piece[cut:])
        if start and end:
            return [_item(piece[:cut], start, after_space), _item(piece[cut:], end, False)]
    return []


def _item(piece: str, word: Word, after_space: bool) -> Item:
    value, unit = word.value, word.unit
    return Item(
        word.kind, piece, value, value, unit, word.codes, word.is_plural, after_space,
        unit == "word", "", word.languages,
    )  # fmt: skip


def _in_one_language(items: list[Item], known: Vocabulary) -> list[Item]:
    """Read a word with several meanings as the language of the units beside it does; drop the fillers."""
    languages: list[str] = []
    for place, item in enumerate(items):
        if item.languages and "en" not in item.languages and item.kind in "undfhsA":
            languages += known.in_order(item.languages)
        elif item.kind == "M" and place + 1 < len(items) and items[place + 1].kind == "u":
            spoken = items[place + 1].languages & known.other.get(item.text, {}).keys()
            languages += known.in_order(spoken)  # sept minutes
    if languages:
        following = [item.kind for item in items[1:]] + [""]
        items = [
            _as_spoken(item, after, languages, known) if item.text in known.other else item
            for item, after in zip(items, following, strict=True)
        ]
    for filler, item in pairwise(items):
        if not filler.kind and filler.text not in known.other:  # not the i of 2 godziny i 30
            item.after_filler = filler.text
    return _without_strangers([item for item in items if item.kind])


def _without_strangers(items: list[Item]) -> list[Item]:
    """Take a word of a language that no unit of the text is in for a name: pump in 2 hours pump training."""
    units = [item for item in items if item.kind in _UNITS and len(item.text) > 1]  # h is everybody's
    spoken = frozenset().union(*(item.languages for item in units))
    if "en" not in spoken:
        return items
    neighbours = zip([_NOTHING, *items], items, [*items[1:], _NOTHING], strict=False)
    strangers = [item for before, item, after in neighbours if _is_stranger(before, item, after, spoken)]
    for item in strangers:
        item.kind, item.codes, item.languages = "w", NO_CODES, frozenset()
    return items


def _is_stranger(before: Item, item: Item, after: Item, spoken: frozenset[str]) -> bool:
    """Say whether a word of another language joins no amount here."""
    if not item.languages or "en" in item.languages:
        return False
    if item.kind == "u":
        is_counted = before.kind in _COUNTING
        return not is_counted or (after.kind == "u" and "en" in after.languages)
    if item.kind in _IN_ANY_LANGUAGE or not spoken.isdisjoint(item.languages):
        return False
    added = item.kind == "f" and before.kind == "+"
    return not (added or after.kind in _JOINS.get(item.kind, _AMOUNT_STARTS))


def _as_spoken(item: Item, after: str, languages: list[str], known: Vocabulary) -> Item:
    meanings = known.other[item.text]
    word = next((meanings[language] for language in languages if language in meanings), None)
    if word is not None and item.kind == "M" and after == "u":
        return _item(item.text, word, item.after_space)  # sept heures are seven
    if word is None or not item.languages.isdisjoint(set(languages) - {"en"}):
        return item
    return _item(item.text, word, item.after_space)


def _read_number(piece: str, after_space: bool, before: list[Item]) -> list[Item]:
    codes = NO_CODES
    figures = piece.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", figures):
        figures = figures.replace(",", "")
    elif "," in figures:
        figures, codes = figures.replace(",", "."), frozenset({"comma-decimal"})
    if before and not after_space and (before[-1].kind in _INSIDE_A_WORD or _is_initial(before)):
        before[-1].text += piece
        before[-1].kind = "w" if before[-1].kind in "ua" else before[-1].kind
        return []
    value = min(Decimal(figures), _MOST)
    if _THOUSANDS.fullmatch(figures):  # 1.200 hours: thousands, as much of Europe writes them
        return [Item("n", piece, value, value * 1000, codes=codes | {"thousands"}, after_space=after_space)]
    return [Item("n", piece, value, value, codes=codes, after_space=after_space)]


def _is_initial(before: list[Item]) -> bool:
    """Say whether letters with a figure after them belong to a name: A40, H2O, HS2; not the h of 2h30."""
    return before[-1].text == "a" or (
        before[-1].kind == "u"
        and len(before[-1].text) <= _LONGEST_INITIALS
        and (len(before) == 1 or before[-2].kind not in "nfa")
    )


def _read_fraction(piece: str, after_space: bool, before: list[Item]) -> list[Item]:
    numerator, denominator = (int(part[:12]) for part in re.split("[/⁄]", piece))
    if not denominator or denominator > 2100:  # noqa: PLR2004 - neither a fraction, a day and month, nor years
        return [Item("w", piece, after_space=after_space)]
    value = Decimal(numerator) / denominator
    return [Item("f", piece, value, value, after_space=after_space, fraction=(numerator, denominator))]


def _read_iso(piece: str, after_space: bool, before: list[Item]) -> list[Item]:
    dates, _, times = piece[1:].partition("t")
    items = []
    for part, units in ((dates, _ISO_DATE_UNITS), (times, _ISO_TIME_UNITS)):
        for figures, letter in _ISO_PART.findall(part):
            value = min(Decimal(figures.replace(",", ".")), _MOST)
            items.append(Item("A", figures + letter, value, value, units[letter], after_space=after_space))
    return items


def _read_ordinal(piece: str, after_space: bool, before: list[Item]) -> list[Item]:
    value = Decimal(re.match(r"\d+", piece)[0])  # type: ignore[index]
    return [Item("O", piece, value, value, after_space=after_space)]


_LITERALS: dict[str, Callable[[str, bool, list[Item]], list[Item]]] = {
    "ordinal": _read_ordinal,
    "number": _read_number,
    "fraction": _read_fraction,
    "iso": _read_iso,
    "time": lambda piece, after_space, before: [Item("k", piece, after_space=after_space)],
    "date": lambda piece, after_space, before: [Item("1", piece, after_space=after_space)],
    "month": lambda piece, after_space, before: [Item("2", piece, after_space=after_space)],
    "quarter": lambda piece, after_space, before: [Item("2", piece, after_space=after_space)],
    "point": _read_number,
    "odd_sign": lambda piece, after_space, before: [Item("w", piece, after_space=after_space)],
    "odd_figure": lambda piece, after_space, before: [Item("w", piece, after_space=after_space)],
    "odd": lambda piece, after_space, before: [
        Item("w", piece, unit="percent" if piece[-1] == "%" else "", after_space=after_space)
    ],
}
