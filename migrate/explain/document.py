"""An explanation as one JSON document."""

from typing import Any

from migrate.explain.evidence import Remark, RowFate
from migrate.explain.row import ExplainedRow, ExplainedValue
from migrate.explain.row_decisions import as_decided
from migrate.explain.tell import candidates_of, row_sentences, value_sentences
from migrate.explain.words import ExplainWords
from migrate.report.catalogue import kind_of_code
from migrate.rulebook.anomalies import Catalogue


def row_document(row: ExplainedRow, words: ExplainWords, catalogue: Catalogue) -> dict[str, Any]:
    """Return a row's explanation as plain values."""
    evidence = row.evidence
    return {
        "v2_table": evidence.v2_table,
        "v2_id": evidence.v2_id,
        "in_v2": evidence.v2 is not None,
        "in_v3": evidence.now is not None,
        **_parts(evidence.fate, "member_id", "cohort", "fate", "reason"),
        "next_fate": evidence.coming.fate if evidence.coming else None,
        "next_reason": evidence.coming.reason if evidence.coming else None,
        **_parts(evidence.fate, "v3_table", "v3_id", "run_id"),
        "words": " ".join(row_sentences(row, words, catalogue)),
        "anomalies": [_remark_document(remark, catalogue) for remark in row.remarks],
        "values": [_value_document(value, words, catalogue) for value in row.values],
    }


def _parts(fate: RowFate | None, *names: str) -> dict[str, Any]:
    return {name: getattr(fate, name) if fate else None for name in names}


def _value_document(value: ExplainedValue, words: ExplainWords, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "v2_column": value.v2_column,
        "v3_column": value.v3_column,
        "v2_text": as_decided(value.v2_text),
        "rule": value.read_as,
        "assumptions": list(value.assumptions),
        "anomalies": [_remark_document(remark, catalogue) for remark in value.remarks],
        "decision": value.decision and vars(value.decision),
        "loaded": value.loaded,
        "now": value.now,
        "next": value.next,
        "state": value.state,
        "words": " ".join(value_sentences(value, words, catalogue)),
    }


def _remark_document(remark: Remark, catalogue: Catalogue) -> dict[str, Any]:
    kind = kind_of_code(catalogue, remark.code)
    texts = remark._asdict() | {"candidates": candidates_of(remark)}
    return texts | {"title": kind.title, "meaning": kind.meaning}
