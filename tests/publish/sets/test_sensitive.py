"""Rules on providers over standard tables: "not traceable to persons or institutions", judged from the records."""

from collections import defaultdict

import numpy as np
import pytest
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.publish.sets.providers import FILE, providers_of, read_providers
from celwacht.publish.sets.sensitive import sensitivities
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.contributors import build_contributors
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions.part import part_of as regions_of

from tests.tables.standard import standard
from tests.tables.vaults import vault

SPEC = standard()["jeugdhulp_gebruik_trajecten"]
PERIODS = [Period.parse("2024JJ00")]
WORDS = {"title": {"nl": "proef"}, "description": {"nl": "proef"}, "version": 1}


def policy(**more):
    return DisclosurePolicy.model_validate({**WORDS, "id": "proef", "threshold": 5, "width": 3, **more})


data, microdata = vault(3, persons=120)


def providers_per_cell(cube, found):
    """{cell: {provider: count}}, cell after cell, for cells on the first dimension and the regions, and the totals of
    the others."""
    geo = next(i for i, d in enumerate(cube.dimensions) if d.kind.startswith("Geo"))
    assert geo != 0
    counts = defaultdict(lambda: defaultdict(int))
    for leaf, provider, n in zip(found.leaf.tolist(), found.provider.tolist(), found.count.tolist()):
        codes = [[c for c, m in enumerate(d.members) if leaf[i] in m] for i, d in enumerate(found.dimensions)]
        for a in codes[0]:
            for b in codes[geo]:
                counts[tuple({0: a, geo: b}.get(i, 0) for i in range(len(codes)))][provider] += n
    return counts


def test_a_cell_of_too_few_providers_is_sensitive_however_large(data, microdata):
    """Against the definition: fewer than six providers, or one of them tells another within 150 per cent, or 1 to 4
    trajectories."""
    rules = policy(rules={"min_contributors": {"least": 6, "width": 2}, "p_percent": [{"p": 150}]})
    cubes = build_cube(SPEC, PERIODS, data, connection=microdata)
    (found,) = build_contributors(SPEC, PERIODS, data, connection=microdata)
    (judged,) = sensitivities(SPEC, rules, cubes, PERIODS, data, microdata)
    only_rules = 0
    for cell, own in providers_per_cell(cubes[0], found).items():
        x = sorted(own.values(), reverse=True) + [0, 0]
        few, near = len(own) < 6, 2 * (sum(x) - x[0] - x[1]) < 3 * x[0]
        small = 0 < cubes[0].cells[cell] < 5
        assert bool(judged.mask[cell]) == (few or near or small)
        assert int(judged.reasons[cell]) == small | few << 1 | near << 2
        assert judged.spl[cell] == (3 if small else 2 if few else 0) and judged.singleton[cell] == (len(own) == 1)
        only_rules += bool((few or near) and not small)
    assert only_rules > 5
    assert "fewer than 6 contributors (policies/proef.yaml: rules.min_contributors)" in str(
        [judged.why(tuple(c)) for c in np.argwhere(judged.reasons == 2)]
    )


def test_holdings_make_fewer_contributors(data, microdata):
    """All providers in one holding: one contributor everywhere; a list in which every provider stands alone changes
    nothing."""
    cubes = build_cube(SPEC, PERIODS, data, connection=microdata)
    codes = sorted({*build_contributors(SPEC, PERIODS, data, connection=microdata)[0].provider.tolist()} - {""})
    rules = {"min_contributors": {"least": 2}}
    (without,) = sensitivities(SPEC, policy(rules=rules), cubes, PERIODS, data, microdata)
    for parent, same in (("", True), ("Concern", False)):
        _list(data, "aanbieder;holding\n" + "".join(f"{c};{parent}\n" for c in codes))
        (found,) = sensitivities(SPEC, policy(rules=rules, holdings=True), cubes, PERIODS, data, microdata)
        assert np.array_equal(found.mask, without.mask) == same
    assert np.array_equal(found.mask, cubes[0].cells > 0)


def test_a_province_is_judged_as_the_whole_table_is(data, microdata):
    """The same reasons for the same codes: those of other provincies are gone, nothing else changed."""
    rules = policy(rules={"min_contributors": {"least": 4}, "dominance": [{"n": 1, "k": 60}]})
    cubes = build_cube(SPEC, PERIODS, data, connection=microdata)
    part = [narrowed(cube, regions_of("PV27")) for cube in cubes]
    (whole,) = sensitivities(SPEC, rules, cubes, PERIODS, data, microdata)
    (small,) = sensitivities(SPEC, rules, part, PERIODS, data, microdata)
    axis = next(i for i, d in enumerate(cubes[0].dimensions) if d.kind.startswith("Geo"))
    kept = [cubes[0].dimensions[axis].position(c.code) for c in part[0].dimensions[axis].codes]
    assert np.array_equal(small.reasons, np.take(whole.reasons, kept, axis)) and small.mask.any()


@pytest.mark.long
def test_persons_too(data, microdata):
    """For distinct young persons contributions overlap; a cell without sensitive reasons has at least that many
    providers."""
    spec = standard()["jeugdhulp_gebruik_jongeren"]
    cubes = build_cube(spec, PERIODS, data, connection=microdata)
    (judged,) = sensitivities(spec, policy(rules={"min_contributors": {"least": 3}}), cubes, PERIODS, data, microdata)
    (found,) = build_contributors(spec, PERIODS, data, connection=microdata)
    seen = 0
    for cell, own in providers_per_cell(cubes[0], found).items():
        assert bool(judged.reasons[cell] & 2) == (len(own) < 3)
        seen += len(own) < 3
    assert seen


def _list(data, text):
    (data / FILE).parent.mkdir(exist_ok=True)
    (data / FILE).write_text(text, encoding="utf-8")


def test_a_missing_list_is_asked_for_only_where_it_is_needed(tmp_path):
    assert not providers_of(tmp_path, policy(rules={"min_contributors": {"least": 3}})).parent
    for more in ({"holdings": True, "rules": {"min_contributors": {"least": 3}}}, {"rules": {"request": [{"p": 30}]}}):
        with pytest.raises(ProblemsFound, match="providers/providers.csv: policy proef has .* takes this file"):
            providers_of(tmp_path, policy(**more))


@pytest.mark.parametrize(
    "text, words",
    [
        ("aanbieder;holdin\n1;x\n", "no column 'holdin'. Did you mean 'holding'"),
        ("holding\nx\n", "aanbieder is missing"),
        ("aanbieder,asks\n1,perhaps\n", ":2: expected"),
        ("aanbieder,holding\n,x\n", ":2: expected"),
        ("aanbieder,holding\n1,x\n1,y\n", ":3: this provider stands above"),
        ("aanbieder,holding\n1,x,y\n", ":2: expected"),
    ],
)
def test_what_is_wrong_with_the_list_is_told_by_line(text, words, tmp_path):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(ProblemsFound) as caught:
        read_providers(tmp_path / "list.csv", FILE)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffaanbieder, holding ,asks\n1,K,\n2,K,ja\n3,,yes\n".encode(),
        "sep=;\naanbieder;holding;asks\n1;K;\n\n2;K;ja\n3;;yes\n".encode("utf-16"),
        "aanbieder\tasks\tholding\r\n1\t\tK\r\n2\tja\tK\r\n3\tyes\t\r\n4\tnee\tZorggroep Zuidoost-Friesl\xe2n\r\n".encode("cp1252"),
    ],
    ids=["utf-8", "utf-16", "windows-1252"],
)
def test_the_list_says_who_belongs_together_and_who_asks(content, tmp_path):
    """However a spreadsheet saved it, as the other lists of the office."""
    (tmp_path / "list.csv").write_bytes(content)
    found = read_providers(tmp_path / "list.csv", FILE)
    assert {w: h for w, h in found.parent.items() if w < "4"} == {"1": "K", "2": "K"} and found.asks == {"2", "3"}
    assert "K" not in repr(found)
