"""Rates: of whom and of which year is told to the reader; a denominator that does not fit is refused before anything is counted."""

import numpy as np
import pytest
from celwacht.publish.gate import assemble
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.read_spec import read_table

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
  - {name: RegioS, classification: regio, levels: [land]}
  - {name: Tweede, classification: CLASSIFICATION}
periods: [jaar]
measures:
  - {kind: count, name: Trajecten, title: {nl: Trajecten}}
  - {kind: rate, name: PerDuizend, title: {nl: Per duizend}, of: Trajecten, population: inwoners, per: 1000}
policy: strict
"""


@pytest.mark.parametrize("classification", ["leeftijd", "geslacht", "herkomst", "huishouden"])
def test_a_class_of_people_is_not_divided_by_everybody(tmp_path, classification):
    """Children of 0 to 3 over all inhabitants is no rate: the specification is refused, with the dimension named."""
    path = tmp_path / "kinderen.yaml"
    path.write_text(TABLE.replace("CLASSIFICATION", classification))
    with pytest.raises(ProblemsFound, match=f"divides people by {classification}.*rate-population"):
        read_table(path)


def test_a_kind_of_care_may_have_a_rate(tmp_path):
    """Forms of help divide the help and not the inhabitants."""
    path = tmp_path / "kinderen.yaml"
    path.write_text(TABLE.replace("CLASSIFICATION", "hulpvorm"))
    assert read_table(path).measures[1].kind == "rate"


def test_the_reader_is_told_of_whom_and_when():
    """The unit names the population, the description its year."""
    regions, helped, _ = small.dimensions()
    periods = assemble.periods("Perioden", list(small.STATUSES), small.STATUSES, reference_date=False)
    dimensions = (assemble.dimension(regions), assemble.dimension(helped), periods)
    shape = tuple(len(d.codes) for d in dimensions)
    made = assemble.public_measures(small.SPEC, dimensions, np.full(shape, 50, np.int64), np.zeros(shape, bool))
    rate = next(m for m in made if m.name == "Per100")
    assert rate.unit == "% van de jongeren van 0 tot 23 jaar" and "1 januari 2020" in rate.description
