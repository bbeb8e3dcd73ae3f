from collections.abc import Mapping
from typing import Any

import pytest

from migrate.load.applying.counts import add_counts


def batch(v3: Mapping[str, int], fates: Mapping[str, int]) -> dict[str, Any]:
    return {
        "rows": sum(fates.values()),
        "v3": {table: {"created": rows} for table, rows in v3.items()},
        "fates": {table: {"migrated": {"": rows}} for table, rows in fates.items()},
        "anomalies": {},
    }


@pytest.mark.parametrize(
    "v3", [{"schemes": 1, "trainings": 2, "members": 1}, {"trainings": 2, "members": 1, "schemes": 1}]
)
@pytest.mark.parametrize("v2", [{"audit": 1, "training": 2, "members": 1}, {"members": 1, "training": 3}])
def test_tables_stand_in_the_order_of_their_schemas_whatever_batch_came_first(
    v3: Mapping[str, int], v2: Mapping[str, int]
) -> None:
    total = add_counts([batch(v3, v2), batch({"members": 3}, {"audit": 2, "members": 3})])
    assert total["rows"] == sum(v2.values()) + 5
    assert list(total["v3"]) == ["members", "trainings", "schemes"]
    assert list(total["fates"]) == ["members", "training", "audit"]
    assert total["v3"]["members"] == {"created": 4}
