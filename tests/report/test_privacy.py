"""Reports show the words of a text, and nobody's address, number or name."""

import pytest

from migrate.report.privacy import WITHHELD, Privacy, mask, visible
from migrate.schema.storable import stand_in

MASKED = [  # what a member typed, what a report shows
    ("ask jo.bloggs+cpd@mail.example.org please", "ask ‹e-mail› please"),
    ("jo@example.org, sam@example.org", "‹e-mail›, ‹e-mail›"),
    ("ring 01632 960123", "ring ‹telephone›"),
    ("020 7946 0958", "‹telephone›"),
    ("(01632) 960 001", "‹telephone›"),
    ("+44 7700 900123", "‹telephone›"),
    ("07700900123 or 0044 7700 900 123", "‹telephone› or ‹telephone›"),
    ("555 123 4567", "‹telephone›"),
    ("tel:07700900123", "tel:‹telephone›"),
    ("Tel07700900123", "Tel‹telephone›"),
    ("０７７００ ９００１２３", "‹telephone›"),
    ("john＠example.org", "‹e-mail›"),
    ("john&#64;example.org", "‹e-mail›"),
    ("john [at] example.org, jo(at)example.org", "‹e-mail›, ‹e-mail›"),
    ('"a b"@example.org', "‹e-mail›"),
    ("½ day &amp; more", "½ day &amp; more"),
    ("2 days (at home)", "2 days (at home)"),
    ("2 days", "2 days"),
    ("0900-1630", "0900-1630"),
    ("0900 - 1700 hrs", "0900 - 1700 hrs"),
    ("01-02-2010", "01-02-2010"),
    ("12/03/2010 - 14/03/2010", "12/03/2010 - 14/03/2010"),
    ("01.02.2010 - 03.02.2010", "01.02.2010 - 03.02.2010"),
    ("2010-03-12 2010-03-14", "2010-03-12 2010-03-14"),
    ("09:00:00 - 17:00:00", "09:00:00 - 17:00:00"),
    ("1,500 hours", "1,500 hours"),
    ("BS 7671 @ home", "BS 7671 @ home"),
    ("3 days @ 6 hrs", "3 days @ 6 hrs"),
]


@pytest.mark.parametrize(("text", "shown"), MASKED)
def test_addresses_and_telephone_numbers_are_masked_and_durations_are_not(text: str, shown: str) -> None:
    assert mask(text) == shown


VISIBLE = [
    ("a\u202eb", "a‹U+202E›b"),
    ("a\0b", "a‹U+0000›b"),
    ("\u2066x\u2069", "‹U+2066›x‹U+2069›"),
    ("bell\a", "bell‹U+0007›"),
    ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ("½ day – Zoë", "½ day – Zoë"),
    ("\udc80", "‹U+DC80›"),
    (f"half {stand_in(chr(0xDC80))}", "half ‹U+DC80›"),
]


@pytest.mark.parametrize(("text", "shown"), VISIBLE)
def test_what_turns_or_hides_text_is_spelt_out(text: str, shown: str) -> None:
    assert visible(text) == shown


PLACES = [  # table, column, is withheld
    ("members", "surname", True),
    ("members", "membership_number", True),
    ("members", None, True),
    ("members", "created_at", False),
    ("supporters", "name", True),
    ("verifications", "verifier_email", True),
    ("schemes", "coordinator_email", True),
    ("schemes", "name", False),
    ("training", "duration", False),
    ("training", None, False),
]


@pytest.mark.parametrize(("table", "column", "withheld"), PLACES)
def test_columns_of_personal_data_are_withheld(table: str, column: str | None, withheld: bool) -> None:
    assert (Privacy().shown(table, column, "Ashdown") == WITHHELD) is withheld
    assert Privacy(with_personal_data=True).shown(table, column, "Ashdown") == "Ashdown"
