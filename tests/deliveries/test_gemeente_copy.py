"""Copies of mirror reports for gemeenten: only of who consents, only in time, and nothing small to be had from one, public tables beside it."""

import itertools
import multiprocessing
from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.commands import deliveries_command
from celwacht.publish.deliveries.consent import note_reported, read_consents, read_reported
from celwacht.publish.deliveries.figures import Flow
from celwacht.publish.deliveries.gemeente_copy import figures_of, protected
from celwacht.publish.deliveries.write import write_reports
from celwacht.publish.deliveries.write_copies import write_copies
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.calendar import calendar, copies_from
from celwacht.tables.register.register import read_register
from celwacht.tables.sources.layouts import load_layout
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.test_examples import NUMBERS, lists
from tests.examples import drawn
from tests.intake.deliveries import Maker, Office

PERIOD = Period.parse("2024HJ01")
AFTER = date(2024, 9, 2)
LAYOUT = load_layout("jeugdhulp", PERIOD)
OF_ANYBODY = read_policy("strict").model_copy(update={"threshold": 1, "width": 0})
"""Prints what there is: to see who is in a copy at all."""


POLICIES = {
    "exact": read_policy("strict").model_copy(update={"threshold": 3, "width": 2}),
    "rounded": read_policy("statline").model_copy(update={"threshold": 3, "rounding_base": 3, "width": 2}),
}
TWO = LAYOUT.model_copy(
    update={"fields": tuple(f.model_copy(update={"codes": f.codes[:2]}) for f in LAYOUT.fields if f.name in ("hulpvorm", "einde", "reden"))}
)
"""Two forms of help and two reasons: few enough to try every world."""


def flows_of(forms, reasons):
    """The flows of a provider: trajectories by form, and how many of them ended for each of two reasons."""
    used, gone = sum(forms), sum(reasons)
    by_form = [("hulpvorm", "01", forms[0], min(gone, forms[0])), ("hulpvorm", "02", forms[1], max(0, gone - forms[0]))]
    by_reason = [("reden", f"0{n}", count, count) for n, count in enumerate(reasons, 1) if count] + [("reden", "", used - gone, 0)]
    return [Flow(name, code, "GM0106", 0, count, out, count - out, count, 0) for name, code, count, out in [*by_form, *by_reason] if count]


def test_the_lines_of_a_copy():
    """All codes of each field whether anybody has them or not; use by form, who ended by reason; and everybody else in one row."""
    figures = figures_of({"1": flows_of((9, 3), (2, 1)), "2": flows_of((1, 0), (0, 0)), "3": flows_of((0, 4), (1, 0))}, ["1"], TWO)
    assert figures.lines[2:] == (("hulpvorm", "01"), ("hulpvorm", "02"), ("hulpvorm", ""), ("reden", "01"), ("reden", "02"), ("reden", ""))
    assert figures.counts.tolist() == [[12, 3, 9, 3, 0, 2, 1, 0], [5, 1, 1, 4, 0, 1, 0, 0]]


def every_world(figures, shown, policy, most):
    """int64 (worlds, providers and the others, lines): all that a reader holds possible, told by the definition: whole, not negative, sums
    right, who ended was in use, whoever is in the copy has enough, what is printed as printed, sums over providers as public tables print them.
    """
    n = len(figures.counts)
    rows = []
    for a, b, r, s in itertools.product(range(most + 1), repeat=4):
        if r + s <= a + b:
            rows.append((a + b, r + s, a, b, 0, r, s, 0))
    rows, options = np.array(rows), []
    nobody = figures.counts.sum(axis=0) == 0
    rows = rows[~(rows[:, nobody] > 0).any(axis=1)]
    for at in range(n):
        fits = np.ones(len(rows), bool)
        if at < n - 1:
            for line in range(rows.shape[1]):
                fits &= (shown[at, line] < 0) | (policy.printed(rows[:, line]) == shown[at, line])
            fits &= policy.printed(rows[:, 0]) >= policy.threshold
        elif not figures.counts[-1, 0]:
            fits &= rows[:, 0] == 0
        options.append(rows[fits])
    every = options[0][:, None]
    for more in options[1:]:
        every = np.concatenate([np.repeat(every, len(more), axis=0), np.tile(more, (len(every), 1))[:, None]], axis=1)
    everybody, sums = figures.counts.sum(axis=0), every.sum(axis=1)
    told = [n for n in range(len(everybody)) if policy.printed(everybody)[n] >= policy.threshold]
    if policy.rounding_base == 1:  # exact tables withhold a second value beside a small one
        for own in figures.fields.values():
            if any(everybody[n] and n not in told for n in own) and any(n in told for n in own):
                told.remove(min((n for n in own if n in told), key=lambda n: (everybody[n], n)))
    for line in told:
        every, sums = (one[policy.printed(sums[:, line]) == policy.printed(everybody)[line]] for one in (every, sums))
    return every


counts = st.tuples(st.integers(0, 4), st.integers(0, 4))
provider = counts.flatmap(lambda forms: st.tuples(st.just(forms), counts.filter(lambda gone: sum(gone) <= sum(forms))))


@given(st.lists(provider, min_size=2, max_size=2), st.sampled_from(sorted(POLICIES)))
@settings(max_examples=drawn(6, long=400), deadline=None)
def test_nothing_small_can_be_had_from_a_copy(some, which):
    """An intruder who tries every world narrows no small count, and no nought, below the width that the policy asks, beside the public tables."""
    policy = POLICIES[which]
    asked = figures_of({str(n): flows_of(*one) for n, one in enumerate(some)}, ["0"], TWO)
    figures, shown = protected(asked, policy)
    if not figures.providers:
        return  # then nothing of anybody is in the copy
    possible = every_world(figures, shown, policy, 7)
    small = (policy.printed(figures.counts) < policy.threshold) & (figures.counts.sum(axis=0) > 0)
    small[-1] &= bool(figures.counts[-1, 0])
    assert (shown[small[:-1]] < 0).all()
    assert ((possible.max(axis=0) - possible.min(axis=0))[small] >= policy.width).all()


def test_what_is_large_is_printed():
    """Rounded figures of two large providers are printed but for what is small; a provider with too few is not named, and adds to the others."""
    policy = read_policy("statline")
    flows = {
        "1": flows_of((61, 52), (23, 31)),
        "2": flows_of((44, 3), (12, 14)),
        "3": flows_of((4, 2), (1, 0)),
        "4": flows_of((30, 40), (11, 22)),
    }
    figures, shown = protected(figures_of(flows, ["1", "2", "3"], TWO), policy)
    assert figures.providers == ("1", "2")
    assert shown[:, [0, 1, 2, 3, 5, 6]].tolist() == [[115, 55, 60, 50, 25, 30], [45, 25, 45, -1, 10, 15]]


def test_what_all_have_alike_is_not_told():
    """All twelve came by the same door: exact figures would tell it of each of them, so one of the two is withheld."""
    policy = read_policy("strict")
    flows = {"1": flows_of((12, 0), (0, 0)), "2": flows_of((30, 40), (11, 22)), "3": flows_of((50, 60), (11, 22))}
    figures, shown = protected(figures_of(flows, ["1", "2"], TWO), policy)
    assert "1" not in figures.providers or shown[0, 0] < 0 or shown[0, 2] < 0


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
    few = write_copies(office.data, slots, PERIOD, tmp_path / "few", AFTER, policy)
    assert (few.files, few.waiting) == (0, ())  # one and two children: nobody is told of
    done = write_copies(office.data, slots, PERIOD, tmp_path / "copies", AFTER, OF_ANYBODY)
    assert done.waiting == () and done.providers == 1 and {path.name for path in (tmp_path / "copies").iterdir()} == {"GM0106", "GM0363"}
    texts = [path.read_text() for path in (tmp_path / "copies").rglob("*.json")]
    assert all("12345670" in one and "12345671" not in one and "12345672" not in one for one in texts)
    late = write_copies(office.data, slots, PERIOD, tmp_path / "late", date(2025, 3, 1), OF_ANYBODY)
    assert late.providers == 2
    note = tmp_path / "late" / "GM0106" / "brief.txt"
    note.write_text("x")
    given = (office.data / "consent.csv").read_text()
    (office.data / "consent.csv").write_text("aanbieder,vanaf,tot\n12345670,2021-01-01,2025-02-01\n")
    with pytest.raises(ProblemsFound, match="no provider consents"):
        write_copies(office.data, slots, PERIOD, tmp_path / "late", date(2025, 3, 1), OF_ANYBODY)
    assert list((tmp_path / "late").rglob("*.*")) == [note]  # a copy of before the consent was withdrawn lay ready to be sent
    (office.data / "consent.csv").write_text(given)
    pdf = tmp_path / "copies" / "GM0106" / "jeugdhulp-2024HJ01-spiegelrapporten.pdf"
    pdf.write_text("of an earlier run")
    write_copies(office.data, slots, PERIOD, tmp_path / "copies", AFTER, OF_ANYBODY)
    assert not pdf.exists() and pdf.with_suffix(".json").exists()
    write_copies(office.data, slots, PERIOD, tmp_path / "copies", AFTER, policy)
    assert not list((tmp_path / "copies").rglob("*.*"))


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


def test_two_runs_of_reports_at_a_time_note_both(tmp_path):
    """What was written is noted by each run, whichever is first: none of the lines is lost."""
    made = [[(f"{n:08d}", "jeugdhulp", "2024HJ01", f"{who}-{n}") for n in range(12)] for who in "ab"]
    runs = [multiprocessing.get_context("fork").Process(target=_noted, args=(tmp_path, some)) for some in made]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert read_reported(tmp_path) == {one for some in made for one in some}


def _noted(folder, some):
    for one in some:
        note_reported(folder, [one], "2024-08-01")
