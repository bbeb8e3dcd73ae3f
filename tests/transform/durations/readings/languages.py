"""Words of other languages, alone and in English texts."""

FOREIGN_WORDS_IN_ENGLISH = [
    ("2 days e-learning 14 hours", "", "ambiguous"),
    ("1 day E 7 hours", "", "ambiguous"),
    ("MIS 2 days", "14", "assumed-day"),
    ("Revit Pro 2 days", "14", "assumed-day"),
    ("2 days Bob", "14", "assumed-day"),
    ("2 days OK", "14", "assumed-day"),
    ("2 days fast track", "14", "assumed-day"),
    ("2 std days", "14", "assumed-day"),
    ("2 Tage und 3 Stunden", "17", "language"),
    ("2 giorni e 3 ore", "17", "language"),
    ("3 fois 2 h", "6", "repeated"),
    ("zwei mal 2 h", "4", "repeated"),
    ("2 h et demie", "2.5", "language"),
    ("2 bis 3 h", "2", "range"),
    ("environ 2 h", "2", "approximate"),
    ("2 h par semaine", "", "unknown-length"),
    ("3 fois 2 hours", "6", "repeated"),
    ("2 hrs pro day, 3 days", "6", "repeated"),
    ("2 hrs täglich", "", "unknown-length"),
    ("2 hrs et demi", "2.5", "language"),
    ("demi day", "3.5", "language"),
    ("deux hrs", "2", "language"),
    ("environ 20 hours", "20", "approximate"),
]
OTHER_LANGUAGES = [
    ("déjeuner 1 heure", "", "ambiguous"),
    ("Mittagspause 1 Stunde", "", "ambiguous"),
    ("premier jour", "", "not-understood"),
    ("letzter Tag", "", "not-understood"),
    ("9時-17時", "", "ambiguous"),
    ("9 uur tot 17 uur", "", "ambiguous"),
    ("2 uur tot 3 uur", "2", "range"),
    ("16 Unterrichtsstunden", "", "unknown-length"),
    ("16 Unterrichtsstunden à 45 min", "12", "repeated"),
    ("mind. 20 Stunden", "20", "approximate"),
    ("3 mai un", "", "no-unit"),
    ("2〇 hours", "", "ambiguous"),
    ("2 х 3 hours", "6", "repeated"),
    ("2 ✕ 3 hours", "6", "repeated"),
]

READINGS = [
    *FOREIGN_WORDS_IN_ENGLISH,
    *OTHER_LANGUAGES,
]
