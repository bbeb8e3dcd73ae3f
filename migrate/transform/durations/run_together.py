"""Words that nobody parted: the daysand of 2daysand3hours. They begin with the unit of a number."""

from migrate.transform.durations.items import Item
from migrate.transform.durations.vocabulary import Vocabulary
from migrate.transform.durations.words import Word

_COUNTABLE = frozenset("nf")
_SHORTEST_UNIT = 3  # but for those that no other word begins with
_LONGEST_RUN = 40


def words_run_together(
    piece: str, after_space: bool, before: list[Item], known: Vocabulary
) -> list[str] | None:
    """Return the words that make up a piece after a number, its unit first; none where something remains.

    None for a piece that does not begin with a unit.
    """
    units = _units_run_on(piece, after_space, before, known)
    parts = ([unit, *_words_of(piece[len(unit) :], known)] for unit in units)
    return next((words for words in parts if len(words) > 1), []) if units else None


def _units_run_on(piece: str, after_space: bool, before: list[Item], known: Vocabulary) -> list[str]:
    """Return the units with which letters after a number begin and go on, the longest first."""
    is_counted = bool(before) and before[-1].kind in _COUNTABLE
    if not is_counted or not piece.isalpha() or len(piece) > _LONGEST_RUN:
        return []
    starts = (piece[:cut] for cut in range(len(piece) - 1, 1, -1))
    units = [start for start in starts if _may_run_on(start, after_space, known)]
    return [] if units and known.corrected(piece) else units


def _may_run_on(text: str, after_space: bool, known: Vocabulary) -> bool:
    unit = known.words.get(text)
    if unit is None or unit.kind != "u" or unit.is_foreign:
        return False
    is_long = len(text) >= _SHORTEST_UNIT or text in known.places["run_together"]
    return is_long and (unit.is_plural or not after_space)


def _words_of(piece: str, known: Vocabulary) -> list[str]:
    words: list[str] = []
    while piece:
        starts = (piece[:cut] for cut in range(len(piece), 0, -1))
        word = next((start for start in starts if _may_be_joined(start, known.words.get(start))), "")
        if not word:
            return []
        words.append(word)
        piece = piece[len(word) :]
    return words


def _may_be_joined(text: str, word: Word | None) -> bool:
    return word is not None and not word.is_foreign and (len(text) > 1 or text == "a")
