"""Every rule of the reader in its order: what comes first may be part of what comes later."""

from migrate.transform.durations.amounts import (
    read_amount,
    read_halves,
    read_in_brackets,
    read_label_first,
    read_number_range,
    read_one_after,
    read_times_unit,
    read_unit_alone,
    read_vague,
    read_whole_unit,
)
from migrate.transform.durations.arrange import WORD_RULES
from migrate.transform.durations.calendar_days import DATE_RULES, DATED_CLOCK_RULES, SPAN_RULES
from migrate.transform.durations.clock import CLOCK_RULES, COLON_RULES
from migrate.transform.durations.joined import (
    read_adjacent_minutes,
    read_and_a_half,
    read_compound,
    read_range,
    read_short_minutes,
)
from migrate.transform.durations.labels import (
    read_dimension,
    read_falling_label,
    read_label,
    read_military,
    read_misspelt,
    read_misspelt_number,
    read_numbered,
    read_ordinal_unit,
    read_size,
    read_unknown_adjective,
    read_year_first,
)
from migrate.transform.durations.numbers import NUMBER_RULES
from migrate.transform.durations.rates import (
    read_clock_rate,
    read_credits,
    read_each,
    read_how_often,
    read_long_days,
    read_of_sessions,
    read_rate,
    read_sessions,
    read_times_after,
)
from migrate.transform.durations.rewrite import Rules, rule
from migrate.transform.durations.said_beside import (
    read_approximate,
    read_date_added,
    read_minimum,
    read_over,
    read_part_time,
    read_plus,
    read_share,
    read_tolerance,
    read_total,
)

_QUANTITY = r"(?:B?[nf][-t|][nf]|B[nf]\+[nf]|nan|a*n(?:-?f)?o?|a*f-?o?-?a?)"
_X = "[HDWE]"
AMOUNT_RULES = (  # figures and fractions first, then rates, since the a of "2 hours a day" is no number
    rule(r"nu", read_military),
    rule(r"[OL]u", read_ordinal_unit),
    rule(r"B?n[-t|]n(?=x)", read_number_range),
    rule(r"n-?s|nf-?u", read_year_first),
    rule(r"nxnw", read_size),
    rule(r"s[:.]?n(?=[n,:(\-]|$)", read_label),
    rule(r"[wL]n-n|Lntn", read_falling_label),
    rule(r"(?:[nf]-?|f-?o?-?a-?)w", read_misspelt),
    rule(r"(?<![nfayx(])u[-.]?n(?:\+n)*(?![-ux(])", read_numbered),
    rule(r"^[(.]*(?:[gTLvq]\.?)?o?\(?u\)?[:=\-(]*(?:[nf]-)?(?:n|f)(?![-tnufhdsxco+|/(])", read_label_first),
    rule(r"[an]?A", read_whole_unit),
    rule(r"un(?!u)", read_one_after),
    rule(r"nun(?![-+]?[ufsn])", read_adjacent_minutes),
    rule(r"nwu", read_unknown_adjective),
    rule(r"(?<![naxf\-t|+])f-?u", read_halves),
    rule(rf"{_QUANTITY}(?:[q+]|-)?-?y?-?u", read_amount),
    rule(r"nxy?-?u", read_times_unit),
    rule(r"nx?H-?u", read_long_days),
    rule(r"n\(u\)", read_in_brackets),
    rule(r"(?:ga?o?|ao?g)y?u", read_vague),
    rule(r"w-?a?-?u", read_misspelt_number),
    rule(r"(?<![HDWESusprn/])(?<![HDW]\()(?:a*y|a+)-?u", read_amount),
    rule(r"B[HDW]\+[HDW]", read_range),
    rule(rf"(?:{_X}|(?<![pa/])u)\+a?f(?!o?[au])|{_X}f(?!o?[au])", read_and_a_half),
    rule(r"D[w]|wD", read_dimension),
    rule(r"H\+?n(?![-ufhdsxconmwMkA1(/|%])|Hn(?=[-(H])", read_short_minutes),
    rule(r"H(?:[,+]?H)+(?![,(]?[blp])", read_compound),
    rule(r"(?<!n)[HD]os+|(?:nr?)?(?<!s)[HDW]-?r?s+", read_of_sessions),
    rule(r"(?:B?n[-t|]n|a*n)-?r?y?s+", read_sessions),
    rule(r"K,?(?:[pa]u|r)|(?:pu|r)[,:]?K", read_clock_rate),
    rule(rf"{_X}q{_X}", read_tolerance),
    rule(rf"w[ox]{_X}|{_X}[xo]w", read_share),
    rule(r"[HDWE]\(?q\)?(?=,?(?:[pa]u|r))", read_approximate),
    rule(r"[HDWES](?:,?[pa]|[w,]*p|/|\(?p)[us]\)?|[HDWES][w,]*r|[HDWES]p2", read_rate),
    rule(r"r[:,]?[HDWSU](?!s)|pu[,:]?[HDWS]|U[w,]*r|U[pa]u", read_rate),
    rule(r"[HDW],?p(?![oHDW])|p[HD]", read_each),
    rule(rf"{_X}(?:[-t]|tq)?[-tq]{_X}", read_range),
    rule(r"p[DW]", read_how_often),
    rule(r"[HDWE][,(]?c|(?<![n\-])c[HDWE]", read_part_time),
    rule(r"[HDW][,;(\-]?nx(?![a-zHDWK])", read_times_after),
    rule(r"c[:=]*n|n-?c|ga?o?c|c", read_credits),
    rule(r"(?:ga?o?|ao?g)?(?:a|y)*s+", read_sessions),
    rule(r"u(?=[:.(]*[qn]?[HDW])|(?<=[HDW])u", read_minimum),
    rule(r"(?<![pa/])u", read_unit_alone),
    rule(r"[12]\+[HDWSK]|[HDWSK]\+[12]", read_date_added),
    rule(r"^[^HDWESRKUn]*v[HDW]", read_over),
    rule(r"q[-:(.]*[oaT=]*[HDWESRKCUQn]", read_approximate),
    rule(r"[HDWEUSR][,(.]?q", read_approximate),
    rule(r"[HDWE]\+[.;,)]*$", read_plus),
    rule(r"T[:=\-(,]*o?[HDW]|[HDW][,(]?T(?![:=\-(]*o?[HDW])", read_total),
)

RULES = Rules(  # dates and clock ranges before amounts, or their numbers would be counted as amounts
    *DATE_RULES,
    *DATED_CLOCK_RULES,
    *CLOCK_RULES[:-1],
    *SPAN_RULES,
    *CLOCK_RULES[-1:],
    *NUMBER_RULES,
    *COLON_RULES,
    *AMOUNT_RULES,
    *WORD_RULES,
)
