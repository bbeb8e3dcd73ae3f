"""The shipped policy, for every test of the duration reader."""

import pytest

from migrate.rulebook.durations import DurationPolicy, load_duration_policy


@pytest.fixture(scope="session")
def policy() -> DurationPolicy:
    """Return the policy as it is shipped."""
    return load_duration_policy()
