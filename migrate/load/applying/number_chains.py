"""Members between whom membership numbers change hands: one of them cannot be written without the others."""

from collections import defaultdict

import pyarrow as pa


def number_chains(rows: pa.Table, held: pa.Table) -> list[list[str]]:
    """Return the ids of each set of members who get numbers from each other, of two members or more.

    rows: `id` and `membership_number` as they are to be; held: as they are.
    """
    had = dict(zip(held["membership_number"].to_pylist(), held["id"].to_pylist(), strict=True))
    ids = rows["id"].to_pylist()
    chains = {member: {member} for member in ids}
    for member, number in zip(ids, rows["membership_number"].to_pylist(), strict=True):
        giver = had.get(number) if number is not None else None
        if giver in chains and chains[giver] is not chains[member]:
            shorter, longer = sorted((chains[giver], chains[member]), key=len)
            longer |= shorter
            for other in shorter:
                chains[other] = longer
    found: dict[int, list[str]] = defaultdict(list)
    for member in ids:
        found[id(chains[member])].append(member)
    return [chain for chain in found.values() if len(chain) > 1]
