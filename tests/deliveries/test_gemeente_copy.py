"""Copies of mirror reports for gemeenten: only of who consents, only in time, and nothing small to be had from one."""

import itertools
import json
from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.commands import deliveries_command
from celwacht.publish.deliveries.consent import copies_from, read_consents
from celwacht.publish.deliveries.figures import Flow
from celwacht.publish.deliveries.gemeente_copy import figures_of, protected
from celwacht.publish.deliveries.write import write_reports
from celwacht.publish.deliveries.write_copies import write_copies
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.calendar import calendar
from celwacht.tables.register.register import read_register
from celwacht.tables.sources.layouts import load_layout
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.test_examples import NUMBERS, lists
from tests.intake.deliveries import Maker, Office

PERIOD = Period.parse("2024HJ01")
AFTER = date(2024, 9, 2)
LAYOUT = load_layout("jeugdhulp", PERIOD)


def worlds(figures, shown, policy, most):
    """Per cell its least and greatest value over all figures that a reader holds possible: whole, not negative, sums and flows right,
    every line with somebody, reasons only of who has ended, and what is printed as printed. Two fields of two values at most."""
    lines, found = figures.lines[1:], []
    fields = list(dict.fromkeys(name for name, _ in lines))
    fixed = np.where(shown < 0, -1, figures.counts)  # the policies here print exact counts
    candidates = []
    for n, line in enumerate(lines, 1):
        rows = []
        for begin, inflow, outflow in itertools.product(range(most + 1), repeat=3):
            row = (begin, inflow, outflow, begin + inflow - outflow, begin + inflow)
            if row[3] < 0 or not row[4] or (line[0] == "reden" and row[3 if line[1] else 2]):
                continue
            if all(f < 0 or f == r for f, r in zip(fixed[n], row)):
                rows.append(row)
        candidates.append(rows)
    sums = []
    for name in fields:
        own = [n for n, line in enumerate(lines) if line[0] == name]
        sums.append({tuple(map(sum, zip(*some))) for some in itertools.product(*(candidates[n] for n in own))})
    totals = {t for t in set.intersection(*sums) if all(f < 0 or f == r for f, r in zip(fixed[0], t))}
    found.append(totals)
    for n, (name, _) in enumerate(lines):
        own = [m for m, line in enumerate(lines) if line[0] == name]
        at = own.index(n)
        found.append({some[at] for some in itertools.product(*(candidates[m] for m in own)) if tuple(map(sum, zip(*some))) in totals})
    return [(np.min(list(some), axis=0), np.max(list(some), axis=0)) for some in found]


row = st.tuples(st.integers(0, 5), st.integers(0, 5)).flatmap(
    lambda b: st.integers(0, sum(b)).map(lambda out: (b[0], b[1], out, sum(b) - out, sum(b)))
)


@given(st.lists(row.filter(lambda r: r[4] > 0), min_size=2, max_size=2), st.booleans())
@settings(max_examples=25, deadline=None)
def test_nothing_small_can_be_had_from_a_copy(rows, ended):
    """An intruder who tries every world narrows no sensitive count below the width that the policy asks."""
    policy = read_policy("strict").model_copy(update={"threshold": 3, "width": 2})
    flows = [Flow("hulpvorm", f"0{n}", "GM0106", *one, 0) for n, one in enumerate(rows, 1)]
    if ended:
        total = np.sum(rows, axis=0)
        gone = [("01", int(total[2]))] if total[2] else []
        for code, out in gone:
            begin = min(out, int(total[0]))
            flows.append(Flow("reden", code, "GM0106", begin, out - begin, out, 0, out, 0))
        rest = total - np.sum([(f.begin, f.inflow, f.outflow, f.end, f.used) for f in flows if f.field == "reden"] or [[0] * 5], axis=0)
        if rest.any():
            flows.append(Flow("reden", "", "GM0106", *map(int, rest), 0))
    figures = figures_of(flows, LAYOUT)
    shown = protected(figures, policy)
    if shown is None:
        return  # then nothing of the provider is in the copy
    assert np.array_equal(shown[shown >= 0], figures.counts[shown >= 0])
    sensitive = (figures.counts >= 1) & (figures.counts < 3)
    assert (shown[sensitive] < 0).all()
    for n, (low, high) in enumerate(worlds(figures, shown, policy, int(figures.counts.max()) + 3)):
        assert ((high - low)[sensitive[n]] >= 2).all()


def test_what_is_large_is_printed():
    """A copy of large figures alone withholds nothing; one small figure takes others with it, and no more than it must."""
    policy = read_policy("strict")
    flows = [Flow("hulpvorm", "01", "GM0106", 40, 20, 15, 45, 60, 0), Flow("hulpvorm", "02", "GM0106", 30, 20, 25, 25, 50, 0)]
    assert (protected(figures_of(flows, LAYOUT), policy) >= 0).all()
    small = [*flows, Flow("hulpvorm", "11", "GM0106", 12, 3, 11, 4, 15, 0)]
    shown = protected(figures_of(small, LAYOUT), policy)
    assert (shown[3, [1, 3]] == -1).all() and (shown >= 0).sum() >= 8


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office with three providers of one gemeente, of whom the first two consent, the second from 2025 on."""
    office, make = Office(tmp_path_factory.mktemp("office")), Maker()
    lists(office.data)
    for n in range(3):
        changes = [(i, "bsn", NUMBERS[10 * n + i]) for i in range(3)]
        office.put(f"jeugdhulp_1234567{n}_2024HJ01.csv", make.csv(*changes))
    assert len(office.take_in(when="2024-07-10T08:00:00+00:00").accepted) == 3
    (office.data / "consent.csv").write_text("aanbieder,vanaf,tot\n12345670,2021-01-01,\n12345671,2025-01-01,2025-12-31\n")
    return office


def slots_of(office):
    register = read_register(office.data / "vault" / "register.jsonl")
    return register, calendar(register, AFTER)


def test_copies_in_order(office, tmp_path):
    """Not before September; not without consent; not before the provider's own report; then for every gemeente but the unknown one."""
    register, slots = slots_of(office)
    policy = read_policy("strict")
    with pytest.raises(ProblemsFound, match="2024-09-01 on"):
        write_copies(office.data, slots, PERIOD, tmp_path / "early", date(2024, 8, 31), policy)
    with pytest.raises(ProblemsFound, match="no provider consents"):
        write_copies(office.data, slots, Period.parse("2020HJ01"), tmp_path / "none", date(2020, 9, 1), policy)
    before = write_copies(office.data, slots, PERIOD, tmp_path / "before", AFTER, policy)
    assert (before.files, before.waiting) == (0, ("12345670",))
    write_reports(office.data, register, slots, PERIOD, tmp_path / "own", "2024-08-01")
    done = write_copies(office.data, slots, PERIOD, tmp_path / "copies", AFTER, policy)
    assert done.waiting == () and done.providers == 1 and {path.name for path in (tmp_path / "copies").iterdir()} == {"GM0106", "GM0363"}
    texts = [path.read_text() for path in (tmp_path / "copies").rglob("*.json")]
    assert all("12345670" in one and "12345671" not in one and "12345672" not in one for one in texts)
    figures = [row[2:] for one in texts for section in json.loads(one)["sections"] for row in section["rows"]]
    assert figures and all(cell in (".", 0) for row in figures for cell in row)  # one and two children: nothing else is printed
    late = write_copies(office.data, slots, PERIOD, tmp_path / "late", date(2025, 3, 1), policy)
    assert late.providers == 2


def test_days():
    assert copies_from(PERIOD) == date(2024, 9, 1) and copies_from(Period.parse("2024HJ02")) == date(2025, 3, 1)
    assert copies_from(Period.parse("2024KW04")) == date(2025, 3, 1) and copies_from(Period.parse("2024KW03")) == date(2024, 12, 1)


def test_broken_consents(tmp_path):
    """Every wrong line at its place, and no word of it."""
    (tmp_path / "consent.csv").write_text(
        "aanbieder,vanaf,tot\nJan,2024-01-01,\n12345678,ooit,\n12345678,2024-01-01,\n12345678,2024-01-01\n"
    )
    with pytest.raises(ProblemsFound) as found:
        read_consents(tmp_path)
    assert [one.line for one in found.value.problems] == [2, 3, 5] and "Jan" not in str(found.value) and "ooit" not in str(found.value)
    (tmp_path / "consent.csv").write_text("provider\n")
    with pytest.raises(ProblemsFound, match="first line does not name"):
        read_consents(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"aanbieder,vanaf,tot\n12345670,2021-01-01,\n12345671,2025-01-01,2025-12-31\n",
        b"\xef\xbb\xbfaanbieder;vanaf;tot\r\n12345670;2021-01-01;\r\n12345671;2025-01-01;2025-12-31\r\n",
        b"sep=;\r\naanbieder;vanaf;tot\r\n12345670;1-1-2021;\r\n;;\r\n12345671;01-01-2025;31-12-2025\r\n",
        "tot\tvanaf\taanbieder\n\t2021-01-01\t12345670\n2025-12-31\t2025-01-01\t12345671\n".encode("utf-16"),
        "aanbieder;vanaf;tot;wie\n12345670;2021-01-01;;Ren\u00e9\n12345671;2025-01-01;2025-12-31;\n".encode("cp1252"),
    ],
)
def test_consents_however_they_were_saved(tmp_path, content):
    """Commas, semicolons or tabs, any encoding, any order, days as a Dutch spreadsheet writes them."""
    (tmp_path / "consent.csv").write_bytes(content)
    assert [(c.aanbieder, c.since, c.until) for c in read_consents(tmp_path)] == [
        ("12345670", date(2021, 1, 1), None),
        ("12345671", date(2025, 1, 1), date(2025, 12, 31)),
    ]


def test_on_the_command_line(office, tmp_path):
    args = ["2024HJ01", "--data", str(office.data), "--to", str(tmp_path / "k"), "--gemeenten", "--day", "2024-09-02"]
    done = CliRunner().invoke(deliveries_command.reports, args)
    assert done.exit_code == 0 and "gemeenten, of" in done.output
