"""A scheme whose coordinator cannot be written to is told alike by schemes.csv and by the anomalies."""

import pytest

from migrate.report.schemes import WaitingScheme
from tests.transform.v2_rows import said, transform

ADDRESSES = [  # a coordinator's address, whether it is missing
    (None, True),
    (" ", True),
    ("tbc", True),
    ("c@example.org", False),
    ("\tC@EXAMPLE.ORG\n", False),
    ("<c@example.org>", True),
    ("c@example.org;d", True),
    ("c,d@example.org", True),
    ("c@example.org, d@example.org", True),
    ("c@example", True),
    ("c\N{NO-BREAK SPACE}d@example.org", True),
    ("c@example.org\N{NO-BREAK SPACE}", False),
]


@pytest.mark.parametrize(("address", "missing"), ADDRESSES)
def test_an_address_is_missing_where_the_migration_has_reported_it(
    address: str | None, *, missing: bool
) -> None:
    _, anomalies = transform("schemes", {"coordinator_email": address})
    assert bool(said(anomalies)) is missing
    assert WaitingScheme("Scheme", address, 1).address_missing is missing
