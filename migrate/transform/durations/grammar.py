"""Every rule of the reader in its order: what comes first may be part of what comes later.

A tuple holds one subject's stretch of that order; `RULES` puts the stretches together.
"""

from migrate.transform.durations.amounts import (
    read_after_point,
    read_amount,
    read_halves,
    read_hour_of_session,
    read_hours_before_clock,
    read_in_brackets,
    read_label_first,
    read_number_range,
    read_one_after,
    read_times_unit,
    read_unit_alone,
    read_units_first,
    read_vague,
    read_whole_or_half,
    read_whole_unit,
)
from migrate.transform.durations.arrange import WORD_RULES
from migrate.transform.durations.calendar_days import DATE_RULES, DATED_CLOCK_RULES, SPAN_RULES
from migrate.transform.durations.clock import CLOCK_RULES, COLON_RULES
from migrate.transform.durations.joined import (
    read_adjacent_minutes,
    read_and_a_half,
    read_compound,
    read_doubtful_minutes,
    read_or_more,
    read_range,
    read_round_minutes,
    read_same_share,
    read_short_minutes,
)
from migrate.transform.durations.labels import (
    read_dimension,
    read_falling_label,
    read_initials,
    read_label,
    read_method,
    read_military,
    read_misspelt,
    read_misspelt_number,
    read_name_before_day,
    read_numbered,
    read_numbered_list,
    read_one_to_one,
    read_ordinal_unit,
    read_out_of,
    read_size,
    read_third,
    read_unknown_adjective,
    read_year_first,
)
from migrate.transform.durations.not_counted import (
    read_access,
    read_added_things,
    read_aside,
    read_between_sessions,
    read_break_alone,
    read_but_a_date,
    read_deadline,
    read_examination,
    read_journey,
    read_limits,
    read_part_of_day,
    read_recurring,
    read_unit_of_name,
    read_validity,
    read_week_beginning,
    read_whereabouts,
)
from migrate.transform.durations.numbers import NUMBER_RULES
from migrate.transform.durations.rates import (
    read_clock_of_weekday,
    read_clock_rate,
    read_credits,
    read_doubtful_times,
    read_each,
    read_every_half_day,
    read_hours_of_days,
    read_how_often,
    read_included,
    read_long_day,
    read_long_days,
    read_of_sessions,
    read_rate,
    read_rate_after_bracket,
    read_rate_aside,
    read_rate_last,
    read_rate_of_each,
    read_rate_of_events,
    read_rate_unsaid,
    read_sessions,
    read_sessions_first,
    read_sessions_of_kind,
    read_times_after,
    read_times_of_date,
    read_times_weekly,
    read_twice,
)
from migrate.transform.durations.rewrite import Rules, rule
from migrate.transform.durations.said_beside import (
    read_approximate,
    read_date_added,
    read_minimum,
    read_over,
    read_part_of_unit,
    read_part_time,
    read_plus,
    read_share,
    read_taken_off,
    read_tolerance,
    read_total,
    read_total_hours,
    read_vague_times,
    read_with,
)

_QUANTITY = r"(?:B?[nf][-t|][nf]|B[nf]\+[nf]|nan|a*n(?:-?f)?o?|a*f-?o?-?a?)"
_X = "[HDWE]"
_ASIDE = r"\([^()]+\)"
LABEL_RULES = (  # figures and units of a name, a label or a number of its own kind
    rule(r"^u[:=\-]?(?=K)", read_hours_before_clock, "Hours: 9am-5pm"),
    rule(r"(?<![nfdha])u\+u|[wL]u(?=n)", read_initials, "Appendix D 1 day"),
    rule(r"non(?=-?u)", read_out_of, "day 1 of 3 day course"),
    rule(r"[wLs][-:]?n(?:yu|u)|nyu|nu", read_name_before_day, "Eurocode 7 full day"),
    rule(r"^T?u[:=]?n[,;]?u[:=]?n(?!-?[ufsh])", read_units_first, "Hours: 2, Minutes: 30"),
    rule(r"(?<![unH])nu", read_method, "5S (1 day)"),
    rule(r"nu", read_military, "1730 hrs"),
    rule(r"[OL]u|(?<![nfdha])uu", read_ordinal_unit, "2 days (first day only)"),
    rule(r"(?<![nfdha\-])f-?u", read_third, "third day"),
    rule(r"n(?:-?t-?|-)n", read_one_to_one, "1 hour 1-to-1 mentoring"),
    rule(r"B?n[-t|]n(?=x)", read_number_range, "2-3 x 2 hours"),
    rule(r"n-?s|n-?f-?u|n-n(?=-?u)", read_year_first, "2012 - half day"),
    rule(r"nxnw", read_size, "4x4 driving 1 day"),
    rule(r"s[:.]?n(?:(?=[n,:(]|$|-(?!n))|-(?=n))", read_label, "3 days, module 5"),
    rule(r"[wLs]n(?:[,+]n)*[-t+]n(?=[,:\-n]|\((?!u)|$)", read_numbered_list, "Level 1 & 2 - 3 days"),
    rule(r"[wL]n-n|Lntn|(?<![nfdhax])un-n(?=-?u)", read_falling_label, "Guilds 2391 - 5 days"),
    rule(r"(?:[nf]-?|f-?o?-?a-?)w", read_misspelt, "2 housr"),
    rule(r"(?<![nfayx(])u[-.]?n(?:\+n)*(?![-ux(])|(?<=\()u[-.]?n(?=\))", read_numbered, "Course (day 2)"),
    rule(
        r"^[(.]*(?:[gTLvq]\.?)?o?\(?u\)?[:=\-(]*(?:[nf]-)?(?:n|f)(?![-tnufhdsxco+|/(])",
        read_label_first,
        "Days: 3",
    ),
)
AMOUNT_RULES = (  # a figure, a fraction or a word with its unit
    rule(r"[an]?A", read_whole_unit, "PT7H"),
    rule(r"un(?!u)", read_one_after, "ساعة واحدة"),
    rule(r"nun(?![-+]?[ufn])", read_adjacent_minutes, "1h30 webinar"),
    rule(r"woau", read_part_of_unit, "tenth of an hour"),
    rule(r"nwu", read_unknown_adjective, "2 std days"),
    rule(r"y[|/]f-?u", read_whole_or_half, "full or half day"),
    rule(r"(?<![naxft|+])(?<![nf]-)f-?u", read_halves, "half days"),
    rule(rf"{_QUANTITY}(?:[q+]|-)?-?y?-?u", read_amount, "2 days"),
    rule(r"nxy?-?u", read_times_unit, "2 x mornings"),
    rule(r"nx?H-?u", read_long_days, "3 seven-hour days"),
    rule(r"^[wLsq:,]*H-?u(?=(?:xn)?[wLs,).]*$)", read_long_day, "8 hour day"),
    rule(r"n[.,]u", read_after_point, "2.days"),
    rule(r"n\(u\)", read_in_brackets, "3 (hours)"),
    rule(r"(?:ga?o?|ao?g)y?u", read_vague, "several full days"),
    rule(r"w-?a?-?u", read_misspelt_number, "O.5 day"),
    rule(r"(?<![nfda])sau(?=\+(?:H|a?f)|[).]*$)", read_hour_of_session, "Lecture an hour and 45 minutes"),
    rule(r"(?<![HDWESusprn/])(?<![HDW]\()(?:a*y|a+)-?u", read_amount, "a day"),
)
JOINED_RULES = (  # one amount of several parts, or said in two ways
    rule(
        r"B[HDW]\+[HDW]", lambda items, policy: read_range(items[1:], policy), "between 2 hours and 3 hours"
    ),
    rule(rf"(?:{_X}|(?<![pa/])u)\+a?f(?!o?[au])|{_X}f(?!o?[au])", read_and_a_half, "an hour and half"),
    rule(r"D(?:[,+/]D)*-?[wL]|[wL][(]?D(?:[,+/]D)*|(?:D/)?D[,+]D", read_dimension, "3D modelling"),
    rule(r"H\+?n(?![-ufhdsxconmwMkA1(/|%])|Hn(?=[-(H])", read_short_minutes, "1 h 30"),
    rule(r"Hn(?=w)", read_doubtful_minutes, "2hrs 30 online"),
    rule(r"H[(\-=,]n", read_same_share, "3 hours (3 CPD)"),
    rule(r"T[:=\-]?n(?!-?[ufsh])|nT", read_total_hours, "Total hours: 12"),
    rule(r"H(?:\+?H)+(?![,(j]*[bl])|H(?:[,+]?H)+(?![,(j]*(?:[bl]|p(?!u)))", read_compound, "2h 30m"),
)
SESSION_RULES = (  # sessions, and clock times that recur
    rule(r"[gz]x", read_vague_times, "2 hours on various occasions"),
    rule(r"(?<![wLsnu])n(?:x[DW]|x?H)?[wL]s+", read_sessions_of_kind, "3 coaching sessions, 2 hrs each"),
    rule(r"(?<![nfdhapsgHDW])s+(?=[:,(\-]?nx[HDW])", read_sessions_first, "Lectures: 10 x 1 hr"),
    rule(r"nxr(?=[HDW]-?s)", read_times_weekly, "10 x weekly 2hr sessions"),
    rule(r"(?<!n)[HD]os+|(?:nr?)?(?<!s)[HDW]-?r?s+", read_of_sessions, "4 x 1hr sessions"),
    rule(r"(?:B?n[-t|]n|a*n)-?r?y?s+", read_sessions, "1 evening - 3 hrs"),
    rule(r"(?<=[HDWK])[,(]*iw*S(?=[).]*$)", read_included, "1 day including 3 sessions"),
    rule(r"K,?(?:[pa]u|r)|(?:pu|r)[,:]?K", read_clock_rate, "weekly 7-9pm"),
    rule(
        r"(?<![nfdhapgswL+/|])(?<![s12][,\-])(?:s[,:]?K|Ks)(?=[jv,(]+W)|(?<=W[,(:\-])s[,:]?K(?=[).]*$)",
        read_clock_of_weekday,
        "Tuesdays 6-9pm for 10 weeks",
    ),
)
QUALIFIER_RULES = (  # what would part an amount from its rate
    rule(r"[HDWK][-,(;]?l(?=b(?![-,(:jo]*H))", read_taken_off, "8 hours less lunch"),
    rule(rf"{_X}q{_X}", read_tolerance, "3 hours ± 30 mins"),
    rule(rf"[wL][ox]{_X}|[gb]o{_X}|{_X}[xo]w", read_share, "part of a 2 day course"),
    rule(
        r"u(?=[:.()]*[qn]?[HDW])|(?<=[HDW])u(?!\))|(?<=[HDWE])\(u(?=\))|(?<=[HDWE])[,\-x]u(?=[.)]*$)",
        read_minimum,
        "2 hours min",
    ),
    rule(r"[HDWE]\(?q\)?(?=,?(?:[pa]u|r))", read_approximate, "2 hours approx per week"),
)
RATE_RULES = (  # an amount for each day, week, session or person
    rule(rf"[HDWESK]{_ASIDE}(?:[pa][us]|r|p)", read_rate_after_bracket, "2 hours (online) per week"),
    rule(
        r"[HDW][w,]*,r|(?<![xo])[HDW][w,\-]*(?:\(r\)|[-:;]r(?=[jv,;.)]|-j?[DW]|$))",
        read_rate_aside,
        "2 hours (weekly)",
    ),
    rule(r"[HDWES](?:,?[pa]|[w,\-]*p|/|\(?p)[us]\)?|[HDWES][w,]*r|[HDWES]p2", read_rate, "1 day/week"),
    rule(
        r"r[:,]?[HDWSU](?!s)|r-[HD](?!s)|pu[,:]?[HDWS]|(?<![wc])pu-[HDWS]|ps[,:]?[HDW]|U[w,]*r|U[pa]u",
        read_rate,
        "weekly 1 hour sessions for 10 weeks",
    ),
    rule(r"r[jvs,]*W[-,:(]+H(?=[).]*$)", read_rate_last, "weekly for 10 weeks, 2 hrs"),
    rule(
        r"^[^HDSUQKRnEGZx]*r(?:[s2,:(\-]*|[wLs2,:(\-]*[jv]+)W(?=[^HDSUQKRnEGZx]*$)",
        read_rate_unsaid,
        "every Tuesday for 3 weeks",
    ),
    rule(r"^r[ws]+[-,:(]*[HD](?=[).]*$)", read_rate_of_events, "weekly meeting, 1 hour"),
    rule(r"[HDW](?:,?p(?![oHDW])|\(p\))|pj?[HD]", read_each, "3 days (6 hrs each)"),
    rule(r"(?:S[,(:\-]?)?Q[),]*(?:[pa]u|r)", read_rate_of_each, "2 lectures (1 hr each) per week"),
)
REPEAT_RULES = (  # ranges of amounts, and how often there was one
    rule(rf"{_X}(?:[-t]|tq)?[-tq]{_X}", read_range, "1hr-2hrs"),
    rule(r"pu", read_every_half_day, "every morning for 2 weeks"),
    rule(r"p[HDW]", read_how_often, "every 2 weeks"),
    rule(r"[HDWE][,(]?c|(?<![n\-])c[HDWE]", read_part_time, "2 days PT"),
    rule(r"[HDW][,;(\-]?nx(?![a-zHDWKU])", read_times_after, "2 hours, 3 times"),
    rule(r"[HDW][,(]?!(?=[).]*$)", read_twice, "2 hours, twice"),
    rule(r"Hn(?=xn[).]*$)", read_round_minutes, "1hr 30 x 4"),
    rule(r"nxD", read_hours_of_days, "7.5 x 2 days"),
    rule(r"(?<=[HDWE])x[12Z]|[12]x(?=[HDW])", read_times_of_date, "2 hrs x 6 May 2010"),
    rule(r"[HDW]\|n(?!-?[a-zA-Z])", read_or_more, "a day or two"),
)
LEFTOVER_RULES = (  # figures, sessions and units that no rule above has used
    rule(r"c[:=]*n|n-?c|ga?o?c|c", read_credits, "2 CEUs"),
    rule(r"(?:ga?o?|ao?g)?(?:a|y)*s+", read_sessions, "talk"),
    rule(r"u[wo](?=[12])", read_week_beginning, "week commencing 5 May"),
    rule(r"[wL]u|(?<![pa/])uw", read_unit_of_name, "HND day"),
    rule(r"(?<![pa/])u", read_unit_alone, "day"),
    rule(r"[HDW]w*xn(?![x\-+nf|/wL])", read_doubtful_times, "3 days @ 8"),
)
BESIDE_RULES = (  # what is said beside an amount, and what in it is no training
    rule(r"(?<=[HDWE]),(?=[HDWE])", read_with, "8 hours with 2 hours practical"),
    rule(r"[12]\+[HDWSK]|[HDWSK]\+[12](?!K)", read_date_added, "Friday and half day Saturday"),
    rule(r"l[12]", read_but_a_date, "5 days except Wednesday"),
    rule(r"w[:j]?[DWE]|Ew", read_validity, "3 days, valid for 3 years"),
    rule(r"[DZ][,(]?m[).]*$", read_part_of_day, "2 days am"),
    rule(r"(?<=[HDW])[wL(]*(?:\+[nf]-?w|,[nf]-?w(?!-?[wLsS]))", read_added_things, "4 days + 1 exam"),
    rule(r"^b[:\-,=]?H[).]*$|^H-?[jb]*b[).]*$", read_break_alone, "break 30 mins"),
    rule(r"^w[:\-,=(]?H[).]*$|(?<!\+)H[jo]?-?w(?![wLsi+])", read_aside, "1 day, 2 hours travel"),
    rule(r"[DW][wL]*[(\-:/=]+(?:w[:\-]?H|Hw+)", read_examination, "5 days (3 hour exam)"),
    rule(r"S[\-:;,(=]*Hw", read_between_sessions, "6 lectures, 20 hours private study"),
    rule(r"D-?w", read_access, "30 days access course"),
    rule(r"\+w(?=[HDW])", read_recurring, "1 day + annual half day refresher"),
    rule(r"(?<=H)-?w(?!-?[wLsSu])D?", read_journey, "10 minute walk"),
    rule(r"^[^HDWEKSUQRZNnt]*w[vw][HDW](?=[^HDWEKSUQRZN]*$)", read_deadline, "due in 2 weeks"),
    rule(r"^[^HDWESRKUn]*v[HDW]", read_over, "over 20 hours"),
    rule(r"q[HDW][-,;(/+|]*q[HDW]|[HDW]q[-,;(/)+|]*[HDW]q", read_limits, "min 2 days, max 3 days"),
    rule(r"q[-:().]*[oaT=]*[HDWESRKCUQn]", read_approximate, "~3h"),
    rule(r"[HDWEUSR][,(.\-x]?q", read_approximate, "2 days max"),
    rule(r"[HDWE]\+[.;,)]*$", read_plus, "3 days+"),
    rule(r"T[:=\-(,]*o?[HDW]|[HDW][,(]?T(?![:=\-(]*o?[HDW])", read_total, "3 days, total 20 hours"),
)

RULES = Rules(  # dates and clock ranges before amounts, or their numbers would be counted as amounts
    *DATE_RULES,
    *DATED_CLOCK_RULES,
    *CLOCK_RULES[:-1],
    *SPAN_RULES,
    *CLOCK_RULES[-1:],
    *NUMBER_RULES,
    *COLON_RULES,
    *LABEL_RULES,
    *AMOUNT_RULES,
    *JOINED_RULES,  # amounts before rates: the a of "2 hours a day" is no number
    *SESSION_RULES,
    *QUALIFIER_RULES,
    *RATE_RULES,
    *REPEAT_RULES,
    *LEFTOVER_RULES,
    *BESIDE_RULES,
    *WORD_RULES,
    rule(
        r"v[wL12]+(?=[,;+|][HDW]v)|v(?=[wL12]+[).]*$)", read_whereabouts, "3 days in London, 2 days in Paris"
    ),
)
