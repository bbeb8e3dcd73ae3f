"""What a request of the page asks for, checked: a choice, groups, a number."""

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException

from migrate.decisions.decision import ACTIONS, WITHDRAW
from migrate.review.deciding import Choice

LONGEST_NOTE = 500
LONGEST_NUMBER = 18  # figures: fits every engine
MOST_AT_ONCE = 200  # groups decided together


def choice_in(form: FormData | QueryParams) -> Choice:
    """Return what the reviewer chose. Raises HTTPException where that is no action."""
    action = str(form.get("action", ""))
    if action not in ACTIONS or action == WITHDRAW:
        raise HTTPException(400, "Choose what to decide.")
    value = str(form.get("value", "")).strip() if action == "set" else None
    return Choice(action, value, note_in(form))


def note_in(form: FormData | QueryParams) -> str | None:
    """Return what the reviewer noted; None where that is nothing."""
    return str(form.get("note", "")).strip()[:LONGEST_NOTE] or None


def groups_in(form: FormData | QueryParams) -> dict[str, str]:
    """Return the groups to decide, each with what the reviewer saw of it (`name~token`).

    Raises HTTPException where there are none, or too many.
    """
    parts = [str(each).partition("~") for each in form.getlist("group")]
    seen = {name: token for name, _, token in parts if name}
    if not seen:
        raise HTTPException(400, "Choose at least one text.")
    if len(seen) > MOST_AT_ONCE:
        raise HTTPException(400, f"At most {MOST_AT_ONCE} texts can be decided together.")
    return seen


def number_in(given: object) -> int | None:
    """Return what a request gives as a number; None where it is none, or too large for a database."""
    text = str(given or "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None
