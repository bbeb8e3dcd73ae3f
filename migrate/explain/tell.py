"""Explanations as sentences to be read aloud."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from migrate.decisions.decision import Decision
from migrate.explain.evidence import Remark
from migrate.explain.row import ExplainedRow, ExplainedValue
from migrate.explain.words import ExplainWords
from migrate.report.catalogue import kind_of_code
from migrate.report.figures import candidate_words, count
from migrate.report.privacy import visible
from migrate.rulebook.anomalies import Catalogue
from migrate.schema.reasons import ADOPTED_MEMBER, CONFLICT, KEPT_USER_DELETE, KEPT_USER_EDIT, NUMBER_TAKEN

_LONGEST = 300
_LOADED = {"as-loaded", "edited", "conflict", "next-run", "refused", "withheld"}
_TOLD_BY_STATE = {KEPT_USER_EDIT, CONFLICT, NUMBER_TAKEN}
"""What the last run found of a value; its state tells the same as it is now."""


def row_sentences(row: ExplainedRow, words: ExplainWords, catalogue: Catalogue) -> list[str]:
    """Return what became of the row as a whole."""
    evidence = row.evidence
    fate = evidence.fate
    said = [words.fates[fate.fate] if fate else _not_migrated(evidence.taken_back_at, words)]
    if fate and fate.reason:
        said.append(words.reasons.get(fate.reason, f"The reason is {fate.reason}."))
    stays = evidence.now is not None and not row.has_new_place
    if evidence.moving:
        said.append(words.sentences[f"moving_{evidence.moving}"])
        if stays:
            said.append(words.sentences[f"still_{evidence.moving}"])
    elif evidence.v2 is None:
        said.append(words.sentences["old_gone"])
    if evidence.is_migrated and evidence.now is None:
        said.append(words.states["deleted"])
    said += _row_remark_sentences(row, words, catalogue)
    return [*said, *_coming_sentences(row, words)]


def _not_migrated(taken_back_at: datetime | None, words: ExplainWords) -> str:
    if taken_back_at is None:
        return words.fates["none"]
    return words.sentences["taken_back"].format(when=_day(taken_back_at))


def _coming_sentences(row: ExplainedRow, words: ExplainWords) -> Iterator[str]:
    """Yield what a run would make of the row, unless the last run's anomalies of a v3 row tell it already."""
    evidence = row.evidence
    if evidence.coming is None or (evidence.is_migrated and row.remarks):
        return
    if evidence.is_migrated:
        yield words.sentences["coming_none"]
    elif evidence.fate or not evidence.is_waiting:
        yield words.sentences[f"coming_{evidence.coming.fate}"]
    if evidence.coming.reason:
        yield words.reasons.get(evidence.coming.reason, f"The reason is {evidence.coming.reason}.")


def _row_remark_sentences(row: ExplainedRow, words: ExplainWords, catalogue: Catalogue) -> Iterator[str]:
    """Yield what is remarked of a row, without what its fate or its absence from v3 have told already.

    That an account was kept is not said before a run has kept it.
    """
    fate = row.evidence.fate
    for remark in row.remarks:
        if remark.code == KEPT_USER_DELETE and row.evidence.now is None:
            continue
        if remark.code == ADOPTED_MEMBER and fate is None:
            yield words.states["would-keep-account"]
            continue
        sentences = [*_remark_sentences(remark, catalogue)]
        yield from sentences[1:] if fate and remark.code == fate.reason else sentences


def value_sentences(value: ExplainedValue, words: ExplainWords, catalogue: Catalogue) -> list[str]:
    """Return how one value came to be, in the order in which it did."""
    return [
        *_read_sentences(value, words, catalogue),
        *([words.sentences["earlier"].format(old=_quoted(value.earlier, words))] if value.earlier else []),
        *(
            sentence
            for remark in value.remarks
            if remark.code not in _TOLD_BY_STATE
            for sentence in _remark_sentences(remark, catalogue)
        ),
        *(_candidate_sentence(remark, words) for remark in value.remarks if remark.candidates),
        *_decision_sentences(value.decision, words),
        *_state_sentences(value, words),
    ]


def member_summary(rows: Sequence[ExplainedRow], words: ExplainWords) -> list[str]:
    """Return what is to be said of the rows that need no explanation of their own."""
    plain = sum(row.is_plain for row in rows)
    said = [words.sentences["plain_rows"].format(count=_records(plain))] if plain else []
    dropped = [row.evidence for row in rows if row.is_dropped]
    reasons = Counter((each.v2_table, each.fate.reason or "") for each in dropped if each.fate)
    for (table, reason), number in reasons.items():
        why = words.reasons.get(reason, "")
        said.append(words.sentences["dropped_rows"].format(table=table, count=_records(number), reason=why))
    return said


def candidates_of(remark: Remark) -> list[Any]:
    """Return the possible readings that an anomaly names; what is no JSON list stands as one."""
    try:
        found = json.loads(remark.candidates or "[]")
    except ValueError:
        return [remark.candidates]
    return found if isinstance(found, list) else [found]


def _records(number: int) -> str:
    return count(number, "record was", "records were")


def _read_sentences(value: ExplainedValue, words: ExplainWords, catalogue: Catalogue) -> Iterator[str]:
    if not value.in_v2 or _is_empty(value):
        return
    yield words.sentences["old"].format(old=_quoted(value.v2_text, words))
    if value.read_as and value.v2_text is not None and value.state != "not-carried":
        yield words.reads[value.read_as]
    yield from (_sentence(kind_of_code(catalogue, code).title) for code in value.assumptions)


def _is_empty(value: ExplainedValue) -> bool:
    """Whether nothing was there and nothing is."""
    blank = not (value.v2_text or "").strip() and value.now is None
    return blank and value.is_plain and value.state == "as-loaded"


def _remark_sentences(remark: Remark, catalogue: Catalogue) -> Iterator[str]:
    kind = kind_of_code(catalogue, remark.code)
    yield _sentence(kind.title)
    yield _sentence(visible(remark.message or kind.meaning))


def _sentence(text: str) -> str:
    return text if text[-1:] in tuple(".!?") else f"{text}."


def _candidate_sentence(remark: Remark, words: ExplainWords) -> str:
    return words.sentences["candidates"].format(candidates=candidate_words(candidates_of(remark)))


def _decision_sentences(decision: Decision | None, words: ExplainWords) -> Iterator[str]:
    if decision is None:
        return
    at = decision.decided_at
    yield words.sentences["decision"].format(
        who=visible(decision.reviewer or "A reviewer"),
        when=_day(at) if at else "an unknown day",
        what=words.sentences[decision.action].format(value=visible(decision.value or "")),
        scope=words.sentences[f"scope_{decision.scope}"],
    )
    if decision.note:
        yield _sentence(words.sentences["note"].format(note=visible(decision.note)))


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _state_sentences(value: ExplainedValue, words: ExplainWords) -> Iterator[str]:
    if value.state == "deleted":  # the row has told it
        return
    if _is_empty(value):
        yield words.states["empty"]
        return
    left_blank = value.state == "as-loaded" and value.now is None
    if value.state in _LOADED and value.loaded != value.v2_text and not left_blank:
        said = words.sentences["loaded"].format(loaded=_quoted(value.loaded, words))
        yield said[:1].upper() + said[1:]
    blank = value.now is None and value.state in {"as-loaded", "new-field", "edited", "conflict"}
    now, later = _quoted(value.now, words), _quoted(value.next, words)
    yield words.states[f"{value.state}-blank" if blank else value.state].format(now=now, next=later)


def _quoted(text: str | None, words: ExplainWords) -> str:
    if text is None:
        return words.sentences["nothing"]
    shown = visible(text)
    if not shown.strip():  # quotes around nothing cannot be read aloud
        return words.sentences["blank"]
    return f"“{shown}”" if len(shown) <= _LONGEST else f"“{shown[:_LONGEST]}…”"
