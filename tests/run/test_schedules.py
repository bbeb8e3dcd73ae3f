"""Whatever is done to v2 and v3 in whatever order, the contract is kept and no edit is lost."""

from hypothesis import HealthCheck, settings

from tests.run.schedules import Schedules


class TestSchedules(Schedules.TestCase):  # type: ignore[misc,valid-type]  # hypothesis makes it
    """A sample; the campaign is in tests/soak."""

    settings = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


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
