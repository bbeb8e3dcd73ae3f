"""Who gets a membership number that another v3 account has, who waits for it, and who cannot have it."""

from collections.abc import Mapping, Sequence

import pytest

from migrate.load.planning.adoption import Accounts, Holder
from migrate.load.planning.taken_numbers import Claims, claims_of

Numbers = dict[str, str | None]

V2: Numbers = {"1": "N2", "2": "N3", "3": "N9", "4": "N4", "5": None}

CLAIMS: list[tuple[str, dict[str, Holder | None], Numbers, set[str], dict[str, str]]] = [
    # what happened, who holds whose number, what v2 says of others → who cannot have it, who gives it up
    ("nobody holds one", {}, V2, set(), {}),
    ("its member has another by now", {"1": Holder("2", keeps_number=False)}, V2, set(), {"1": "2"}),
    ("its member has none by now", {"1": Holder("5", keeps_number=False)}, V2, set(), {"1": "5"}),
    ("its member keeps it", {"1": Holder("2", keeps_number=True)}, V2, {"1"}, {}),
    ("its member has left v2", {"1": Holder("9", keeps_number=False)}, V2, {"1"}, {}),
    ("its member has the same", {"1": Holder("2", keeps_number=False)}, {**V2, "2": "N2"}, {"1"}, {}),
    ("it is nobody's", {"1": None}, V2, {"1"}, {}),
    (
        "its member cannot have another in turn",
        {"1": Holder("2", keeps_number=False), "2": Holder("3", keeps_number=False), "3": None},
        V2,
        {"1", "2", "3"},
        {},
    ),
    (
        "somebody else's is nobody's",
        {"1": Holder("2", keeps_number=False), "4": None},
        V2,
        {"4"},
        {"1": "2"},
    ),
]


@pytest.mark.parametrize(
    ("others", "in_v2", "taken", "givers"), [case[1:] for case in CLAIMS], ids=[case[0] for case in CLAIMS]
)
def test_a_number_is_given_up_by_whoever_has_another_by_now_and_can_have_it(
    others: dict[str, Holder | None], in_v2: Numbers, taken: set[str], givers: dict[str, str]
) -> None:
    def numbers_in_v2(asked: Sequence[str]) -> Mapping[str, str | None]:
        return {member: in_v2[member] for member in asked if member in in_v2}

    claims = claims_of(Accounts(others=others), {member: V2[member] for member in others}, numbers_in_v2)
    assert claims == Claims(frozenset(taken), givers)


CHAIN = Claims(frozenset({"8"}), {"1": "2", "2": "3", "4": "5", "6": "7", "7": "6"})  # 6 and 7 swap
BATCHES: list[tuple[set[str], set[str], set[str]]] = [
    # a batch → who of all waits for another one, who cannot have theirs where 3 and 5 keep their numbers
    ({"1", "2", "3", "6", "7"}, {"4"}, {"8", "4"}),
    ({"1", "2", "4", "6", "7"}, {"1", "2", "4"}, {"8", "1", "2", "4"}),
    ({"1", "2", "3", "4", "5", "6", "7"}, set(), {"8"}),
    ({"1", "6", "7"}, {"1", "2", "4"}, {"8", "1", "2", "4"}),
    ({"1", "2", "3", "4", "5", "6"}, {"6", "7"}, {"8"}),
]


@pytest.mark.parametrize(("members", "waiting", "without"), BATCHES)
def test_who_waits_gives_up_no_number_meanwhile(
    members: set[str], waiting: set[str], without: set[str]
) -> None:
    assert CHAIN.waiting(members) == waiting
    assert CHAIN.settled(members, {"3", "5"}.__contains__) == without
    assert CHAIN.settled(members, set().__contains__) == {"8"}
