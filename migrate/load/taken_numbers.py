"""Membership numbers that v3 cannot give to a member, for an account has them that will not give them up."""

from collections.abc import Callable, Mapping, Sequence

from migrate.load.adoption import Accounts

NumbersInV2 = Callable[[Sequence[str]], Mapping[str, str | None]]
"""v2 member_ids in, their numbers in v2 out, of those who are in the run's scope."""


def taken_numbers(
    accounts: Accounts, numbers: Mapping[str, str | None], numbers_in_v2: NumbersInV2
) -> frozenset[str]:
    """Return the members who cannot have the number that v2 gives them.

    numbers: of the members in v2. Whoever has such a number in v3 gives it up if v2 gives them another one by
    now, unless that cannot be theirs in turn. Nobody else does: a user's own account, an adopted one, or
    one whose member has left v2, is not in the run's scope, or has the same number in v2.
    """
    if not accounts.others:
        return frozenset()
    holders = {
        member: holder.v2_id
        for member, holder in accounts.others.items()
        if holder is not None and not holder.is_adopted
    }
    now = numbers_in_v2(sorted(set(holders.values())))
    giving = {
        member: holder
        for member, holder in holders.items()
        if holder in now and now[holder] != numbers[member]
    }
    taken = frozenset(accounts.others) - frozenset(giving)
    while more := {member for member, holder in giving.items() if holder in taken} - taken:
        taken |= more
    return taken
