"""Membership numbers that other v3 accounts have: which members of v2 get theirs all the same, and when."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from migrate.load.planning.adoption import Accounts

NumbersInV2 = Callable[[Sequence[str]], Mapping[str, str | None]]
"""v2 member_ids in, their numbers in v2 out, of those whom the run migrates."""
Keeps = Callable[[str], bool]
"""Tells of a member whose batch is done whether they keep the number that they have in v3."""


class Claims(NamedTuple):
    """What becomes of members of v2 whose numbers other v3 accounts have."""

    taken: frozenset[str] = frozenset()
    """Who cannot have the number: the account will not give it up."""
    givers: Mapping[str, str] = MappingProxyType({})
    """Who can have it → the member who gives it up."""

    def waiting(self, members: Collection[str]) -> frozenset[str]:
        """Return who has to wait, of a batch of members: whoever gives the number up is in another batch.

        Who waits gives up no number meanwhile.
        """
        return self.with_heirs(member for member, giver in self.givers.items() if giver not in members)

    def settled(self, members: Collection[str], keeps: Keeps) -> frozenset[str]:
        """Return who cannot have the number, of a batch that nobody waits for any more."""
        kept = (member for member, giver in self.givers.items() if giver not in members and keeps(giver))
        return self.taken | self.with_heirs(kept)

    def with_heirs(self, members: Iterable[str]) -> frozenset[str]:
        """Return the members, and everybody who could have a number only after one of them gives it up."""
        heirs = defaultdict(list)
        for member, giver in self.givers.items():
            heirs[giver].append(member)
        found = set(members)
        ahead = [*found]
        while ahead:  # each member is looked at once: numbers may be passed on through all of v2
            more = [member for member in heirs[ahead.pop()] if member not in found]
            found.update(more)
            ahead += more
        return frozenset(found)


def claims_of(accounts: Accounts, numbers: Mapping[str, str | None], numbers_in_v2: NumbersInV2) -> Claims:
    """Find out who can have the number that v2 gives them.

    numbers: of the members in v2. Whoever has such a number in v3 gives it up if v2 gives them another one by
    now that they can have in turn. Nobody else gives one up: neither a user's own account, nor one whose
    number a user changed, nor an adopted one, nor one whose member has left v2, is outside the run, or has
    the same number in v2.
    """
    if not accounts.others:
        return Claims()
    holders = {
        member: holder.v2_id
        for member, holder in accounts.others.items()
        if holder is not None and not holder.keeps_number
    }
    now = numbers_in_v2(sorted(set(holders.values())))
    giving = {
        member: holder
        for member, holder in holders.items()
        if holder in now and now[holder] != numbers[member]
    }
    taken = Claims(givers=giving).with_heirs(frozenset(accounts.others) - frozenset(giving))
    return Claims(taken, {member: holder for member, holder in giving.items() if member not in taken})
