"""The v2 that the benchmarks move: a realistic one, or nothing but members and their training."""

from collections.abc import Iterator

from migrate.fixtures.sample import Chunk, generate
from migrate.fixtures.vocabulary import load_vocabulary

TRAININGS_A_MEMBER = 5


def training_only(members: int) -> Iterator[Chunk]:
    """Yield members with five trainings each and nothing else."""
    proportions = load_vocabulary().proportions
    nothing = dict.fromkeys(proportions.per_active_member, 0.0)
    wanted = proportions.model_copy(
        update={
            "active_share": 1.0,
            "prolific_share": 0.0,
            "per_active_member": {**nothing, "training": TRAININGS_A_MEMBER},
        }
    )
    return generate(members, proportions=wanted)


def whole(members: int) -> Iterator[Chunk]:
    """Yield members with everything that they record."""
    return generate(members)
