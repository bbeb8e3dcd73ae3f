"""The filters of the templates: how the page shows untrusted texts, and its own figures."""

from datetime import datetime

from markupsafe import Markup, escape

from migrate.review.cells import START_LENGTH
from migrate.review.groups import PRIVACY
from migrate.rulebook.review import TextLimits

BLANK = "blank"


def shown_text(
    text: str | None, table: str, column: str | None, limits: TextLimits, *, length: int | None = None
) -> Markup:
    """Return a text of v2 for the page: escaped, masked, with invisible controls spelt out; long ones folded.

    length: that of the whole text, where `text` is only its start.
    """
    if text is None:
        return Markup('<span class="none">no text</span>')
    whole = max(length or 0, len(text))
    start = _without_cut_word(text) if whole > len(text) else text
    safe = PRIVACY.shown(table, column, start[: limits.show_at_most]) or ""
    if not safe:
        return Markup('<span class="none">empty</span>')
    rest = safe[limits.fold_after :]
    first = Markup('<bdi class="raw">{}</bdi>').format(safe[: limits.fold_after])
    if not rest and whole <= len(text):
        return first
    left = _left_out(whole, limits)
    more = Markup("<details><summary>{} characters, show more</summary>{}{}</details>")
    return first + more.format(f"{whole:,}", Markup('<bdi class="raw">{}</bdi>').format(rest), left)


def shown_value(value: str | None, table: str, column: str | None) -> Markup:
    """Return a short value of v3, a candidate or a message for the page."""
    if value is None:
        return Markup('<span class="none">{}</span>').format(BLANK)
    return Markup('<bdi class="value">{}</bdi>').format(PRIVACY.shown(table, column, value[:START_LENGTH]))


def shown_name(name: str | None) -> Markup:
    """Return a cohort, a key or a reviewer's name for the page."""
    return Markup("<bdi>{}</bdi>").format(PRIVACY.shown("", None, (name or "")[:START_LENGTH]))


def figure(number: float) -> Markup:
    """Return 12,345."""
    return escape(f"{number:,.0f}")


def share(part: float) -> Markup:
    """Return a share as percent; only a share of nothing reads 0."""
    percent = part * 100
    digits = next((digits for digits in range(1, 6) if round(percent, digits) > 0), 1) if percent else 0
    return escape(f"{percent:.{digits}f} %")


def moment(at: datetime | None) -> Markup:
    """Return a moment of the ledger, which keeps UTC."""
    return escape(at.strftime("%d %b %Y %H:%M:%S UTC")) if at else escape("not dated")


def _without_cut_word(start: str) -> str:
    """Leave out the last word of a cut text: it may be half an address, which no mask recognises."""
    head, _, _ = start.rpartition(" ")
    return head or start


def _left_out(whole: int, limits: TextLimits) -> str:
    return " … the rest is only in v2." if whole > limits.show_at_most else ""
