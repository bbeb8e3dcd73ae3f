"""Frames of v2 into frames of v3.

    batch → fates, whole_rows → entities       a batch: every row's fate, then table by table
    archived                                   which assessments stay behind
    members, trainings, …                      one module a v3 table, named after it
    source, given → readings → transformed     from the rows of a v2 table to the columns of a v3 table
    dates, hours, flags, text_columns          how a kind of column is read; durations/ reads one text
    exact_dates, date_texts, known_words       the days of plain columns, and of one text in any language
    texts, early_loading                       odd characters, shown; readers loaded before they are needed
    decision_lookup, decided_columns           the decisions that hold, and columns read with them applied
    identity                                   a row's v3 id

Pure: no database, no clock; the same input gives the same output.
"""
