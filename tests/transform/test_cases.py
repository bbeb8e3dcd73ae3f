"""The hand-made cases of `fixtures/cases/`, as far as the transform answers for them."""

from collections import Counter
from collections.abc import Iterator

import pytest

from migrate.schema import v2
from migrate.schema.frames import V3Batch
from tests.fixtures.cases import V3_TABLES, Case, as_text, case_names, load_case
from tests.transform.v2_rows import Row, migrate, values

CASES = [load_case(name) for name in case_names()]


def _transformed(case: Case) -> V3Batch:
    members = sorted(case.v2.get("members", []), key=lambda row: int(row["member_id"] or 0))
    lowest: dict[str, str] = {}
    duplicates = {}
    for row in members:
        number, key = row.get("membership_number") or "", str(row["member_id"])
        if number.strip() and lowest.setdefault(number, key) != key:
            duplicates[key] = lowest[number]
    accounts = {row["membership_number"]: str(row["id"]) for row in case.v3_before.get("members", [])}
    adopted = {key: accounts[number] for number, key in lowest.items() if number in accounts}
    schemes = frozenset(str(row["scheme_id"]) for row in case.v2.get("schemes", []))
    tables: dict[str, list[Row]] = {table: [*rows] for table, rows in case.v2.items()}
    return migrate(tables, adopted=adopted, duplicates=duplicates, scheme_ids=schemes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_row_of_a_case_has_its_fate(case: Case) -> None:
    fates = _transformed(case).fates
    found = dict(
        zip(zip(fates["v2_table"], fates["v2_id"], strict=True), values(fates, "reason"), strict=True)
    )
    keys = [(table, str(row[v2.KEYS[table]])) for table, rows in case.v2.items() for row in rows]
    assert found == {place: case.fate(*place)[1] for place in keys}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_value_of_a_case_is_as_expected(case: Case) -> None:
    rows = _transformed(case).rows
    kept = {
        str(row["id"]) for row in case.v3_before.get("members", [])
    }  # an adopted account keeps its values
    for table, name in V3_TABLES.items():
        expected = case.expected_rows(table)
        found = {row["v2_id"]: row for row in rows[name].to_dict("records")} if name in rows else {}
        assert set(found) == set(expected)
        for key, wanted in expected.items():
            if found[key]["id"] not in kept:
                came = {column: as_text(_plain(found[key][column])) for column in wanted}
                assert came == wanted, (table, key)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_reported_as_expected_and_no_further(case: Case) -> None:
    anomalies = _transformed(case).anomalies
    places = zip(
        *(values(anomalies, name) for name in ("v2_table", "v2_id", "code", "severity")), strict=True
    )
    found = Counter(places)
    expected = Counter(_expected(case, optional=False))
    assert not expected - found
    assert not found - expected - Counter(_expected(case, optional=True))


def _expected(case: Case, *, optional: bool) -> Iterator[tuple[str, str, str, str]]:
    for each in case.outcome.anomalies:
        if each.optional == optional:
            table, key, _ = each.place
            yield table, key, each.code, each.severity


def _plain(value: object) -> object:
    if str(value) in {"<NA>", "NaT", "None"}:
        return None
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
