"""A policy, an option, a rule or a certificate under which nobody is protected is refused; one that promises little says so."""

import json

import pandas as pd
import pytest
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.rules.counting import MinimumContributors, MinimumFrequency, ZeroTotals
from celwacht.publish.cli import celwacht
from celwacht.publish.terminal import console
from pydantic import ValidationError

ABOUT = {"version": 1, "id": "mijne", "title": {"nl": "t", "en": "t"}, "description": {"nl": "t", "en": "t"}}
GROUPS = {"group_disclosure": [{"dimensions": ["Hulpvorm"], "base": 20}]}


def told(capsys, *args):
    """(exit status, what was said) of the installed command."""
    code = console.run(lambda: celwacht.main(args=[str(a) for a in args], prog_name="celwacht", standalone_mode=False))
    out, err = capsys.readouterr()
    return code, out + err


@pytest.mark.parametrize("more", [{}, {"rules": {}}, {"singletons": True}, {"insiders": 1}, {"zeros": "withheld"}])
def test_a_threshold_of_one_is_refused_whatever_stands_beside_it(more):
    with pytest.raises(ValidationError, match="protects nobody"):
        DisclosurePolicy.model_validate({**ABOUT, "threshold": 1, "width": 5, **more})


def test_rules_on_dimensions_that_a_table_has_not_protect_nobody_in_it():
    policy = DisclosurePolicy.model_validate({**ABOUT, "threshold": 1, "width": 5, "rules": GROUPS})
    assert policy.protects_nothing_in(("RegioS", "Perioden")) and not policy.protects_nothing_in(("Hulpvorm", "Perioden"))
    assert not DisclosurePolicy.model_validate({**ABOUT, "threshold": 2, "width": 1}).protects_nothing_in(("RegioS",))


@pytest.mark.parametrize("made", [lambda: MinimumFrequency(1), lambda: MinimumContributors(1), lambda: ZeroTotals(0)])
def test_rules_that_no_cell_can_break_are_refused(made):
    with pytest.raises(ValueError, match="at least [12]"):
        made()


def test_a_width_of_one_is_told_to_be_little():
    assert "exactly" in DisclosurePolicy.model_validate({**ABOUT, "threshold": 10, "width": 1}).remarks[0]
    assert DisclosurePolicy.model_validate({**ABOUT, "threshold": 10, "width": 2}).remarks == ()


def written(tmp_path, name, text):
    folder = tmp_path / "specs" / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(
        f"version: 1\nid: {name}\ntitle: {{nl: t, en: t}}\ndescription: {{nl: t, en: t}}\n{text}", encoding="utf-8"
    )
    return folder / f"{name}.yaml"


def test_check_names_the_line_of_the_threshold(tmp_path, capsys):
    file = written(tmp_path, "mijne", "width: 5\nthreshold: 1\n")
    code, said = told(capsys, "check", file)
    assert code == 2 and "mijne.yaml:6:1: threshold 1" in said


def test_check_warns_of_a_width_of_one_at_its_line(tmp_path, capsys):
    file = written(tmp_path, "mijne", "threshold: 10\nwidth: 1\n")
    code, said = told(capsys, "check", file)
    assert code == 0 and "mijne.yaml:6: width 1 promises only" in said and "No problems." in said


COUNTS = "region,sex,freq\nn,m,23\nn,v,1\ns,m,31\ns,v,14\n"


@pytest.fixture
def counts(tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS, encoding="utf-8")
    return tmp_path / "counts.csv"


OPTIONS = ("--hierarchy", "region", "--hierarchy", "sex")


@pytest.mark.parametrize("threshold", ["1", "0", "-3"])
def test_protect_and_round_refuse_it(counts, tmp_path, capsys, threshold):
    for command in (("protect",), ("round", "--method", "conventional")):
        code, said = told(capsys, *command, counts, *OPTIONS, "--threshold", threshold, "--out", tmp_path / "out")
        assert code == 2 and "threshold" in said and not (tmp_path / "out").exists(), said


@pytest.mark.parametrize("rule", ["frequency:1", "contributors:1", "zero:0", "contributors:3,0"])
def test_records_refuse_rules_that_no_cell_can_break(tmp_path, capsys, rule):
    (tmp_path / "r.csv").write_text("region,firm,amount\nn,a,3\ns,b,4\n", encoding="utf-8")
    how = ("--hierarchy", "region", "--contributor", "firm", "--amount", "amount", "--rule", rule, "--out", tmp_path / "out")
    code, said = told(capsys, "protect", tmp_path / "r.csv", *how)
    assert code == 2 and "at least" in said


def test_where_no_cell_is_sensitive_protect_says_so(tmp_path, capsys):
    (tmp_path / "counts.csv").write_text(COUNTS.replace("v,1\n", "v,11\n"), encoding="utf-8")
    code, said = told(capsys, "protect", tmp_path / "counts.csv", *OPTIONS, "--width", "1", "--out", tmp_path / "out")
    assert code == 0 and "No cell is sensitive" in said and "width 1 promises only" in said


@pytest.mark.parametrize("method", ["fast", "optimal"])
def test_verify_does_not_vouch_for_a_certificate_that_asks_for_nothing(tmp_path, capsys, method):
    """Folder, audit and certificate agree on a threshold of 1: everything is printed, and nothing is proved."""
    from celwacht.disclosure.own_table.protect_own_table import Wishes, policy_of, protect_cube
    from celwacht.disclosure.problems.counts import cube_of_counts
    from celwacht.disclosure.problems.trees import trees_of
    from celwacht.publish.own_tables import folder as own_folder

    trees = trees_of({"dims": ["region"], "root": {"region": "T"}, "trees": {"region": {"T": ["n", "s"]}}})
    cube = cube_of_counts(pd.DataFrame({"region": ["n", "s"], "freq": [1, 40]}), trees, "freq")
    policy = policy_of(threshold=10, width=5).model_copy(update={"threshold": 1})
    with own_folder.staged(tmp_path / "out", False) as made:
        own_folder.write(made, protect_cube(cube, policy, Wishes(method=method)), {"input": []}, trees.text(), ())
    assert json.loads((tmp_path / "out/audit.json").read_text())["verdict"] == "SAFE"
    code, said = told(capsys, "verify", tmp_path / "out")
    assert code == 1 and "makes no count sensitive" in said
