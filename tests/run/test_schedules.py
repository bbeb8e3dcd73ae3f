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
