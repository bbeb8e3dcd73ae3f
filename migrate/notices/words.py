"""The wording of notices (`reports/notices.yaml`)."""

from migrate.resources import resource
from migrate.rulebook.yaml_file import RuleModel, read_rules


class DurationWords(RuleModel):
    """About durations that were left blank or rest on an assumption."""

    title: str
    lead: str
    blank: str
    assumed: str
    assumptions: dict[str, str]
    assumed_codes: tuple[str, ...]
    please_enter: str


class DetailWords(RuleModel):
    """About other values that could not be taken over as they were."""

    title: str
    lead: str
    item: str
    item_without_text: str
    places: dict[str, str]
    columns: dict[str, str]


class EducationWords(RuleModel):
    """About the new field and the renamed one."""

    title: str
    qualification: str
    classification: str


class AchievementWords(RuleModel):
    """About what used to be other professional experience."""

    title: str
    moved: str
    activity: str
    application: str


class RegistrationWords(RuleModel):
    """About intents to register."""

    title: str
    draft: str
    pra_unknown: str
    pra_no: str
    pra_yes: str
    diagram: str
    previous_post: str
    previous_post_if: str
    supporters: str


class SchemeWords(RuleModel):
    """About schemes that wait for their coordinator."""

    title: str
    waiting: str
    unnamed: str


class AssessmentWords(RuleModel):
    """About archived assessments."""

    title: str
    dropped: str


class NoticeWords(RuleModel):
    """The whole file."""

    subject: str
    greeting: str
    greeting_without_name: str
    opening: str
    closing: str
    previous_post_years: int
    durations: DurationWords
    details: DetailWords
    education: EducationWords
    achievements: AchievementWords
    registration: RegistrationWords
    schemes: SchemeWords
    assessments: AssessmentWords


def load_words() -> NoticeWords:
    """Read `reports/notices.yaml`. Raises ConfigurationError that names file, line and key."""
    return read_rules(resource("reports/notices.yaml"), NoticeWords)
