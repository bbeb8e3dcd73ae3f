"""From what is known of a v2 row to its explanation, value by value."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from migrate.decisions.decision import Decision
from migrate.explain.evidence import Evidence, Remark
from migrate.explain.row_decisions import as_decided
from migrate.load.base import encode_value, shown
from migrate.rulebook.mapping import ColumnRule, Mapping
from migrate.schema import v3
from migrate.schema.reasons import LOAD_REFUSED

State = Literal[
    "as-loaded",
    "edited",
    "conflict",
    "next-run",
    "refused",
    "withheld",
    "not-loaded",
    "would-keep-account",
    "not-carried",
    "deleted",
    "kept-account",
    "new-field",
    "unknown",
]


class ExplainedValue(NamedTuple):
    """One value and how it came to be; texts are canonical, None is nothing."""

    v2_column: str | None
    """None for a field that is new in v3, or that v2 says nothing of, such as an application's status."""
    v3_column: str | None
    """None where v3 has no such field."""
    loaded: str | None
    now: str | None
    next: str | None
    state: State
    in_v2: bool = False
    v2_text: str | None = None
    read_as: str | None = None
    """How the column is read (`rules/mapping.yaml`)."""
    earlier: str | None = None
    """What v2 said when the last run remarked on it, where that was something else."""
    remarks: tuple[Remark, ...] = ()
    assumptions: tuple[str, ...] = ()
    decision: Decision | None = None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to tell but that it was carried over."""
        if self.remarks or self.decision:
            return False
        return self.state in {"as-loaded", "not-carried"} or (self.state == "new-field" and self.now is None)


class ExplainedRow(NamedTuple):
    """One v2 row and what became of it."""

    evidence: Evidence
    remarks: tuple[Remark, ...]
    """About the whole row."""
    values: tuple[ExplainedValue, ...]

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to tell but that it was carried over."""
        evidence = self.evidence
        stands = evidence.is_migrated and evidence.v2 is not None and not (evidence.coming or evidence.moving)
        return stands and not self.remarks and all(value.is_plain for value in self.values)

    @property
    def has_new_place(self) -> bool:
        """Whether a user of v3 has made it part of something else there."""
        return any(value.read_as == "parent" for value in self.values)

    @property
    def is_dropped(self) -> bool:
        """Whether it was left behind on purpose, with nothing else to tell."""
        fate = self.evidence.fate
        dropped = fate is not None and fate.fate == "dropped"
        return dropped and not (self.remarks or self.evidence.coming or self.evidence.moving)


def explain_row(evidence: Evidence, mapping: Mapping) -> ExplainedRow:
    """Return the explanation of a row: its v2 columns in v2's order, then the fields that are new in v3.

    Of what was dropped nothing is said: it is other people's.
    """
    whole = tuple(remark for remark in evidence.remarks if remark.v2_column is None)
    values = (*_old_values(evidence, mapping), *_new_values(evidence, mapping))
    return ExplainedRow(evidence, whole, () if _is_other_peoples(evidence) else values)


def _is_other_peoples(evidence: Evidence) -> bool:
    """Tell whether a row is or would be left behind, so that nothing of it is to be told."""
    if evidence.is_migrated:
        return False
    if evidence.fate is None:
        return evidence.next is None
    return "dropped" in {evidence.fate.fate, evidence.coming and evidence.coming.fate} and (
        not evidence.is_waiting
    )


def _old_values(evidence: Evidence, mapping: Mapping) -> Iterator[ExplainedValue]:
    for column, rule in mapping.tables[evidence.v2_table].columns.items():
        if rule.read in {"key", None} or column == "updated_at":
            continue
        value = _old_value(evidence, column, rule)
        if rule.read != "parent" or value.state in {"edited", "conflict"}:
            yield value


def _old_value(evidence: Evidence, column: str, rule: ColumnRule) -> ExplainedValue:
    base, now = ((values or {}).get(rule.to or "") for values in (evidence.loaded, evidence.now))
    state = _state(evidence, rule.read, rule.to)
    text = (evidence.v2 or {}).get(column)
    remarks = tuple(remark for remark in evidence.remarks if remark.v2_column == column)
    raw = next((remark.raw_value for remark in remarks if remark.raw_value is not None), None)
    return ExplainedValue(
        v2_column=column,
        v3_column=rule.to,
        in_v2=evidence.v2 is not None,
        v2_text=text,
        read_as=rule.read,
        earlier=None if raw in {text, as_decided(text)} else raw,
        remarks=remarks,
        assumptions=evidence.readings.get(column, ()),
        decision=evidence.decisions.get(column),
        loaded=now if state == "as-loaded" else shown(base),  # the base keeps the start of a long text alone
        now=now,
        next=(evidence.next or {}).get(rule.to or ""),
        state=state,
    )


def _new_values(evidence: Evidence, mapping: Mapping) -> Iterator[ExplainedValue]:
    target = mapping.tables[evidence.v2_table].to
    if target is None:
        return
    filled = {rule.to for rule in mapping.tables[evidence.v2_table].columns.values()}
    given = [name for name in v3.merged_columns(v3.metadata.tables[target]) if name not in filled]
    yield from (_new_value(evidence, name, _state(evidence, None, name)) for name in given)
    if evidence.now is not None:
        own = sorted(name for table, name in v3.UNWRITTEN if table == target)
        yield from (_new_value(evidence, name, "new-field") for name in own)


def _new_value(evidence: Evidence, column: str, state: State) -> ExplainedValue:
    base, now, following = (
        (values or {}).get(column) for values in (evidence.loaded, evidence.now, evidence.next)
    )
    return ExplainedValue(
        v2_column=None, v3_column=column, loaded=shown(base), now=now, next=following, state=state
    )


def _state(evidence: Evidence, read_as: str | None, v3_column: str | None) -> State:
    fate = evidence.fate
    if v3_column is None:
        return "not-carried"
    if fate is None or not evidence.is_migrated:
        if not (evidence.coming and evidence.is_waiting):
            return "not-carried"
        return "would-keep-account" if evidence.coming.is_adopted else "not-loaded"
    if evidence.now is None:
        return "deleted"
    if fate.is_adopted:
        return "kept-account"
    state = _compared(evidence, evidence.now, v3_column)
    return _not_taken(evidence, read_as) or state if state == "next-run" else state


def _not_taken(evidence: Evidence, read_as: str | None) -> State | None:
    """Tell whether v3 has refused the value so far, or cannot take it as things are."""
    if read_as == "number" and evidence.number_is_taken:
        return "withheld"
    refused = any((remark.v2_column, remark.code) == (None, LOAD_REFUSED) for remark in evidence.remarks)
    return "refused" if refused else None


def _compared(evidence: Evidence, present: dict[str, str | None], v3_column: str) -> State:
    base = (evidence.loaded or {}).get(v3_column)
    if base is None:
        return "unknown"
    now = encode_value(present.get(v3_column))
    ours = base if evidence.next is None else encode_value(evidence.next.get(v3_column))
    if now == base:
        return "as-loaded" if ours == base else "next-run"
    return "edited" if ours in {base, now} else "conflict"
