"""Every rule of the reader in its order: what comes first may be part of what comes later.

A tuple holds one subject's stretch of that order; `RULES` puts the stretches together.
"""

from migrate.transform.durations import (
    amounts,
    clock,
    how_often,
    joined,
    labels,
    named_parts,
    not_counted,
    rates,
    said_beside,
    where_and_when,
)
from migrate.transform.durations.arrange import WORD_RULES
from migrate.transform.durations.beside_rules import BESIDE_RULES, WHEREABOUTS_RULES
from migrate.transform.durations.clock import CLOCK_RULES, COLON_RULES
from migrate.transform.durations.numbers import NUMBER_RULES
from migrate.transform.durations.rewrite import Rules, rule
from migrate.transform.durations.written_dates import DATE_RULES, DATED_CLOCK_RULES, SPAN_RULES

_QUANTITY = r"(?:B?[nf][-t|][nf]|B[nf]\+[nf]|nan|a*n(?:-?f)?o?|a*f-?o?-?a?)"
_X = "[HDWE]"
_ASIDE = r"\([^()]+\)"
LABEL_RULES = (  # figures and units of a name, a label or a number of its own kind
    rule(r"^u[:=\-]?(?=K)", amounts.read_hours_before_clock, "Hours: 9am-5pm"),
    rule(r"(?<![nfdha])u\+u|[wL]u(?=n)", labels.read_initials, "Appendix D 1 day"),
    rule(r"non(?=-?u)", labels.read_out_of, "day 1 of 3 day course"),
    rule(r"[wLs][-:]?n(?:yu|u)|(?<!x)n(?:yu|u)", labels.read_name_before_day, "Eurocode 7 full day"),
    rule(r"^T?u[:=]?n[,;]?u[:=]?n(?!-?[ufsh])", amounts.read_units_first, "Hours 2 Minutes 30"),
    rule(r"w[pa/]u(?=[,;:(\-]*n)", labels.read_price_rate, "£125 per day, 2 days"),
    rule(r"[wLs]nu", labels.read_name_before_kind, "Excel 7 training day"),
    rule(r"(?<![unH])nu", labels.read_method, "5S (1 day)"),
    rule(r"(?<=T)nu|nu(?=[vT])", labels.read_time_of_day, "0900 hrs total"),
    rule(r"(?<!T)nu(?![vT])", labels.read_military, "1730 hrs"),
    rule(r"[OL]u|(?<![nfdha])uu", labels.read_ordinal_unit, "2 days (first day only)"),
    rule(r"(?<![nfdha])(?<![nfdh]-)f-?u", labels.read_third, "third day"),
    rule(r"l[us]n", not_counted.read_but_a_part, "6 x 2 hours except week 5"),
    rule(r"n(?:-?t-?|-)n(?!-?u)", labels.read_one_to_one, "1 hour 1-to-1 mentoring"),
    rule(r"(?<!s)B?n[-t|]n(?=x)", amounts.read_number_range, "2-3 x 2 hours"),
    rule(r"n-?s|n-?f-?u|n-n(?=-?u)", labels.read_year_first, "2012 - half day"),
    rule(r"[wL]na(?=[nfx+,;:/()\-]|$)", labels.read_lettered_label, "IPAF 3a 1 day"),
    rule(
        r"sn[-t]n(?=[,:(\-]*[nfa]+-?u,?p(?!u)|x[nfa]+-?u)",
        rates.read_numbered_each,
        "Modules 1-3 (2 days each)",
    ),
    rule(r"nxn(?:w|f?-?u)", labels.read_size, "4x4 driving 1 day"),
    rule(r"(?:^|(?<=[,;:(]))n-?w[,+]?n-?w?-?u", named_parts.read_unit_last, "6 theory + 8 practical hours"),
    rule(r"s[:.]?n(?:(?=[n,:(]|$|-(?!n))|-(?=n(?!n)))", labels.read_label, "3 days, module 5"),
    rule(r"[wLs]n(?:[,+]n)*[-t+]n(?=[,:\-n]|\((?!u)|$)", labels.read_numbered_list, "Level 1 & 2 - 3 days"),
    rule(r"[wLs]n(?:[,+]n)*[-t+]nf-?u", labels.read_list_before_part, "Eurocodes 2 & 3 half day"),
    rule(r"[wL]n-n|Lntn|(?<![nfdhax])un-n(?=-?u)", labels.read_falling_label, "Guilds 2391 - 5 days"),
    rule(r"(?:[nf]?-?y-?|[nf]-?|f-?o?-?a-?)w", labels.read_misspelt, "2 housr"),
    rule(
        r"(?<![nfayx(])(?<![nf]-)u[-.]?n(?:\+n)*(?:(?![-ux(])|(?<=n\+n)(?=-n-?u))|(?<=\()u[-.]?n(?=\))",
        labels.read_numbered,
        "Course (day 2)",
    ),
    rule(
        r"(?:^|(?<=[-:,;.]))[(.]*(?:[gTLvq]\.?)?o?\(?u\)?[:=\-(]*(?:[nf]-)?(?:n|f)(?![-tnufhdsxco+|/(])",
        amounts.read_label_first,
        "Days: 3",
    ),
)
YEAR_RULES = (rule(r"[12MW],?nu", labels.read_year_or_time, "12 May 2000 hours"),)
AMOUNT_RULES = (  # a figure, a fraction or a word with its unit
    rule(r"(?:nx|!)(?:[pa/]u|r)", rates.read_times_a_week, "twice a week"),
    rule(r"[an]?A", amounts.read_whole_unit, "PT7H"),
    rule(r"un(?!u)", amounts.read_one_after, "ساعة واحدة"),
    rule(r"nun(?![-+]?[ufn])", joined.read_adjacent_minutes, "1h30 webinar"),
    rule(r"woau", said_beside.read_part_of_unit, "tenth of an hour"),
    rule(r"nwu", labels.read_unknown_adjective, "2 std days"),
    rule(r"y[|/]f-?u", amounts.read_whole_or_half, "full or half day"),
    rule(r"(?<![nfda])f[-t]y-?u", amounts.read_half_to_whole, "half to full day"),
    rule(r"(?<![naxft|+])(?<![nf]-)f-?u(?!xn[).]*$)", amounts.read_halves, "half days"),
    rule(r"(?<![nfx])[na]y\+(?=[na]?f-?u)", amounts.read_whole_days_before, "1 full and 1 half day"),
    rule(rf"{_QUANTITY}(?:-?[q+]|\(q\)|-)?-?y?-?u", amounts.read_amount, "2 days"),
    rule(r"nxy?-?u", amounts.read_times_unit, "2 x mornings"),
    rule(r"nx?H-?u", rates.read_long_days, "3 seven-hour days"),
    rule(r"(?<![nx])H-?u(?=[jvx,][nfW])", rates.read_hours_of_week, "39 hour week for 6 weeks"),
    rule(r"^[wLsq:,]*H-?u(?=(?:xn)?[wLs,).]*$)", rates.read_long_day, "8 hour day"),
    rule(r"n[.,]u", amounts.read_after_point, "2.days"),
    rule(r"n\(u\)", amounts.read_in_brackets, "3 (hours)"),
    rule(r"(?:ga?o?|ao?g)y?u", amounts.read_vague, "several full day sessions"),
    rule(r"w-?a?-?u", labels.read_misspelt_number, "O.5 day"),
    rule(
        r"(?<![nfda])sau(?=\+(?:H|a?f)|[).]*$)",
        amounts.read_hour_of_session,
        "Lecture an hour and 45 minutes",
    ),
    rule(r"(?<![HDWESusprn/])(?<![HDW]\()y-?u(?!x|[,(]?K)", amounts.read_whole_units, "full days"),
    rule(r"(?<![HDWESusprn/])(?<![HDW]\()(?:a*y|a+)-?u", amounts.read_amount, "a day"),
)
JOINED_RULES = (  # one amount of several parts, or said in two ways
    rule(
        r"B[HDW]\+[HDW]",
        lambda items, policy: joined.read_range(items[1:], policy),
        "between 2 hours and 3 hours",
    ),
    rule(rf"(?:{_X}|(?<![pa/])u)\+a?f(?!o?[au])|{_X}f(?!o?[au])", joined.read_and_a_half, "an hour and half"),
    rule(r"W?D(?:[,+/]D)*-?[wL]|[wL][(]?D(?:[,+/]D)*|(?:D/)?D[,+]D", labels.read_dimension, "3D modelling"),
    rule(r"H:H", joined.read_colon_between, "1h:30m"),
    rule(r"H\+?n(?![-ufhdsxconmwMkA1(/|%])|Hn(?=[-(H])", joined.read_short_minutes, "1 h 30"),
    rule(
        r"[HDW][(:\-,]n[wLsv]*(?:[,+/]n[wLsv]*)+(?=[).]*$)",
        labels.read_parts_that_fill,
        "3 days (2 theory, 1 practical)",
    ),
    rule(r"Hnw", joined.read_doubtful_minutes, "2hrs 30 online"),
    rule(r"H[(\-=,]n", joined.read_same_share, "3 hours (3 CPD)"),
    rule(r"(?<=[xo])H\+H|H\+H(?=xn)", joined.read_added_to_each, "6 x 2 hours + 30 mins"),
    rule(r"T[:=\-]?n(?!-?[ufsh])|nT", said_beside.read_total_hours, "Total hours: 12"),
    rule(r"H(?:\+?H)+(?![,(j]*[bl])|H(?:[,+]?H)+(?![,(j]*(?:[bl]|p(?!u)))", joined.read_compound, "2h 30m"),
    rule(r"(?<![xoH])HH+(?=\+H(?!H*xn))", joined.read_compound, "2h 30m + 1 hour"),
)
PAUSE_RULES = (
    rule(
        r"K[-,(;:.)+wL]*(?:[li]?H[jowL]*b|[li]?b[-,(:jo]*H|lH)\)?(?![^()]*\))",
        clock.read_pause,
        "9am-5pm (1 hr lunch) x 4",
    ),
)
SESSION_RULES = (  # sessions, and clock times that recur
    rule(r"(?<![wLsnf\-])n-r", rates.read_every_so_many, "6-monthly meetings of 2 hours"),
    rule(r"[gz]x", said_beside.read_vague_times, "2 hours on various occasions"),
    rule(
        r"(?<![wLsnu])n(?:xW|x?[HD])?[wL]s+", rates.read_sessions_of_kind, "3 coaching sessions, 2 hrs each"
    ),
    rule(r"(?<![nfdhapsgHDW])s+(?=[:,(\-]?nx[HDW])", rates.read_sessions_first, "Lectures: 10 x 1 hr"),
    rule(r"nxr(?=[HDW]-?s)", rates.read_times_weekly, "10 x weekly 2hr sessions"),
    rule(r"(?<!n)[HD]os+|(?:nr?)?(?<!s)[HDW]-?r?s+", rates.read_of_sessions, "4 x 1hr sessions"),
    rule(r"(?:B?n[-t|]n|a*n)-?r?y?s+", rates.read_sessions, "1 evening - 3 hrs"),
    rule(
        r"(?<=[HDWK])[,(]*iw*S(?=[).]*$)|(?<=[DW])[,(]*iw*s+(?=[).]*$)",
        rates.read_included,
        "1 day including 3 sessions",
    ),
    rule(r"K,?(?:[pa]u|r)|K\(r\)|(?:pu|r)[,:]?K", rates.read_clock_rate, "weekly 7-9pm"),
    rule(
        r"(?<![nfdhapgswL+/|])(?<![s12][,\-])(?:s[,:]?K|Ks)(?=[jv,(]+W)|(?<=W[,(:\-])s[,:]?K(?=[).]*$)",
        rates.read_clock_of_weekday,
        "Tuesdays 6-9pm for 10 weeks",
    ),
    rule(r"(?<!x)[UD](?:xw+)?[jv,(]+W", rates.read_hours_of_weekday, "3 hours on Saturdays for 4 weeks"),
)
QUALIFIER_RULES = (  # what would part an amount from its rate
    rule(r"[HDWK][-,(;]?l(?=b(?![-,(:jo]*H)|w)", said_beside.read_taken_off, "8 hours less lunch"),
    rule(rf"{_X}q{_X}", said_beside.read_tolerance, "3 hours ± 30 mins"),
    rule(rf"[wL][ox]{_X}|[gb]o{_X}|{_X}[xo]w", said_beside.read_share, "part of a 2 day course"),
    rule(
        r"u(?=[:.()]*[qn]?[HDW])|(?<=[HDW])u(?!\))|(?<=[HDWE])\(u(?=\))|(?<=[HDWE])[,\-x]u(?![\-xo]*[nHDW])",
        said_beside.read_minimum,
        "2 hours min per week for 4 weeks",
    ),
    rule(r"[HDWE]\(?q\)?(?=,?(?:[pa]u|r))", said_beside.read_approximate, "2 hours approx per week"),
)
RATE_RULES = (  # an amount for each day, week, session or person
    rule(rf"[HDWESK]{_ASIDE}(?:[pa/][us]|r|p)", rates.read_rate_after_bracket, "2 hours (online) per week"),
    rule(
        r"[HDW][w,]*,r|(?<![xo])(?!W:r,[HD])[HDW][w,\-]*(?:\(r\)(?!\(?x)|[-:;]r(?=[jv,;.)]|-j?[DW]|$))",
        rates.read_rate_aside,
        "2 hours (weekly)",
    ),
    rule(
        r"(?:H|[DWES](?![,;(\-]+p[us][:\-]?[HD]))(?:,?[pa]|[w,\-]*p|/|\(?p)[us]\)?|[HDWES][w,]*r|[HDWES]p2",
        rates.read_rate,
        "1 day/week",
    ),
    rule(
        r"r[:,]?[HDWSU](?!s)|pu[,:]?[HDWS]|ps[,:\-]?[HDW]|U[w,]*r|U[pa]u",
        rates.read_rate,
        "weekly 1 hour sessions for 10 weeks",
    ),
    rule(r"r[(;][HD](?![^)]*[HDWK])\)?|\(r\)[HD]", rates.read_rate_first, "weekly (2 hours)"),
    rule(r"(?<![HK]-)r-[HD](?!s)|(?<![wc])pu-[HDWS]", rates.read_rate_before_dash, "weekly - 2 hours"),
    rule(r"(?<!x)[HDW]R", rates.read_amount_so_often, "2 hours twice a week for 6 weeks"),
    rule(r"[HDW]xn(?:[pa/]u|r)", rates.read_rate_of_product, "1 hour x 3 per week for 4 weeks"),
    rule(r"(?:r|pu)[jvs,]*[DW][-,:(]*H(?=[wLqT).]*$)", rates.read_rate_last, "weekly for 10 weeks, 2 hrs"),
    rule(
        r"^[^HDSUQKRnEGZx]*r(?:[s2,:(\-]*|[wLs2,:(\-]*[jv]+)W(?=[^HDSUQKRnEGZx]*$)",
        rates.read_rate_unsaid,
        "every Tuesday for 3 weeks",
    ),
    rule(r"^r[ws]+[-,:(]*[HD](?=[).]*$)", rates.read_rate_of_events, "weekly meeting, 1 hour"),
    rule(
        r"[HDW](?:p(?![oHDW])|,p(?![\-:]?[oHDW])|\(p\))|p[j\-:]?[HD]", rates.read_each, "3 days (6 hrs each)"
    ),
    rule(r"(?:S[,(:\-]?)?Q[),]*(?:[pa/]u|r)", rates.read_rate_of_each, "2 lectures (1 hr each) per week"),
    rule(r"(?<![xnf])n-?w(?=[(,:]*Q)", rates.read_parts_each, "4 labs (2 hours each)"),
    rule(
        r"^s+[:,(\-]?R(?=[-,(;:vj]*[DW][).]*$)",
        rates.read_kind_of_rate,
        "evening classes, 2 hrs/week, 30 weeks",
    ),
    rule(r"(?<=[HDW])vS,?p(?![us])", rates.read_over_each, "2 hours over 3 evenings each"),
)
REPEAT_RULES = (  # ranges of amounts, and how often there was one
    rule(r"[HDW]-[HDW]", not_counted.read_further_amount, "2 days - a further 3 days"),
    rule(rf"{_X}(?:[-t]|tq)?[-tq]{_X}", joined.read_range, "1hr-2hrs"),
    rule(r"pu", rates.read_every_half_day, "every morning for 2 weeks"),
    rule(r"p[HDW]|n[pa/]u(?=x[HDW])", rates.read_how_often, "every 2 weeks"),
    rule(r"[HDWE][,(]?c|(?<![n\-])c[HDWE]", said_beside.read_part_time, "2 days PT"),
    rule(r"[HDW][,;(\-]?nx(?![a-zHDWKU])", how_often.read_times_after, "2 hours, 3 times"),
    rule(r"[HDW][,(]?!(?=[).]*$)", how_often.read_twice, "2 hours, twice"),
    rule(r"Hn(?=xn[).]*$)", joined.read_round_minutes, "1hr 30 x 4"),
    rule(r"nxD", how_often.read_hours_of_days, "7.5 x 2 days"),
    rule(r"(?<=[HDWE])x[12Z]|[12]x(?=[HDW])", how_often.read_times_of_date, "2 hrs x 6 May 2010"),
    rule(r"[HDW]\|n(?!-?[a-zA-Z])", joined.read_or_more, "a day or two"),
)
LEFTOVER_RULES = (  # figures, sessions and units that no rule above has used
    rule(r"c[:=]*n|n-?c|ga?o?c|c", rates.read_credits, "2 CEUs"),
    rule(r"(?:ga?o?|ao?g)?(?:a|y)*s+", rates.read_sessions, "talk"),
    rule(r"u[wo](?=[12])", where_and_when.read_week_beginning, "week commencing 5 May"),
    rule(r"[wL]u|(?<![pa/])uw", not_counted.read_unit_of_name, "HND day"),
    rule(r"[DW][wLsS]*[(,;:\-/=]*Hu", where_and_when.read_morning_hours, "2 days, 3 hours in the morning"),
    rule(r"(?<=H)u", where_and_when.read_when, "3 hours in the morning"),
    rule(r"2(?=-?u)", where_and_when.read_no_date, "30-60-90 day plan"),
    rule(r"(?<![pa/])u", amounts.read_unit_alone, "day"),
    rule(r"[HDW][w(,\-]*xn(?![x\-+nf|/wL])", how_often.read_doubtful_times, "3 days @ 8"),
)
RULES = Rules(  # dates and clock ranges before amounts, or their numbers would be counted as amounts
    *DATE_RULES,
    *DATED_CLOCK_RULES,
    *CLOCK_RULES[:-1],
    *YEAR_RULES,
    *SPAN_RULES,
    *CLOCK_RULES[-1:],
    *NUMBER_RULES,
    *COLON_RULES,
    *LABEL_RULES,
    *AMOUNT_RULES,
    *JOINED_RULES,  # amounts before rates: the a of "2 hours a day" is no number
    *PAUSE_RULES,
    *SESSION_RULES,
    *QUALIFIER_RULES,
    *RATE_RULES,
    *REPEAT_RULES,
    *LEFTOVER_RULES,
    *BESIDE_RULES,
    *WORD_RULES,
    *WHEREABOUTS_RULES,
)
