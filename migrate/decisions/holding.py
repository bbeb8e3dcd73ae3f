"""Which decision on a subject holds: the newest, and none where the newest withdraws.

A row's own decision takes precedence over its text's; that is up to the caller.
"""

from collections.abc import Iterable

from migrate.decisions.decision import WITHDRAW, Decision, Recorded, Subject


def newest(history: Iterable[Recorded]) -> dict[Subject, Recorded]:
    """Return each subject's newest decision, withdrawals included, of decisions in any order."""
    return {each.decision.subject: each for each in sorted(history, key=lambda each: each.age)}


def holding(history: Iterable[Recorded]) -> dict[Subject, Decision]:
    """Return each subject's decision that holds, of decisions in any order."""
    return {
        subject: each.decision
        for subject, each in newest(history).items()
        if each.decision.action != WITHDRAW
    }
