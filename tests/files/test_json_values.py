"""What JSON has no word for is told in its own words."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from migrate.files.json_values import plain

VALUES = [
    (Decimal("14.00"), "14"),
    (Decimal("1.25"), "1.25"),
    (date(2010, 3, 12), '"2010-03-12"'),
    (datetime.fromisoformat("2010-03-12T09:30:00"), '"2010-03-12T09:30:00"'),
]


@pytest.mark.parametrize(("value", "said"), VALUES)
def test_a_value_is_written_plainly(value: object, said: str) -> None:
    assert json.dumps(value, default=plain) == said


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON for set"):
        json.dumps({1}, default=plain)
