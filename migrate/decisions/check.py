"""What is wrong with a decision, in words a reviewer can act on."""

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal

from migrate.decisions.decision import ACTIONS, SCOPES, Decision
from migrate.decisions.kinds import is_decidable, value_problem
from migrate.schema import v2

_KEY_LENGTH = 255


def decision_problems(decision: Decision, max_hours: Decimal) -> tuple[str, ...]:
    """Return every problem of a decision; none means that it may be recorded. `max_hours` is the policy's."""
    return tuple(
        problem
        for look in (_word_problems, _place_problems, _subject_problems, _text_problems)
        for problem in look(decision)
    ) + tuple(_value_problems(decision, max_hours))


def _word_problems(decision: Decision) -> Iterator[str]:
    for name, value, known in (("scope", decision.scope, SCOPES), ("action", decision.action, ACTIONS)):
        if value not in known:
            yield f"{name} must be one of {', '.join(known)} (got {value!r})"
    if not (decision.reviewer or "").strip():
        yield "reviewer must name who decided (it is empty)"


def _place_problems(decision: Decision) -> Iterator[str]:
    table, column = decision.v2_table, decision.v2_column
    if table not in v2.metadata.tables:
        yield f"v2_table must be a table of v2 (got {table!r})"
    elif column is None and (decision.scope == "text" or decision.action in {"set", "leave-blank"}):
        yield "v2_column must be given (it is empty)"
    elif column is not None and not is_decidable(table, column):
        yield f"v2_column must be a column of {table} that can be decided (got {column!r})"


def _subject_problems(decision: Decision) -> Iterator[str]:
    if decision.scope == "row" and not decision.v2_id:
        yield "v2_id must be given for a row (it is empty)"
    if decision.scope == "text" and decision.raw_value is None:
        yield "raw_value must be given for a text (it is empty)"
    if decision.scope == "text" and decision.v2_id is not None:
        yield f"v2_id must be empty for a text, which is decided for every row (got {decision.v2_id!r})"


def _text_problems(decision: Decision) -> Iterator[str]:
    for field in fields(decision):
        text = getattr(decision, field.name)
        if isinstance(text, str) and "\x00" in text:
            yield f"{field.name} holds a NUL character, which no database keeps"
    for name, value in (("v2_id", decision.v2_id), ("reviewer", decision.reviewer)):
        if value is not None and len(value) > _KEY_LENGTH:
            yield f"{name} must have at most {_KEY_LENGTH} characters (got {len(value)})"


def _value_problems(decision: Decision, max_hours: Decimal) -> Iterator[str]:
    if decision.action != "set":
        if decision.value is not None:
            yield f"value must be empty unless action is set (got {decision.value!r})"
    elif decision.value is None:
        yield "value must be given where action is set (it is empty)"
    elif decision.v2_column and is_decidable(decision.v2_table, decision.v2_column):
        problem = value_problem(decision.v2_column, decision.value, max_hours)
        if problem:
            yield problem
