"""The demo at national scale against the published figures: each target is named, and met within five per cent.

Made in memory, without files: some six seconds. The counts are taken from the trajectories by the definitions of the
publications, not from the generator's own bookkeeping.
"""

import inspect

import numpy as np
import pytest
from celwacht.tables.demo.care.targets import published, targets
from celwacht.tables.demo.care.youth_help import REASONS
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import Span, birthday
from celwacht.tables.demo.model import simulate

WITHIN = 0.05
FIRST_HALF = "1e halfjaar 2023"
H1, YEAR = Span.of("2023HJ01"), Span.of("2023JJ00")


@pytest.fixture(scope="module")
def country():
    return simulate(np.random.Generator(np.random.PCG64(1)), "national", (2023, 2024))


def active(episodes, span):
    """Runs on some day of the span."""
    return (episodes.begin <= span.end) & (episodes.end >= span.begin)


def begun(episodes, span):
    return (episodes.begin >= span.begin) & (episodes.begin <= span.end)


def ended(episodes, span):
    return (episodes.end >= span.begin) & (episodes.end <= span.end)


def standing(episodes, span):
    """On the last day: who ends on it is not counted any more."""
    return (episodes.begin <= span.end) & (episodes.end > span.end)


def everybody(country, where, span):
    """Young people with any kind of youth care that is so in the span."""
    return np.unique(np.concatenate([one.person[where(one, span)] for one in (country.help, country.protection, country.probation)]))


def ages(country, persons, span):
    """Age in whole years on the last day of the span."""
    births = country.people.birth[persons]
    return sum((birthday(births, age) <= span.end).astype(int) for age in range(1, 25))


def near(found, expected, what, within=WITHIN, rounding=5):
    """Within five per cent, or within the rounding of the published figure."""
    assert abs(found - expected) <= max(within * expected, rounding), f"{what}: found {found}, published {expected}"


def used(record, *measures):
    """The published figures of these measures; fails when there are none, so that no target gets lost."""
    found = [one for one in targets() if one.record == record and one.measure in measures]
    assert found
    return found


def test_young_people_of_the_year(country):
    """Jeugdmonitor 2024: young people with youth care in 2023, by kind and with and without stay, in thousands."""
    stay, rows = chosen.WITH_STAY[country.help.form], active(country.help, YEAR)
    found = {
        ("jeugdzorg", "totaal"): everybody(country, active, YEAR),
        ("jeugdhulp", "zonder verblijf"): np.unique(country.help.person[rows & ~stay]),
        ("jeugdhulp", "met verblijf"): np.unique(country.help.person[rows & stay]),
        ("jeugdbescherming", "totaal"): np.unique(country.protection.person[active(country.protection, YEAR)]),
        ("jeugdreclassering", "totaal"): np.unique(country.probation.person[active(country.probation, YEAR)]),
    }
    for (record, group), persons in found.items():
        near(len(persons), published(record, "jongeren jaar", group), f"{record} {group} in 2023", rounding=500)


def test_young_people_with_youth_help_in_the_first_half_of_2023(country):
    """Report on the first half of 2023: 376,045 with help in kind only and 8,395 who also have a budget."""
    expected = sum(one.value for one in used("jeugdhulp", "jongeren"))
    assert expected == 384_440
    near(len(np.unique(country.help.person[active(country.help, H1)])), expected, "jongeren with jeugdhulp in natura")


def test_trajectories_running_and_begun_by_referrer(country):
    """85097NED, first half of 2023, by referrer. The unknown ones cannot be delivered now: they are with the gemeente."""
    unknown = {m: published("jeugdhulp", m, "onbekend", period=FIRST_HALF) for m in ("trajecten", "begonnen")}
    for target in used("jeugdhulp", "trajecten", "begonnen"):
        if target.group == "onbekend":
            continue
        rows = active(country.help, H1) if target.measure == "trajecten" else begun(country.help, H1)
        if target.group != "totaal":
            rows = rows & (country.help.referrer == chosen.REFERRERS.index(target.group))
        folded = unknown[target.measure] if target.group == "01" else 0
        near(int(rows.sum()) - folded, target.value, f"{target.measure}, verwijzer {target.group}")


def test_trajectories_on_30_june_2023(country):
    """85094NED: 398,060 trajectories of youth help, 28,010 of protection, 5,065 of probation."""
    parts = {"jeugdhulp": country.help, "jeugdbescherming": country.protection, "jeugdreclassering": country.probation}
    for record, part in parts.items():
        expected = published(record, "stand", "totaal", period="30 juni 2023")
        near(int(standing(part, H1).sum()), expected, f"{record} on 30 June 2023")


def test_duration_of_what_ended(country):
    """85096NED: how long ended trajectories took, by referrer; published for 2021, measured for 2023, as parts."""
    by_group = {}
    for one in used("jeugdhulp", "duur"):
        by_group.setdefault(one.group, {})[one.detail] = one.value
    for group, expected in by_group.items():
        rows = ended(country.help, YEAR)
        if group != "totaal":
            rows &= country.help.referrer == chosen.REFERRERS.index(group)
        _same_parts(
            _durations(country.help, rows, expected),
            expected,
            f"duur, verwijzer {group}",
            within=WITHIN if group == "totaal" else 0.10,
            small=20,
        )


def test_reasons_of_ending(country):
    """82970NED, first half of 2020: reasons of ending as parts of what ended with a known reason, total and by referrer."""
    by_group = {}
    for one in used("jeugdhulp", "reden"):
        by_group.setdefault(one.group, {})[one.detail] = one.value
    for group, expected in by_group.items():
        rows = ended(country.help, YEAR)
        if group != "totaal":
            rows &= country.help.referrer == chosen.REFERRERS.index(group)
        found = {code: int((country.help.reason[rows] == REASONS.index(code)).sum()) for code in expected}
        _same_parts(found, expected, f"reden, verwijzer {group}", small=40)


def test_ages_by_single_year(country):
    """85095NED: young people with youth care on 31 December 2023 by single year of age, and how many are boys."""
    persons = everybody(country, standing, YEAR)
    near(len(persons), published("jeugdzorg", "stand jongeren", "totaal"), "young people on 31 December 2023")
    near(int((country.people.sex[persons] == 1).sum()), published("jeugdzorg", "stand jongeren", "mannen"), "boys")
    found = np.bincount(np.minimum(ages(country, persons, YEAR), 19), minlength=20)
    for age, target in enumerate(used("jeugdzorg", "stand leeftijd")):
        near(int(found[age]), target.value, f"{target.group} years on 31 December 2023")


def test_ages_hold_at_every_reference_date(country):
    """The four classes of age keep their part of the whole from half-year to half-year; nobody sees the 18-year-olds vanish."""
    single = np.array([one.value for one in used("jeugdzorg", "stand leeftijd")])
    expected = np.add.reduceat(single, (0, 4, 12, 18)) / single.sum()
    for span in country.spans:
        found = np.histogram(ages(country, everybody(country, standing, span), span), bins=(0, 4, 12, 18, 30))[0]
        for part, share in zip(found / found.sum(), expected, strict=True):
            near(part, share, f"class of age on {span.period.code}", within=0.15, rounding=0)


def test_ages_of_who_is_under_guardianship(country):
    """85095NED, 31 December 2023: by class of age within five per cent, by single year within what chance does."""
    part, minors = country.protection, np.array([one.value for one in used("jeugdbescherming", "stand leeftijd voogdij")])
    persons = np.unique(part.person[standing(part, YEAR) & np.isin(part.kind, (2, 3, 4))])
    near(len(persons), published("jeugdbescherming", "stand jongeren voogdij", "totaal"), "under guardianship")
    found = np.bincount(ages(country, persons, YEAR), minlength=18)
    assert found[18:].sum() == 0
    for low, high in ((4, 12), (12, 18)):
        near(int(found[low:high].sum()), int(minors[low:high].sum()), f"under guardianship, {low} to {high}")
    for age, expected in enumerate(minors.tolist()):
        assert abs(int(found[age]) - expected) <= 4 * expected**0.5 + 5, (
            f"under guardianship, {age} years: {found[age]}, published {expected}"
        )


def test_forms_of_help(country):
    """85099NED, first half of 2022: trajectories and young people by form.

    With stay the numbers are met; without stay the parts, for there is more of it in 2023.
    """
    help_, rows = country.help, active(country.help, H1)
    stay = chosen.WITH_STAY[help_.form]
    groups = {"totaal": rows, "zonder verblijf": rows & ~stay, "met verblijf": rows & stay}
    groups |= {code: rows & (help_.form == which) for which, code in enumerate(chosen.FORMS)}
    counts = {"trajecten vorm": lambda where: int(where.sum()), "jongeren vorm": lambda where: len(np.unique(help_.person[where]))}
    for target in used("jeugdhulp", *counts):
        count, more = counts[target.measure], target.group not in ("met verblijf", "11", "12", "13", "14")
        growth = count(groups["zonder verblijf"]) / published("jeugdhulp", target.measure, "zonder verblijf") if more else 1.0
        near(count(groups[target.group]), target.value * growth, f"{target.measure} {target.group}")


def test_what_ends_goes_neither_up_nor_down(country):
    """85096NED: 292,825 trajectories of youth help ended in 2021, half of them in each half-year; so in each of the demo."""
    expected = sum(published("jeugdhulp", "duur", "totaal", one.detail) for one in used("jeugdhulp", "duur") if one.group == "totaal") / 2
    for span in country.spans:
        near(int(ended(country.help, span).sum()), expected, f"ended in {span.period.code}")
        for part in (country.protection, country.probation):
            level = np.mean([int(ended(part, one).sum()) for one in country.spans])
            near(int(ended(part, span).sum()), level, f"measures ended in {span.period.code}", within=0.10)


def test_child_protection_stock_and_flow(country):
    """Report on the first half of 2023: begin, in, out and end, by type of measure."""
    part = country.protection
    rows = {
        "beginstand": (part.begin < H1.begin) & (part.end >= H1.begin),
        "instroom": begun(part, H1),
        "uitstroom": ended(part, H1),
        "eindstand": standing(part, H1),
    }
    for target in used("jeugdbescherming", *rows):
        near(
            int((rows[target.measure] & _of_type(part, target.group, chosen.PROTECTION)).sum()),
            target.value,
            f"jeugdbescherming {target.measure} {target.group}",
            rounding=10,
        )


def test_child_protection_reasons(country):
    """82975NED, 2023: OTS ended according to plan; guardianship to foster parents and to somebody else."""
    part = country.protection
    for target in used("jeugdbescherming", "reden"):
        rows = ended(part, YEAR) & _of_type(part, target.group, chosen.PROTECTION)
        found = int((part.reason[rows] == target.detail.encode()).sum())
        near(found, target.value, f"jeugdbescherming reden {target.detail} bij {target.group}")


def test_probation_stock_and_inflow(country):
    """85094NED: stand by type on 30 June and 31 December 2023. Report 2022: stock at its end, inflow of the year."""
    part, begin = country.probation, (country.probation.begin < YEAR.begin) & (country.probation.end >= YEAR.begin)
    for target in used("jeugdreclassering", "stand", "eindstand", "instroom"):
        rows = {"instroom": begun(part, YEAR), "eindstand": begin}.get(target.measure)
        if rows is None:
            rows = standing(part, H1 if target.period == "30 juni 2023" else YEAR)
        found = int((rows & _of_type(part, target.group, chosen.PROBATION)).sum())
        near(found, target.value, f"jeugdreclassering {target.measure} {target.group} {target.period}", rounding=10)


def test_probation_duration(country):
    """82977NED: duration of what ended, published for 2021, measured for 2023, as parts."""
    expected = {one.detail: one.value for one in used("jeugdreclassering", "duur")}
    rows = ended(country.probation, YEAR)
    _same_parts(_durations(country.probation, rows, expected), expected, "duur jeugdreclassering")


def test_who_has_more_than_one_kind(country):
    """82966NED, 2017: which part of those with protection, and with probation, has youth help as well, or nothing else.

    The numbers of the kinds have changed since 2017, so that not all parts of both can be as then: those that rest on
    some 200 to 1,200 young people with both protection and probation are not compared for protection.
    """
    sets = {
        name: set(np.unique(part.person[active(part, YEAR)]).tolist())
        for name, part in (("JH", country.help), ("JB", country.protection), ("JR", country.probation))
    }
    everybody = len(sets["JB"])
    overlap = published("jeugdzorg", "samenloop", "JB+JH") + published("jeugdzorg", "samenloop", "JB+JH+JR")
    total = published("jeugdzorg", "samenloop", "JBtotaal")
    near(len(sets["JB"] & sets["JH"]) / everybody, overlap / total, "JB with JH", rounding=0)
    alone = published("jeugdzorg", "samenloop", "JBalleen")
    near(len(sets["JB"] - sets["JH"] - sets["JR"]) / everybody, alone / total, "JB alone", rounding=0)
    total, everybody = published("jeugdzorg", "samenloop", "JRtotaal"), len(sets["JR"])
    parts = {
        "JRalleen": sets["JR"] - sets["JH"] - sets["JB"],
        "JR+JH": (sets["JR"] & sets["JH"]) - sets["JB"],
        "JR+JH+JB": sets["JR"] & sets["JH"] & sets["JB"],
    }
    for name, found in parts.items():
        near(len(found) / everybody, published("jeugdzorg", "samenloop", name) / total, name, rounding=0)


def _of_type(part, group, types):
    """Where a measure is of the group: a type, several joined by +, or all."""
    if group == "totaal":
        return np.ones(len(part), dtype=bool)
    return np.isin(part.kind, [types.index(code) for code in group.split("+")])


def _durations(episodes, rows, classes):
    days = (episodes.end - episodes.begin)[rows]
    bounds = {detail: [int(text) if text else 10**6 for text in detail.split("-")] for detail in classes}
    return {detail: int(((days >= low) & (days < high)).sum()) for detail, (low, high) in bounds.items()}


def _same_parts(found, expected, what, within=WITHIN, small=0):
    """Each class is the same part of the whole; what is published as fewer than `small` is left out."""
    for detail, count in expected.items():
        if count >= small:
            near(found[detail] / sum(found.values()), count / sum(expected.values()), f"{what}: {detail}", within, 0)


COMPARED = {  # (record, measure) of the published figures -> where they are compared
    ("jeugdzorg", "jongeren jaar"): test_young_people_of_the_year,
    ("jeugdhulp", "jongeren jaar"): test_young_people_of_the_year,
    ("jeugdbescherming", "jongeren jaar"): test_young_people_of_the_year,
    ("jeugdreclassering", "jongeren jaar"): test_young_people_of_the_year,
    ("jeugdhulp", "jongeren"): test_young_people_with_youth_help_in_the_first_half_of_2023,
    ("jeugdhulp", "trajecten"): test_trajectories_running_and_begun_by_referrer,
    ("jeugdhulp", "begonnen"): test_trajectories_running_and_begun_by_referrer,
    ("jeugdhulp", "stand"): test_trajectories_on_30_june_2023,
    ("jeugdbescherming", "stand"): test_trajectories_on_30_june_2023,
    ("jeugdhulp", "duur"): test_duration_of_what_ended,
    ("jeugdhulp", "reden"): test_reasons_of_ending,
    ("jeugdzorg", "stand jongeren"): test_ages_by_single_year,
    ("jeugdzorg", "stand leeftijd"): test_ages_by_single_year,
    ("jeugdbescherming", "stand jongeren voogdij"): test_ages_of_who_is_under_guardianship,
    ("jeugdbescherming", "stand leeftijd voogdij"): test_ages_of_who_is_under_guardianship,
    ("jeugdhulp", "trajecten vorm"): test_forms_of_help,
    ("jeugdhulp", "jongeren vorm"): test_forms_of_help,
    **{("jeugdbescherming", m): test_child_protection_stock_and_flow for m in ("beginstand", "instroom", "uitstroom", "eindstand")},
    ("jeugdbescherming", "reden"): test_child_protection_reasons,
    **{("jeugdreclassering", m): test_probation_stock_and_inflow for m in ("stand", "eindstand", "instroom")},
    ("jeugdreclassering", "duur"): test_probation_duration,
    ("jeugdzorg", "samenloop"): test_who_has_more_than_one_kind,
}
NOT_COMPARED = {  # and those that are not, with the reason
    ("jeugdbescherming", "stand voogdij"): "of 2020; the number has fallen since, and that of the end of 2023 is met",
    ("jeugdreclassering", "beginstand"): "of 2022; the demo begins at the end of that year",
    ("jeugdreclassering", "uitstroom"): "of 2022; the stock of 2023 on both dates is met, so that as many end as begin less its growth",
}


def test_every_published_figure_is_compared_or_said_not_to_be():
    """No figure of targets.csv is left out in silence, and what is named names its measure."""
    there = {(one.record, one.measure) for one in targets()}
    assert set(COMPARED) | set(NOT_COMPARED) == there and not set(COMPARED) & set(NOT_COMPARED)
    text = {name: inspect.getsource(test) for name, test in COMPARED.items()}
    assert [name for name, source in text.items() if f'"{name[1]}"' not in source] == []
    compared = [one for one in targets() if (one.record, one.measure) in COMPARED]
    assert len(compared) >= 240
