"""Rates: divided by the people of the row, told to the reader, withheld with their count; a denominator that does not fit is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
from celwacht.publish.gate import gate, rate_words
from celwacht.publish.gate.gate import Refusal, release
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD
from celwacht.publish.review import records
from celwacht.tables.counting.codings import coding
from celwacht.tables.counting.denominators import denominators
from celwacht.tables.demo.people import write_people
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.populations import Needs, populations
from celwacht.tables.specs.read_spec import read_table, read_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.publish import small

TABLE = """\
version: 1
id: kinderen
title: {nl: Kinderen}
description: {nl: Een proef.}
source: jeugdhulp
unit: trajecten
moment: gebruik
dimensions:
  - {name: RegioS, classification: regio, levels: [land, provincie]}
  - {name: Tweede, classification: CLASSIFICATION}
periods: [jaar]
measures:
  - {kind: count, name: Trajecten, title: {nl: Trajecten}}
  - {kind: rate, name: PerDuizend, title: {nl: Per duizend}, of: Trajecten, from: 0, below: 23, per: 1000}
policy: strict
"""


def table(folder, classification, **changes):
    path = folder / "kinderen.yaml"
    text = TABLE.replace("CLASSIFICATION", classification)
    for old, new in changes.items():
        text = text.replace(f"{old}: ", new)
    path.write_text(text)
    return read_table(path)


def dimensions(spec):
    made = [coding(d.classification, dimension_name=d.name, levels=d.levels, field=d.field) for d in spec.dimensions]
    return [m.classification for m in made]


@pytest.mark.parametrize("classification", ["herkomst", "huishouden"])
def test_a_class_of_people_is_not_divided_by_everybody(tmp_path, classification):
    """By origin no population is known: the specification is refused, with the dimension named."""
    with pytest.raises(ProblemsFound, match=f"divides people by {classification}.*rate-population"):
        table(tmp_path, classification)


def test_a_table_by_sex_needs_a_population_by_sex(tmp_path):
    """The population that comes with the package is not known by sex: refused, and the remedy is a file that is."""
    with pytest.raises(ProblemsFound, match="not known by sex. Add a file that has them"):
        table(tmp_path, "geslacht")


def test_each_age_is_divided_by_its_own_people(tmp_path):
    """395 children of 0 to 3 are per thousand children of 0 to 3; the total is per thousand of 0 to 23 (issue 9, section 3)."""
    spec = table(tmp_path, "leeftijd")
    people = populations().of("inwoners", 2023, Needs())
    found = denominators(spec, dimensions(spec), ["2023JJ00", "2024JJ00"])["PerDuizend"]
    regions = [c.code for c in dimensions(spec)[0].codes]
    assert found.persons.shape == (len(regions), 5, 2) and [p.year for p in found.of] == [2020, 2020]
    for i, region in enumerate(regions):
        if people.persons(region) is None:
            assert not found.persons[i].any()
            continue
        for j, (first, below) in enumerate([(0, 23), (0, 4), (4, 12), (12, 18), (18, 23)]):
            single = sum(people.persons(region, age, age + 1) for age in range(first, below))
            assert (found.persons[i, j] == single).all(), (region, first)


def test_key_figures_of_each_form_are_over_its_own_ages():
    """StatLine 85099NED: youth protection over 0 to 18, probation over 12 to 23, all else over 0 to 23 (definitions A1)."""
    spec = read_tables(only=["kerncijfers_jeugdzorg"])["kerncijfers_jeugdzorg"]
    found = denominators(spec, dimensions(spec), ["2023HJ01"])["JongerenMetJeugdzorgRelatief"].persons
    people = populations().of("inwoners", 2023, Needs())
    forms = {c.code: i for i, c in enumerate(dimensions(spec)[0].codes)}
    for code, span in {"CWJZ12": (0, 23), "CWJH12": (0, 23), "A027919": (0, 18), "A027920": (12, 23)}.items():
        assert found[forms[code], 0, 0] == people.persons("NL01", *span)
    national = people.persons("NL01", 0, 18), people.persons("NL01", 12, 23)
    assert round(1000 * 37_020 / national[0]) == 11 and round(1000 * 10_340 / national[1]) == 5  # 1,1 % and 0,5 %, not 0,8 and 0,2


def test_the_year_is_that_of_the_period(tmp_path):
    """A data folder with populations of 2023 and 2024: each period has its own, by sex; that of 2025 has the newest before it."""
    write_people(tmp_path, (2023, 2024))
    spec = table(tmp_path, "hulpvorm")
    people = populations(tmp_path)
    found = denominators(spec, dimensions(spec), ["2023JJ00", "2024JJ00", "2025JJ00"], people)["PerDuizend"]
    assert [p.year for p in found.of] == [2023, 2024, 2024]
    mine = [people.of("inwoners", year, Needs(by_sex=True)) for year in (2023, 2024)]
    assert found.persons[0, 0].tolist() == [mine[0].persons("NL01", 0, 23), *[mine[1].persons("NL01", 0, 23)] * 2]
    assert mine[1].persons("NL01", 4, 12, "M") + mine[1].persons("NL01", 4, 12, "V") == mine[1].persons("NL01", 4, 12)
    told = rate_words.explanation(spec, spec.measures[1], found, ["2023JJ00", "2024JJ00", "2025JJ00"])
    assert "1 januari 2023 voor 2023, 1 januari 2024 voor 2024 en 2025" in told and "verzonnen" in told


def test_no_population_before_the_period_is_told(tmp_path):
    """Nothing is divided by the people of a later year."""
    spec = table(tmp_path, "hulpvorm")
    with pytest.raises(ProblemsFound, match="no population 'inwoners' of 2019 or before. Add a file"):
        denominators(spec, dimensions(spec), ["2019JJ00"])


def test_a_region_without_people_in_the_file_is_told(tmp_path):
    """A region of the table that the population lacks stops it; only `unknown` has no people by nature."""
    spec = table(tmp_path, "hulpvorm")
    first, second = dimensions(spec)
    strange = replace(first, codes=(*first.codes[:-1], replace(first.codes[-1], code="GM0000", unknown=False)))
    with pytest.raises(ProblemsFound, match="has no GM0000, which table kinderen shows.*population-region"):
        denominators(spec, [strange, second], ["2023JJ00"])


UNITS = {
    (None, None, 100): "% van de inwoners",
    (12, 23, 1000): "per 1.000 jongeren van 12 tot 23 jaar",
    (18, None, 1000): "per 1.000 inwoners van 18 jaar en ouder",
    (None, 65, 100): "% van de inwoners van 0 tot 65 jaar",
}


@pytest.mark.parametrize("given, unit", UNITS.items())
def test_the_unit_says_of_whom(given, unit):
    first, below, per = given
    measure = small.SPEC.measures[2].model_copy(update={"from_": first, "below": below, "per": per})
    assert rate_words.unit(small.SPEC, measure) == unit


def test_the_reader_is_told_of_whom_and_when():
    """The unit names the people; the description the day, the source, its licence and what was estimated."""
    rate = next(m for m in small.published().measures if m.name == "Per100")
    assert rate.unit == "% van de jongeren van 0 tot 23 jaar"
    for word in ("stand van 1 januari 2020 voor 2024", "84799NED", "CC BY 4.0", "geschat"):
        assert word in rate.description


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 2), st.sampled_from([100, 1000]))
def test_a_rate_is_a_function_of_what_is_printed(seed, decimals, per):
    """Two tables that print the same print the same rates, whatever lies under their dots; no rate stands beside a dot."""
    draw = np.random.default_rng(seed)
    measure = small.SPEC.measures[2].model_copy(update={"decimals": decimals, "per": per})
    spec = small.SPEC.model_copy(update={"measures": (small.SPEC.measures[0], measure)})
    part = small.protected(draw.poisson(draw.choice([2, 12, 60], (6, 3, 2))).astype(np.int64))
    count, rate = small.published(spec, part).measures
    assert not np.any((rate.state == PRINTED) & (count.state == WITHHELD))
    people = denominators(spec, part.cube.dimensions[:-1], list(small.STATUSES))["Per100"].persons
    whole = np.broadcast_to(people, count.values.shape)
    for cell in np.ndindex(count.values.shape):
        if rate.state[cell] == PRINTED:
            assert rate.values[cell] == (2 * int(count.values[cell]) * per * 10**decimals + whole[cell]) // (2 * whole[cell])
        else:
            assert rate.state[cell] == (IMPOSSIBLE if whole[cell] == 0 else WITHHELD)


def test_the_gate_refuses_a_rate_beside_a_dot(monkeypatch):
    """A planted fault in the arithmetic of rates: printed where the count is withheld. Nothing is published."""
    right = gate.assemble.measures.rate

    def leaking(counts, people, per, decimals):
        return right((counts[0] + 1, np.zeros_like(counts[1])), people, per, decimals)

    monkeypatch.setattr(gate.assemble.measures, "rate", leaking)
    outcome = release(small.SPEC, small.POLICY, [small.protected()], statuses=small.STATUSES, modified=small.MODIFIED)
    assert isinstance(outcome, Refusal) and "Per100 would be printed where its count is withheld" in outcome.reasons[0]


def test_the_record_keeps_what_was_divided_by(tmp_path):
    """verify works rates out anew from the record, and not from a population that was corrected since."""
    part = small.protected()
    people = denominators(small.SPEC, part.cube.dimensions[:-1], list(small.STATUSES))
    records.save(tmp_path / "t", [part], small.SPEC, people)
    kept = records.recorded(tmp_path / "t")
    assert np.array_equal(kept.people["Per100"].persons, people["Per100"].persons) and kept.spec == small.SPEC
    assert json.loads((tmp_path / "t" / "about.json").read_bytes())["people"]["Per100"]["shape"] == [9, 1, 3]
