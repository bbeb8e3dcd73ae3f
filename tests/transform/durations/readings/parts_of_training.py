"""Parts of a training that a word names, also where the word says nothing beside one amount alone."""

WITH_LABELS = [
    ("Taught: 2 days Study: 10 hours", "", "ambiguous"),
    ("Taught: 2 days; Study: 3 hours", "17", "assumed-day"),
    ("Taught - 2 days, Study - 3 hours", "17", "assumed-day"),
    ("Classroom: 1 day E-learning: 3 hours", "10", "assumed-day"),
    ("Theory: 2 days Practical: 3 hours", "17", "assumed-day"),
    ("E-learning: 3 hours Practical: 1 day", "", "ambiguous"),
    ("Course: 2 days Exam: 3 hours", "", "ambiguous"),
    ("Course: 2 days Workshop: 3 hours", "", "ambiguous"),
    ("Course: 2 days Study: 14 hours", "14", "stated-hours"),
    ("Duration: 2 days Study: 10 hours", "10", "stated-hours"),
    ("2 days; Practical: 1 day", "", "ambiguous"),
    ("Duration: 20 hours; practical - 3 hours", "", "ambiguous"),
    ("2 days; Practical: 3 hours", "17", "assumed-day"),
]

AFTER_A_DASH_A_SLASH_OR_A_BRACKET = [
    ("1 day classroom / 3 hours practical", "", "ambiguous"),
    ("2 days theory - 3 hours practical", "", "ambiguous"),
    ("2 days taught (10 hours study)", "", "ambiguous"),
    ("2 hours theory (1 day practical)", "", "ambiguous"),
    ("10 hours online / 2 days classroom", "", "ambiguous"),
    ("3 hours e-learning - 1 day classroom", "", "ambiguous"),
    ("30 mins presentation - 1 hour practical", "", "ambiguous"),
    ("2 days (3 hours practical)", "", "ambiguous"),
    ("2 days (4 hours online)", "", "ambiguous"),
    ("1 day (with 2 hours practical)", "", "ambiguous"),
    ("2 hours - 3 hours practical", "2", "range"),
    ("2 days (10 hours study)", "10", "stated-hours"),
    ("3 days (18 hours classroom)", "18", "stated-hours"),
    ("1 day (5 hours online)", "5", "stated-hours"),
    ("6 weeks (20 hours online)", "20", "stated-hours"),
    ("2 days (practical: 3 hours)", "", "ambiguous"),
    ("2 days - Practical: 3 hours", "", "ambiguous"),
    ("2 days (practical: 14 hours)", "14", "stated-hours"),
    ("10 hours online (3 days)", "10", "stated-hours"),
    ("4 hours online (2 days)", "4", "stated-hours"),
    ("2 days + 3 hours practical", "17", "assumed-day"),
]

READINGS = [*WITH_LABELS, *AFTER_A_DASH_A_SLASH_OR_A_BRACKET]
