"""Issues notices: writes those that are new or changed, and marks in the ledger what was issued."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from jinja2 import Template
from sqlalchemy import Connection, delete, insert, select

from migrate.files.csv_file import CsvFile
from migrate.files.whole import make_folder, replacing
from migrate.notices.compose import SECTION_NAMES, Notice, Wording, compose, greeting
from migrate.notices.read import read_records
from migrate.notices.words import NoticeWords
from migrate.report.scope import Cohorts
from migrate.report.templates import page_templates, style_sheet
from migrate.schema import ledger
from migrate.schema.moments import now

COLUMNS = (
    "member_id", "cohort", "membership_number", "title", "forename", "surname", "email", "greeting", "page",
    *SECTION_NAMES,
)  # fmt: skip
CSV_NAME = "notices.csv"
PAGES = "notices"
_AT_ONCE = 500
_FILE_NAME = re.compile(r"[0-9A-Za-z-]{1,64}")


class Issued(NamedTuple):
    """What a call did."""

    written: int
    unchanged: int
    """Issued earlier, and still the same."""
    nothing_to_say: int
    csv: Path
    pages: Path


def issue_notices(
    connection: Connection, folder: Path, wording: Wording, *, cohorts: Cohorts = (), issue_all: bool = False
) -> Issued:
    """Write the notices that are new or changed (or all), then mark them in the caller's transaction.

    Each call replaces `notices.csv`; a page stays until its notice changes.
    """
    pages = make_folder(folder / PAGES)
    marks = select(ledger.notices.c.member_id, ledger.notices.c.digest)
    known = {mark.member_id: mark.digest for mark in connection.execute(marks)}
    writer = _Writer(pages, wording.words)
    records = (
        compose(record, wording) for record in read_records(connection, cohorts, wording.rules.mapping)
    )
    with replacing(folder / CSV_NAME) as stream:
        file = CsvFile(stream, COLUMNS)
        chosen = _Chosen(known, issue_all=issue_all)
        for notice in chosen.of(records):
            file.add(writer.write(notice))
    _mark(connection, chosen.issued)
    return Issued(
        len(chosen.issued), chosen.unchanged, chosen.nothing_to_say, folder / CSV_NAME, folder / PAGES
    )


class _Chosen:
    """Chooses the notices that are to be written, and counts the others."""

    def __init__(self, known: dict[str, str], *, issue_all: bool) -> None:
        self._known = known
        self._issue_all = issue_all
        self.issued: dict[str, str] = {}
        self.unchanged = 0
        self.nothing_to_say = 0

    def of(self, notices: Iterable[Notice | None]) -> Iterator[Notice]:
        """Yield the notices to write."""
        for notice in notices:
            if notice is None:
                self.nothing_to_say += 1
                continue
            member_id, digest = notice.person.member_id, notice.digest
            if not self._issue_all and self._known.get(member_id) == digest:
                self.unchanged += 1
                continue
            self.issued[member_id] = digest
            yield notice


class _Writer:
    """Writes the page of a notice, and returns its line for the mail merge."""

    def __init__(self, pages: Path, words: NoticeWords) -> None:
        self._pages = pages
        self._words = words
        self._template: Template = page_templates().get_template("notice.html.j2")
        self._css = style_sheet("notice.css")

    def write(self, notice: Notice) -> list[str | None]:
        name = f"{_file_name(notice.person.member_id)}.html"
        hello = greeting(notice.person, self._words)
        page = self._template.render(css=self._css, words=self._words, notice=notice, greeting=hello)
        with replacing(self._pages / name) as stream:
            stream.write(page)
        person = notice.person
        given = (person.membership_number, person.title, person.forename, person.surname, person.email)
        names = (text or None for text in given)  # of no length: an empty field of the mail merge
        texts = {section.name: _plain_text(section.paragraphs, section.items) for section in notice.sections}
        told = (texts.get(section) for section in SECTION_NAMES)
        return [person.member_id, person.cohort, *names, hello, f"{PAGES}/{name}", *told]


def _plain_text(paragraphs: tuple[str, ...], items: tuple[str, ...]) -> str:
    return "\n".join([*paragraphs, *(f"• {item}" for item in items)])


def _file_name(member_id: str) -> str:
    """Return a name for the member's page that is safe on every file system."""
    if _FILE_NAME.fullmatch(member_id):
        return member_id
    return hashlib.sha256(member_id.encode(errors="surrogatepass")).hexdigest()[:32]


def _mark(connection: Connection, issued: dict[str, str]) -> None:
    moment, members = now(), list(issued)
    for place in range(0, len(members), _AT_ONCE):
        some = members[place : place + _AT_ONCE]
        connection.execute(delete(ledger.notices).where(ledger.notices.c.member_id.in_(some)))
        marks = [{"member_id": each, "digest": issued[each], "issued_at": moment} for each in some]
        connection.execute(insert(ledger.notices), marks)
