"""Every hand-made case becomes what it says, in every direction."""

import pytest

from tests.end_to_end.outcomes import Outcomes
from tests.end_to_end.places import DIRECTIONS
from tests.fixtures.cases import case_names, load_case


@pytest.mark.parametrize("name", case_names())
def test_a_case_becomes_what_it_says(name: str, outcomes: Outcomes, direction: str) -> None:
    if DIRECTIONS[direction][0] in load_case(name).outcome.held_by:
        assert outcomes.of(name).unlike == ()
