"""The gate: what passes, what is refused, and what a Publication holds."""

from dataclasses import replace

import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.publish.gate.gate import Refusal, release
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, PublicMeasure, Words
from celwacht.tables.sources.populations import Needs, populations
from celwacht.tables.specs.table_spec import TableSpec

from tests.publish import small


@pytest.fixture(scope="module")
def part():
    return small.protected()


def judged(part, spec=small.SPEC, policy=small.POLICY, statuses=small.STATUSES):
    parts = part if isinstance(part, list) else [part]
    return release(spec, policy, parts, statuses=statuses, modified=small.MODIFIED)


def with_measure(**measure):
    fields = small.SPEC.model_dump(exclude_unset=True)
    return TableSpec.model_validate({**fields, "measures": [*fields["measures"], measure]})


def no_worlds():
    return Worlds(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32))


def test_a_proved_table_passes(part):
    """What the checker proves is published, with every cell of the cross product."""
    publication = small.published(part=part)
    assert publication.n_observations == part.cube.cells.size * 3
    assert publication.status() == "Voorlopig"


def test_printed_sensitive_cell_is_refused(part):
    """A pattern in which one sensitive cell is printed is UNSAFE."""
    status, shown = part.status.copy(), part.shown.copy()
    cell = tuple(np.argwhere(part.status == Status.PRIMARY)[0])
    status[cell], shown[cell] = Status.PUBLISHED, part.cube.cells[cell]
    outcome = judged(replace(part, status=status, shown=shown))
    assert isinstance(outcome, Refusal) and outcome.verdict is Verdict.UNSAFE


def test_a_policy_that_protects_nobody_in_this_table_is_refused(part):
    """A threshold of 1, and rules about a dimension that the table does not have."""
    rules = {"group_disclosure": [{"dimensions": ["Elders"], "base": 20}]}
    policy = DisclosurePolicy.model_validate(
        {**small.POLICY.model_dump(exclude_unset=True), "zeros": "published", "threshold": 1, "rounding_base": 1, "rules": rules}
    )
    outcome = judged(replace(part, policy=policy), policy=policy)
    assert isinstance(outcome, Refusal) and any("protects nobody" in reason for reason in outcome.reasons)


def test_wrong_figure_is_refused(part):
    """A figure that is not what the policy prints is UNSAFE."""
    shown = part.shown.copy()
    shown[tuple(np.argwhere(part.status == Status.PUBLISHED)[0])] += 1
    assert judged(replace(part, shown=shown)).verdict is Verdict.UNSAFE


def test_without_proof_nothing_passes(part):
    """The same pattern without its worlds is INCONCLUSIVE, which is refused as well."""
    outcome = judged(replace(part, worlds=no_worlds()))
    assert isinstance(outcome, Refusal) and outcome.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("kind, more", [("sum", {}), ("mean", {"decimals": 1})])
def test_sums_and_means_are_refused(part, kind, more):
    """There is no proof for sums yet, so that the gate refuses them, by name."""
    spec = with_measure(kind=kind, name="Duur", title={"nl": "Duur"}, field="duur_dagen", **more)
    outcome = judged(part, spec)
    assert isinstance(outcome, Refusal) and "Duur" in outcome.reasons[0] and "no proof" in outcome.reasons[0]


def test_another_policy_is_refused(part):
    """The policy must be the one that the specification names, value by value."""
    weaker = small.POLICY.model_copy(update={"width": 2})
    assert isinstance(judged(part, policy=weaker), Refusal)
    assert isinstance(judged(part, small.SPEC.model_copy(update={"policy": "anders"})), Refusal)


def test_parts_must_belong_together(part):
    """Another table, a period twice, a period without status, no parts at all: each refused."""
    assert "figures of this table" in judged(part, small.SPEC.model_copy(update={"id": "andere"})).reasons[-1]
    assert "twice" in judged([part, part]).reasons[0]
    assert "2024JJ00" in judged(part, statuses={"2024HJ01": "Voorlopig", "2024HJ02": "Voorlopig"}).reasons[0]
    assert isinstance(judged([]), Refusal)


def test_shares_and_rates_need_their_dimension(part):
    """A share within a dimension that the table lacks is refused, not a crash."""
    spec = with_measure(kind="share", name="Vreemd", title={"nl": "Vreemd"}, of="Trajecten", within="Leeftijd")
    assert "Leeftijd" in judged(part, spec).reasons[0]


def test_no_true_value_under_a_withheld_cell(part):
    """Where nothing is printed the arrays hold 0, whatever the count was."""
    for measure in small.published(part=part).measures:
        assert not measure.values[measure.state != PRINTED].any()
    with pytest.raises(ValueError, match="not printed"):
        PublicMeasure("M000001", "A", Words("a"), "", "", 0, np.ones(2, np.int64), np.ones(2, np.uint8))


def test_one_symbol_for_all_that_is_withheld(part):
    """Primary and secondary cells have the same state."""
    state = small.published(part=part).measures[0].state
    assert set(state[part.status == Status.PRIMARY]) == set(state[part.status == Status.SECONDARY]) == {WITHHELD}


def test_count_is_what_was_proved(part):
    """Every figure of the count is the array that the checker saw."""
    count = small.published(part=part).measures[0]
    assert np.array_equal(count.values[count.state == PRINTED], part.shown[part.status == Status.PUBLISHED])
    assert np.array_equal(count.state == WITHHELD, part.status != Status.PUBLISHED)


def test_shares_by_definition(part):
    """A share is 100 x part / total from printed figures, halves up, withheld where either is."""
    count, share, _ = small.published(part=part).measures
    for cell in np.ndindex(count.values.shape):
        whole = (cell[0], 0, cell[2])
        if WITHHELD in (count.state[cell], count.state[whole]):
            assert share.state[cell] == WITHHELD
        elif count.values[whole] == 0:
            assert share.state[cell] == IMPOSSIBLE
        else:
            exact = 1000 * int(count.values[cell]) / int(count.values[whole])
            assert share.state[cell] == PRINTED and share.values[cell] == int(exact + 0.5)


def test_rates_by_definition(part):
    """A rate divides by the public population; without one it cannot occur, whatever the count."""
    publication = small.published(part=part)
    count, _, rate = publication.measures
    people = populations().of("inwoners", 2024, Needs())
    for cell in np.ndindex(count.values.shape):
        region = publication.dimensions[0].codes[cell[0]].code
        if people.persons(region) is None:
            assert rate.state[cell] == IMPOSSIBLE
        elif count.state[cell] == WITHHELD:
            assert rate.state[cell] == WITHHELD
        else:
            assert rate.values[cell] == int(1000 * int(count.values[cell]) / people.persons(region, 0, 23) + 0.5)


def test_titles_of_reference_dates(part):
    """A table of stand has days for titles; other tables have periods."""
    stand = small.SPEC.model_copy(update={"moment": "stand"})
    titles = [c.title.nl for c in small.published(stand, part).periods.codes]
    assert titles == ["30 juni 2024", "31 december 2024", "31 december 2024"]
    assert small.published(part=part).periods.codes[0].title.nl == "2024 1e halfjaar"


def test_populations_add_up():
    """The country is the sum of its gemeenten, and of its provincies."""
    people = populations().of("inwoners", 2020, Needs())
    for first, below in ((0, None), (0, 18), (12, 23)):
        whole = people.persons("NL01", first, below)
        for kind in ("GM", "PV", "JZ"):
            assert sum(people.persons(r, first, below) for r in people.regions if r.startswith(kind)) == whole
    assert people.persons("NL01") == 17_407_585
