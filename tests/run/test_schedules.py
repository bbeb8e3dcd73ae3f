"""Whatever is done to v2 and v3 in whatever order, the contract is kept and no edit is lost."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.run.schedules import Schedules, schedules_on


@pytest.mark.parametrize(("engine_name", "often"), [("sqlite", 12), ("postgresql", 4), ("mariadb", 4)])
def test_whatever_is_done_in_whatever_order_ends_as_the_contract_says(engine_name: str, often: int) -> None:
    """A sample; the campaign is in tests/soak."""
    chosen = settings(
        max_examples=often,
        stateful_step_count=20,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(schedules_on(engine_name), settings=chosen)


def test_an_account_opened_after_its_member_was_deleted_is_found_though_nothing_else_changed() -> None:
    """A schedule that a campaign found."""
    state = Schedules()
    state.open(scope=((), ()))
    try:
        state._erase("members", min(state.model.v3["members"]))
        _migrate_and_compare(state)
        state.account_is_opened_in_v3(key=1)
        _migrate_and_compare(state)
    finally:
        state.teardown()


def _migrate_and_compare(state: Schedules) -> None:
    state.everyone_is_migrated()
    state.nothing_differs_from_the_model()
