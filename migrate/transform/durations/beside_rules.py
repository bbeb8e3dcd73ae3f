"""The last rules of the grammar: what is said beside amounts that are all read, and where each part was.

What in it is no training is taken away; what makes an amount unclear is marked as such.
"""

from migrate.transform.durations import (
    how_often,
    named_parts,
    not_counted,
    parts_of_training,
    said_beside,
    where_and_when,
)
from migrate.transform.durations.rewrite import rule

BESIDE_RULES = (  # what is said beside an amount, and what in it is no training
    rule(r"(?<=[HDWE]),(?=[HDWE])", said_beside.read_with, "8 hours with 2 hours practical"),
    rule(
        r"(?<!v)[12]\+[HDWSK]|[HDWSK]\+[12](?!K)",
        said_beside.read_date_added,
        "Friday and half day Saturday",
    ),
    rule(r"l[12]", not_counted.read_but_a_part, "5 days except Wednesday"),
    rule(r"xH[,;(\-vL]*2o?pu", not_counted.read_counted_ones, "6 x 2 hours (first Tuesday of each month)"),
    rule(r"(?<=2)o?pu", not_counted.read_every_one, "1 hour, first Tuesday of each month"),
    rule(r"lL(?=u|[sS]|[).]*$)", not_counted.read_but_an_end, "3 days except the last"),
    rule(
        r"[HDW][wL]*[-,;:(]*z(?:n(?=[).,;]*$)|[HDW])|[HDW][-,;:(]*w+(?:n(?=[).,;]*$)|[HDW])",
        not_counted.read_instead,
        "3 days, actually 2 days",
    ),
    rule(r"[HDW][^HDWUQ]*[HDWUQ].*", not_counted.read_optional, "2 days, optional 2 hour exam"),
    rule(r"[HDW][^HDWUQ]*[HDWUQ]w", not_counted.read_condition, "2 days classroom, 4 days if online"),
    rule(r"(?<=[HDWE])[wL]*\+a(?![HDWESUQR])", not_counted.read_further, "2 days + one more"),
    rule(r"[HDWE][-,;(]*ww+n(?=[).]*$)", not_counted.read_but_fewer, "5 days but I could only make 3"),
    rule(r"H[,(]?lH[jo]?b", not_counted.read_subtracted, "8 hours less 1 hour lunch"),
    rule(r"D[wL]*\([12]\)", not_counted.read_one_day_only, "5 day course (Monday only)"),
    rule(r"(?<=[DW])[,;(\-]*nw+[,;(:\-]*Q", how_often.read_each_of_things, "1 day, 2 tutors, 3 hours each"),
    rule(r"[KQ][,;(:\-]*xnww?", how_often.read_venues, "9am-5pm at 2 venues"),
    rule(r"(?<=[KR(,;:\-])xnw", how_often.read_address, "9am-5pm @ 5 High St"),
    rule(r"(?<!H\()g[HD]", not_counted.read_uncounted, "numerous 1 hr CPDs"),
    rule(r"w[:j]?[DWE]|Ew", not_counted.read_validity, "3 days, valid for 3 years"),
    rule(r"[DWZ][,(]?m[).]*(?:w?$|[-,][ws]+$)", where_and_when.read_part_of_day, "2 days am"),
    rule(r"DD(?:\+D)*", where_and_when.read_part_of_that_day, "half day morning"),
    rule(r"[DW](?=[wL]*[).]*$)", where_and_when.read_evening_of_days, "2 days evening"),
    rule(
        r"(?<=[HDW])[wL(]*(?:\+[nf]-?[wL]|[,(][nf]-?w(?!-?[wLsS]))",
        not_counted.read_added_things,
        "4 days + 1 exam",
    ),
    rule(r"(?<=[HDW])[wL]+[,;]n-?[wL](?=[).;]*$)", named_parts.read_unit_unsaid, "2 days onsite, 3 offsite"),
    rule(r"(?<=[HDW])w*\+w*S(?=[).]*$)", not_counted.read_added_meal, "2 day conf + dinner"),
    rule(r"(?<=[HDW])[wL(]*\+w[w\-]*[HDW]", not_counted.read_added_day, "3 days + follow-up day"),
    rule(
        r"(?:^|[12Z][\-,;:(]*)(?:b[:\-,=]?H|H-?[jb]*b)[).]*$", not_counted.read_break_alone, "break 30 mins"
    ),
    rule(r"(?<!T)[HDW][,(]?i[HD]j?w+\)?", named_parts.read_included_part, "2 days including 1 hour exam"),
    rule(
        r"(?:^|(?<=[,;(+i]))w[:\-,=(]?H(?=[).]*$)|(?<=[HDW])w[:\-=(]H(?=[).]*$)|H[jo]?-?w(?![wLsi+])",
        not_counted.read_aside,
        "1 day, 2 hours travel",
    ),
    rule(
        r"(?<=[+,;])(?:[DW][jo]?-?w(?![wLsi+])|[HDW]\(w\)|w[:\-,=(]?[DW](?=[).]*$))"
        r"|(?:^|(?<=[+,;]))(?:w[:\-(]?[HDW]\)?|[HDW](?:w|\(w\)))(?=[+,;][wLsS]*[:\-(]?[HDWK])",
        not_counted.read_aside,
        "2 days, 1 day travel",
    ),
    rule(
        r"^(?:[wL]*:)?[HDW](?:[wL]*[,;.][wL]*[:\-]|[wL]*:)[HDW](?=[wL).;,]*$)",
        parts_of_training.read_labelled_parts,
        "Taught: 2 days Study: 10 hours",
    ),
    rule(
        r"[HDW][wL]*\)?[(\-:/=]+,?[wL]*[:\-]?[HDW][wL]*(?=[^HDWKQUSRE]*$)",
        parts_of_training.read_parts_of_training,
        "1 day classroom / 3 hours practical",
    ),
    rule(r"[DW][wL]*[(\-:/=]+(?:w[:\-]?H|H-?[wL]+)", named_parts.read_named_hours, "5 days (3 hour exam)"),
    rule(r"(?<=[HKZQU)])\((?:w[:\-]?H|H-?w)\)", named_parts.read_exam_within, "3 x 2 hours (exam 2 hrs)"),
    rule(
        r"w[:\-(]?[DW]\)?[\-/]+[wL]*[:\-(]?H|w[:\-(]?H\)?[\-/]+[wL]+[:\-(]?[DW]|H[\-/]+(?:w[:\-]?[DW]|[DW]w)",
        named_parts.read_named_parts,
        "theory 2 days / 6 hours",
    ),
    rule(r"D/[wL]+[,;:]?H", named_parts.read_after_slash, "3 days / Leeds, 2 hours online"),
    rule(
        r"[DW][,;]?H(?:v?S)?(?=[).]*$)", where_and_when.read_evening_hours, "1 week, 2 hours in the evening"
    ),
    rule(r"(?<=Z)\(?b(?=[).]*$)", where_and_when.read_until_lunch, "Thurs - Sat lunch"),
    rule(
        r"[DW][wL]*\+[wLS]*[(/=,]H|(?:(?<!-)[DW]|[DW](?=[wL]))[wL]*\+[wLS]*-H",
        named_parts.read_total_after,
        "1 day theory and practical (7 hours)",
    ),
    rule(
        r"(?<![HDWEK])(?<![^wL]n)(?<!^n)(?<!n[wL])(?<!n[wL][wL])(?<!nxw)\([HDW]w*\)[wLS]*(?:[vx][wL]+)?[,;:\-/]*[wLS,\-]*\(?[HDW].*",
        named_parts.read_after_bracket,
        "Induction (2 hours), 3 days",
    ),
    rule(
        r"(?<=[HDWKS])xa?[wL]+(?![wLopr])|(?<=[HDW])o[wL]+(?=[,;.])",
        where_and_when.read_place,
        "2 hours at Leeds and 3 days in London",
    ),
    rule(r"H[wLo]*x[awLo]*[DW]", named_parts.read_at_event, "2 hour talk at 3 day conference"),
    rule(
        r"(?:[wL][:\-])?[HDW][wL]*[,;.][wL]*[\-:][HDW]",
        named_parts.read_listed_name,
        "2 days; exam - 3 hours",
    ),
    rule(
        r"[wL]+[:\-][HDW](?:[wL]+[:\-][HDW])+",
        named_parts.read_named_list,
        "First Aid: 1 day Asbestos: 2 hours",
    ),
    rule(r"S[\-:;,(=]*Hw", not_counted.read_between_sessions, "6 lectures, 20 hours private study"),
    rule(r"D-?w|(?<=[,;(])w[:\-]?D(?=[).]*$)", not_counted.read_lasting, "30 days access course"),
    rule(r"(?<=H)-?w(?!-?[wLsSu])D?", not_counted.read_journey, "10 minute walk"),
    rule(r"^[^HDWEKSUQRZNnt]*w[vw][HDW](?=[^HDWEKSUQRZN]*$)", where_and_when.read_deadline, "due in 2 weeks"),
    rule(r"^[^HDWESRKUn]*v[HDW]ow", where_and_when.read_term, "within 3 days of joining"),
    rule(r"^[^HDWESRKUn]*v[HDW]", said_beside.read_over, "over 20 hours"),
    rule(
        r"q[HDW][-,;(/+|]*q[HDW]|[HDW]q(?:[-,;(/)+|]*[HDW]q|[,;]H)",
        not_counted.read_limits,
        "min 2 days, max 3 days",
    ),
    rule(r"(?<![qx])(?:H[,;(]?qH|D[,;(]?qD|W[,;(]?qW)", not_counted.read_other_limit, "2 days, max 3 days"),
    rule(r"q[-:().]*[oaT=]*[HDWESRKCUQn]", said_beside.read_approximate, "~3h"),
    rule(r"[HDWEUSR][,(.\-x]?q", said_beside.read_approximate, "2 days max"),
    rule(r"[HDWE]\++[.;,)]*$", said_beside.read_plus, "3 days+"),
    rule(
        r"T[:=\-,]*(?:Hw[,;]H|Dw[,;]D)w*[).]*$",
        said_beside.read_total_of_parts,
        "Total: 3 hours theory, 2 hours practical",
    ),
    rule(r"[DW]T[,;]H", said_beside.read_hours_of_total, "2 days in total, 14 hours"),
    rule(
        r"HT(?=[:\-(]+[DW])|(?<![HD+x,])HT(?=\(H[^()]*\)?w*[.]*$)"
        r"|(?<![HDW])T[:=\-(,]*o?[HDW]|T[:=\-,]*o?[HDW]|[HDW][,(]?T(?![:=\-]*o?[HDW])",
        said_beside.read_total,
        "3 days, total 20 hours",
    ),
)
WHEREABOUTS_RULES = (  # last: where each part was
    rule(
        r"(?<!x)[HDW][wL(,;:\-v]*2(?:[+,]+2)*(?=[^HDWKRQUS]*$)",
        where_and_when.read_several_years,
        "1 day (2010 & 2013)",
    ),
    rule(
        r"(?<!x)[HDW][(,\-v]*w(?:[+,]+w)*[+,]+[w2](?=[).]*$)",
        where_and_when.read_several_months,
        "1 day (May & June 2010)",
    ),
    rule(
        r"^(?:[wL]+:)?[HDW][wL]+(?:;[HDW][wL]*)+\.?$",
        named_parts.read_semicolons,
        "2 days theory; 1 day practical",
    ),
    rule(r"(?<=H)v[wL12]+(?=,[DW][).]*$)", where_and_when.read_hours_in_place, "7 hours in Leeds, 2 days"),
    rule(
        r"v[wL12]+(?=[,;+|][HDW](?:v|[wL]+$))|v(?=[wL12]+[).]*$)",
        where_and_when.read_whereabouts,
        "3 days in London, 2 days in Paris",
    ),
)
