"""Which v3 table each v2 table goes to, and by which transform."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.achievements import transform_achievements
from migrate.transform.assessment_ratings import transform_assessment_ratings
from migrate.transform.assessment_verifications import transform_assessment_verifications
from migrate.transform.decision_lookup import Decisions
from migrate.transform.educations import transform_educations
from migrate.transform.employments import transform_employments
from migrate.transform.members import transform_members
from migrate.transform.registration_applications import transform_registration_applications
from migrate.transform.registration_assessments import transform_registration_assessments
from migrate.transform.scheme_memberships import transform_scheme_memberships
from migrate.transform.schemes import transform_schemes
from migrate.transform.trainings import transform_trainings

Transform = Callable[[pd.DataFrame, Rules, Decisions], Transformed]


class Entity(NamedTuple):
    """Where the rows of a v2 table go."""

    v3_table: str
    transform: Transform


ENTITIES: dict[str, Entity] = {  # v2 table → entity; supporters go nowhere
    "schemes": Entity("schemes", transform_schemes),
    "members": Entity("members", transform_members),
    "employment": Entity("employments", transform_employments),
    "education": Entity("educations", transform_educations),
    "training": Entity("trainings", transform_trainings),
    "other_experience": Entity("achievements", transform_achievements),
    "competence_assessments": Entity("registration_assessments", transform_registration_assessments),
    "assessment_responses": Entity("assessment_ratings", transform_assessment_ratings),
    "verifications": Entity("assessment_verifications", transform_assessment_verifications),
    "intents_to_register": Entity("registration_applications", transform_registration_applications),
    "scheme_memberships": Entity("scheme_memberships", transform_scheme_memberships),
}
