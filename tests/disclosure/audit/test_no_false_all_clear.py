"""No false all-clear: tables whose marks, totals and codes do not stand where one expects them. Each test says what is right."""

import pytest
from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.model.facts import Inference, outside_sums
from celwacht.disclosure.audit.reading.discover import Effort, column_sums
from celwacht.disclosure.audit.reading.marks import MARKS, Mark, Meaning
from celwacht.disclosure.audit.reading.read_facts import Stated, facts_together, interpret
from celwacht.disclosure.audit.reading.reading_spec import Rows


def table(text: str) -> Rows:
    header, *rows = [line.strip().split(",") for line in text.strip().splitlines()]
    return Rows("t.csv", tuple(header), rows)


def audited(text: str, stated: Stated | None = None):
    """(audit, {label: (least, greatest)} of what falls exactly or closely, sentences)."""
    rows, spec, said = interpret(table(text), stated or Stated())
    facts, more = facts_together([(rows, spec)])
    audit = audit_published(facts, 5)
    fallen = {facts.label(f.cell): (f.least, f.greatest) for f in audit.findings if f.verdict in (Inference.EXACT, Inference.NARROW)}
    return audit, fallen, said + more


WIDE = """area,girl,boy,Total
    noord,c,9,15
    zuid,7,5,12
    west,6,8,14"""


def test_a_total_column_is_believed_however_few_lines_there_are():
    """15 - 9 = 6, from two lines that show what the total is the sum of, from one, and from none at all."""
    for lines in (4, 3, 2):
        _, fallen, _ = audited("\n".join(WIDE.splitlines()[:lines]))
        assert fallen == {"noord, girl" if lines > 2 else "girl": (6, 6)}, lines


def test_a_total_column_that_is_none_is_dropped_aloud():
    """Where the figures contradict it, the column is no total, and the reader is told."""
    audit, fallen, said = audited(WIDE.replace("7,5,12", "7,5,13"))
    assert not fallen and len(outside_sums(audit)) == 1
    assert any("Total is named a total, but is NOT" in line for line in said)


@pytest.mark.parametrize(
    "names", [("Total boys", "b1", "b2", "Total girls", "g1", "g2"), ("b1", "b2", "Total boys", "g1", "g2", "Total girls")]
)
def test_totals_of_runs_of_columns(names):
    """Each total is that of the columns beside it: after it or before it."""
    figures = {"b1": 4, "b2": 7, "g1": 10, "g2": 3, "Total boys": 11, "Total girls": 13}
    more = {"b1": 14, "b2": 2, "g1": 1, "g2": 8, "Total boys": 16, "Total girls": 9}
    lines = [
        ",".join(("area", *names)),
        ",".join(("a", *(str(figures[n]) for n in names))),
        ",".join(("b", *(str(more[n]) for n in names))),
    ]
    lines.append(",".join(("d", *("c" if n == "g1" else str(figures[n]) for n in names))))
    _, fallen, _ = audited("\n".join(lines))
    assert fallen == {"d, g1": (10, 10)}


FLAGGED = """area,industry,disclosure,employment
    A1,10,,58
    A1,101,,18
    A1,102,,40
    A2,10,,48
    A2,101,N,{0}
    A2,102,N,{0}
    A4,10,,76
    A4,101,,33
    A4,102,N,{0}"""


@pytest.mark.parametrize("shown", ["0", "", "N", "-"])
def test_flags_in_another_column(shown):
    """The figure beside a flag is withheld, whatever is printed in its place; numbers of industries are codes, 10 over 101 and 102."""
    audit, fallen, said = audited(FLAGGED.replace("{0}", shown))
    assert len(audit.findings) == 3 and fallen == {"A4, industry 102": (43, 43)}
    assert any(line.startswith("disclosure: marks the figures of employment") for line in said)


def test_a_flag_column_that_marks_nothing_known_is_told():
    """Flags beside figures that are all printed: said, and no figure is touched."""
    audit, _, said = audited(FLAGGED.replace("{0}", "7"))
    assert not audit.findings and any("what it marks is not known" in line for line in said)


PER_GROUP = """area,group,kind,number
    N,reason,Total by reason,46
    N,reason,illness,8
    N,reason,absence,38
    N,place,{place},{n}
    N,place,inside,{inside}
    N,place,outside,2
    S,reason,Total by reason,73
    S,reason,illness,c
    S,reason,absence,18
    S,place,{place},{s}
    S,place,inside,c
    S,place,outside,5"""


@pytest.mark.parametrize("same", [True, False], ids=["of the same young people", "of others"])
def test_totals_per_group(same):
    """Each group has a total with a name of its own; whether or not the groups count the same people, both cells fall."""
    text = PER_GROUP.format(place="Total by place", n=46 if same else 50, inside=44 if same else 48, s=73 if same else 80)
    _, fallen, _ = audited(text)
    assert fallen == {"S, illness": (55, 55), "S, inside": (68 if same else 75,) * 2}


def test_zeros_that_cannot_be_figures():
    """Lines that are short of their total, each with a 0 among the parts: the 0 is a withheld figure, 12 - 5 = 7."""
    audit, fallen, said = audited("area,girl,boy,Total\nnoord,6,9,15\nzuid,0,5,12\nwest,6,8,14")
    assert fallen == {"zuid, girl": (7, 7)} and any("0 is taken for withheld" in line for line in said)
    audit, _, _ = audited("area,girl,boy,Total\nnoord,6,9,15\nzuid,0,12,12\nwest,6,8,14")
    assert not audit.findings, "a true zero stays a zero"


def test_blanks():
    """Blanks are withheld where nothing else says withheld; beside other marks they are named, with how to ask about them."""
    _, fallen, said = audited(WIDE.replace("c,9", ",9"))
    assert fallen == {"noord, girl": (6, 6)} and any("taken as withheld" in line for line in said)
    _, fallen, said = audited(WIDE.replace("7,5", ",5"))
    assert fallen == {"noord, girl": (6, 6)} and any("1 figures are blank" in line and "not asked about" in line for line in said)
    _, fallen, said = audited(WIDE.replace("7,5", "..,5"))
    assert any("'..'" in line and "not asked about" in line for line in said)


def test_sums_without_a_line_to_try_them_on():
    """A total by name is kept and said to be so by its name alone; codes that merely begin alike are not believed."""
    _, fallen, said = audited("area,number\nTotal,20\nn,c\nz,8")
    assert fallen == {"n": (12, 12)} and any("by their name alone" in line for line in said)
    audit, fallen, said = audited("code,area,number\nA,x,20\nA1,x,c\nA2,x,8\nA,y,c\nA1,y,9\nA2,y,8")
    assert not fallen and len(outside_sums(audit)) == 2 and any("no line is printed in full" in line for line in said)


def test_nested_that_is_told_is_used_or_said_to_change_nothing():
    """`nested:` gives the groups their totals; where no category is a total, that is said."""
    stated = Stated({"nested": {"kind": "group"}, "marks": {**MARKS, "c": Mark(Meaning.WITHHELD)}})
    text = PER_GROUP.format(place="Total by place", n=46, inside=44, s=73)
    assert audited(text, stated)[1] == {"S, illness": (55, 55), "S, inside": (68, 68)}
    _, fallen, said = audited(text.replace("Total by", "Whole of"), stated)
    assert not fallen and any(line.startswith("nested: no category") for line in said)


def test_the_search_for_sums_is_bounded_by_work_and_says_what_it_left():
    """The same table, the same work, the same sentences: never the clock."""
    names = [f"v{i}" for i in range(12)]
    rows = Rows("t.csv", ("area", *names), [(f"a{r}", *(str((7 * r + 3 * i) % 23) for i in range(12))) for r in range(40)])
    _, spec, _ = interpret(rows, Stated(seconds=1e-4))
    said = [column_sums(rows, spec, Effort(1e-4))[1] for _ in range(2)]
    assert said[0] == said[1] and any("were not tried" in line for line in said[0])
