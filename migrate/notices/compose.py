"""Composes a member's notice from their record: what applies to them alone; no notice where nothing does."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from migrate.notices.jobs import changed_jobs
from migrate.notices.record import MemberRecord, Person, Remark
from migrate.notices.words import NoticeWords
from migrate.report.catalogue import kind_of_code
from migrate.report.figures import count
from migrate.report.privacy import visible
from migrate.rulebook import Rules
from migrate.schema.reasons import CONFLICT


class Section(NamedTuple):
    """One part of a notice."""

    name: str
    title: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()


class Notice(NamedTuple):
    """What one member is told."""

    person: Person
    sections: tuple[Section, ...]

    @property
    def digest(self) -> str:
        """A digest of what the notice says; the person it is for is no part of it."""
        said = json.dumps([list(section) for section in self.sections], ensure_ascii=True)
        return hashlib.sha256(said.encode()).hexdigest()


class Wording(NamedTuple):
    """Everything that decides how a record becomes a notice."""

    words: NoticeWords
    rules: Rules
    today: date


Writer = Callable[[MemberRecord, Wording], Section | None]


def compose(record: MemberRecord, wording: Wording) -> Notice | None:
    """Return the member's notice, or None where there is nothing to check or to know."""
    written = (write(record, wording) for write in _SECTIONS)
    sections = tuple(section for section in written if section)
    return Notice(record.person, sections) if sections else None


def greeting(person: Person, words: NoticeWords) -> str:
    """Return how the member is addressed."""
    name = " ".join(part.strip() for part in (person.forename, person.surname) if part and part.strip())
    return words.greeting.format(name=visible(name)) if name else words.greeting_without_name


def _durations(record: MemberRecord, wording: Wording) -> Section | None:
    words = wording.words.durations
    items = [_duration_item(each, wording) for each in record.remarks if _is_duration(each, wording)]
    return Section("durations", words.title, (words.lead,), tuple(items)) if items else None


def _is_duration(remark: Remark, wording: Wording) -> bool:
    # a conflict is about the member's own value, not about what was read
    is_read = (remark.v2_table, remark.v2_column) == ("training", "duration") and remark.code != CONFLICT
    if not is_read or not (remark.raw_value or "").strip():
        return False
    assumed = remark.severity != "info" or remark.code in wording.words.durations.assumed_codes
    return remark.hours is None or assumed


def _duration_item(remark: Remark, wording: Wording) -> str:
    words, kind = wording.words.durations, kind_of_code(wording.rules.catalogue, remark.code)
    said = words.blank if remark.hours is None else words.assumed
    usual = words.please_enter if remark.hours is None else words.assumptions.get(remark.code, "")
    advice = (kind.member or usual).format(hours_per_day=_plain(wording.rules.durations.hours_per_day))
    training = visible(" ".join((remark.training or "").split())) or "Training"
    sentence = said.format(training=training, raw=_quoted(remark.raw_value), hours=_hours(remark.hours))
    return f"{sentence} {advice}".strip()


def _details(record: MemberRecord, wording: Wording) -> Section | None:
    words = wording.words.details
    items = dict.fromkeys(item for remark in record.remarks for item in _detail_items(remark, wording))
    return Section("details", words.title, (words.lead,), tuple(items)) if items else None


def _detail_items(remark: Remark, wording: Wording) -> Iterator[str]:
    """Yield at most one item: PRA answers and durations have sections of their own, and a member cannot
    correct a value that v3 has no field for.
    """
    advice = kind_of_code(wording.rules.catalogue, remark.code).member
    is_duration = remark.v2_column == "duration" and remark.code != CONFLICT
    if not advice or remark.code == "pra-unknown" or is_duration or not _has_field(remark, wording):
        return
    words = wording.words.details
    place = words.places.get(remark.v2_table, remark.v2_table)
    if remark.v2_column:
        place += f", {words.columns.get(remark.v2_column, remark.v2_column.replace('_', ' '))}"
    said = words.item if (remark.raw_value or "").strip() else words.item_without_text
    yield said.format(place=place, raw=_quoted(remark.raw_value), words=advice)


def _has_field(remark: Remark, wording: Wording) -> bool:
    rule = wording.rules.mapping.tables[remark.v2_table].columns.get(remark.v2_column or "")
    return remark.v2_column is None or (rule is not None and rule.to is not None)


def _education(record: MemberRecord, wording: Wording) -> Section | None:
    words, paragraphs = wording.words.education, []
    if record.educations_without_qualification:
        many = count(record.educations_without_qualification, "entry", "entries")
        paragraphs.append(words.qualification.format(count=many))
    if record.classifications:
        paragraphs.append(words.classification)
    return Section("education", words.title, tuple(paragraphs)) if paragraphs else None


def _achievements(record: MemberRecord, wording: Wording) -> Section | None:
    if not record.achievements:
        return None
    words = wording.words.achievements
    moved = words.moved.format(count=count(record.achievements, "entry", "entries"))
    applying = (words.application,) if record.pra_answers else ()
    return Section("achievements", words.title, (moved, words.activity, *applying))


def _registration(record: MemberRecord, wording: Wording) -> Section | None:
    words = wording.words.registration
    paragraphs = [*_application(record, wording)] if record.pra_answers else []
    if record.supporters:
        verb = "was" if record.supporters == 1 else "were"
        many = count(record.supporters, "supporter")
        paragraphs.append(words.supporters.format(count=many, verb=verb))
    return Section("registration", words.title, tuple(paragraphs)) if paragraphs else None


def _application(record: MemberRecord, wording: Wording) -> Iterator[str]:
    words, years = wording.words.registration, wording.words.previous_post_years
    yield words.draft
    unknown = any(remark.code == "pra-unknown" for remark in record.remarks)
    yield words.pra_unknown if unknown else words.pra_yes if all(record.pra_answers) else words.pra_no
    yield words.diagram
    changed = changed_jobs(record.jobs, wording.today, years)
    said = {"yes": words.previous_post, "perhaps": words.previous_post_if}.get(changed)
    if said:
        yield said.format(years=years)


def _schemes(record: MemberRecord, wording: Wording) -> Section | None:
    words = wording.words.schemes
    names = [visible((name or "").strip()) or words.unnamed for name in record.waiting_schemes]
    said = tuple(words.waiting.format(scheme=name) for name in dict.fromkeys(names))
    return Section("schemes", words.title, said) if said else None


def _assessments(record: MemberRecord, wording: Wording) -> Section | None:
    words = wording.words.assessments
    if not record.archived_assessments:
        return None
    many = count(record.archived_assessments, "assessment")
    return Section("assessments", words.title, (words.dropped.format(count=many),))


_SECTIONS: tuple[Writer, ...] = (  # what needs doing comes first, what is only for information last
    _durations,
    _details,
    _education,
    _achievements,
    _registration,
    _schemes,
    _assessments,
)
SECTION_NAMES = tuple(write.__name__.lstrip("_") for write in _SECTIONS)


def _hours(hours: Decimal | None) -> str:
    return "" if hours is None else f"{_plain(hours)} hour{'' if hours == 1 else 's'}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


_LONGEST_QUOTE = 500


def _quoted(text: str | None) -> str:
    shown = visible(text or "")
    return shown if len(shown) <= _LONGEST_QUOTE else shown[:_LONGEST_QUOTE] + "…"
