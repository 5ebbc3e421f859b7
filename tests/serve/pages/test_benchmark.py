"""The benchmark, judged by definition: intervals by brute force, verdicts by the intervals, and nothing withheld that a rate gives back."""

import csv
import io
import json
import re
import warnings
from dataclasses import replace
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from celwacht.publish.areas.figures import Value
from celwacht.publish.areas.regions import regions_of
from celwacht.publish.benchmark import chance, comparison
from celwacht.publish.benchmark.measured import Measured, Measures
from celwacht.publish.publication import measures as published_measures
from celwacht.publish.publication.publication import PRINTED, WITHHELD
from celwacht.publish.serve.pages import benchmark_routes, pages
from celwacht.tables import home
from celwacht.tables.indicators import indicator_spec, lesson_file, society
from celwacht.tables.indicators.indicator_spec import Benchmark
from celwacht.tables.indicators.society import Fact
from celwacht.tables.problems import ProblemsFound
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.serve import stand_in
from tests.serve.pages.test_area_pages import GEO, KERN, REFERRED, published, table

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SHELF = stand_in.Shelf(KERN, REFERRED)
PAGES = pages.Pages(SHELF)
OWN = benchmark_routes.BenchmarkPages(PAGES)
CLIENT = TestClient(Starlette(routes=benchmark_routes.routes(PAGES, OWN)), headers={"accept-encoding": "identity"})
KNOWN = indicator_spec.indicators()


def measures_of(*tables, societies=None):
    return Measures(KNOWN, {t.table: t for t in tables}, societies or {})


def test_wilson_as_in_the_textbook():
    """25 of 400: 0.0427 to 0.0906 (worked out by hand from the formula of 1927); no and all of them stay within 0 and 1."""
    low, high = chance.wilson(Fraction(25), Fraction(400))
    assert (round(low, 4), round(high, 4)) == (0.0427, 0.0906)
    assert chance.wilson(Fraction(0), Fraction(10))[0] == 0 and chance.wilson(Fraction(10), Fraction(10))[1] == 1


@given(st.integers(0, 60), st.integers(1, 80), st.integers(0, 4))
def test_an_interval_holds_every_count_that_was_rounded_to_it(count, of, margin):
    """Whatever count and whole printed figures stand for, its own interval lies within ours."""
    count = min(count, of)
    low, high = chance.interval(Fraction(count), Fraction(of), margin)
    for true_of in range(max(1, of - margin), of + margin + 1):
        for true in range(max(0, count - margin), min(true_of, count + margin) + 1):
            one = chance.wilson(Fraction(true), Fraction(true_of))
            assert low <= 100 * one[0] + 1e-9 and high >= 100 * one[1] - 1e-9


@given(st.integers(1, 30), st.integers(20, 3000), st.integers(0, 1))
def test_a_rate_tells_no_more_of_a_count_than_its_printed_count(figure, people, decimals):
    """Exact arithmetic: of all counts that print as this figure (rounded to 5), none is excluded by the rate and the population; and a rate of a
    withheld figure is withheld, so that the population gives nothing back."""
    five = 5 * figure
    compatible = range(five - 2, five + 3)

    def rate_of(printed, state):
        made = published_measures.rate((np.array([printed], np.int64), np.array([state], np.uint8)), np.array([people]), 100, decimals)
        return made[0].tolist(), made[1].tolist()

    printed = {count: rate_of(5 * ((count + 2) // 5), PRINTED) for count in compatible}
    assert len({json.dumps(p) for p in printed.values()}) == 1, "every count that prints so has the same rate"
    hidden = {json.dumps(rate_of(0, WITHHELD)) for _ in compatible}
    assert hidden == {json.dumps(([0], [WITHHELD]))}


def holed(name, measure):
    """KERN with another state: the count withheld at (JB, GM0107) while its rate is printed, as no gate of ours would do."""
    made = []
    for m in KERN.measures:
        values, state = m.values.copy(), m.state.copy()
        at = (2, [g[0] for g in GEO].index("GM0107"), slice(None))
        if m.name == measure:
            state[at], values[at] = WITHHELD, 0
        else:
            state[at], values[at] = PRINTED, np.maximum(values[at], 7)
        made.append(replace(m, values=values, state=state))
    return replace(KERN, measures=tuple(made), table=name)


def test_no_rate_where_its_count_is_withheld():
    """3.1 % of 480 known inhabitants is 15: the rate of a withheld count is not told, in the benchmark and on the page of the region; nor a share of it."""
    found = holed("kerncijfers_jeugdzorg", "JongerenMetJeugdzorg")
    assert published(found, "JongerenMetJeugdzorgRelatief", VormenVanJeugdzorg="A027919", RegioS="GM0107", Perioden="2024JJ00") is not None
    own = measures_of(found).of("jongeren_met_jeugdbescherming", "GM0107", "2024JJ00")
    assert own == Measured(Value(None, 0, WITHHELD))
    client = TestClient(Starlette(routes=pages.routes(pages.Pages(stand_in.Shelf(found)))))
    rows = list(csv.DictReader(io.StringIO(client.get("/gebied/GM0107.csv").content.decode("utf-8-sig"))))
    told = [r["waarde"] for r in rows if r["onderdeel"] == "Jongeren met jeugdbescherming" and r["gebied"] == "GM0107"]
    assert told and set(told) == {"."}
    hidden = measures_of(REFERRED).of("verwezen_door_huisarts", "GM0107", "2024JJ00")
    assert hidden.value.number is None and hidden.count is None and hidden.low is None


def shown(low, value, high):
    return Measured(Value(Fraction(value), 1), Fraction(1), Fraction(2), Fraction(low), Fraction(high))


def test_verdicts_follow_the_intervals():
    own = shown(4, 5, 6)
    assert comparison.verdict(own, shown(0, 3, 9)) == "higher" and comparison.verdict(own, shown(0, 7, 9)) == "lower"
    assert {comparison.verdict(own, shown(0, v, 9)) for v in (4, 5, 6)} == {"alike"}
    assert comparison.verdict(Measured(Value(Fraction(5), 1)), own) == "unknown", "no count, no verdict"
    assert comparison.apart(own, shown(7, 8, 9)) and not comparison.apart(own, shown(6, 8, 9))


@pytest.mark.parametrize("path", ["/benchmark/", "/benchmark/?gebied=GM0106", "/benchmark/jongeren_met_jeugdhulp?gebied=GM0110"])
def test_no_ranking_and_no_colour_without_direction(path):
    """Regions stand by name; no place in an order is told, and good or bad only of the indicators that say which is which."""
    text = CLIENT.get(path).text
    assert "plaats 1" not in text and not re.search(r"\b\d+e van de\b|rang \d", text)
    for row in re.findall(r"<tr>.*?</tr>", text, re.DOTALL):
        name = re.search(r'href="(\w+)[?"]', row)
        if name and name[1] in KNOWN and KNOWN[name[1]].polarity == "neutral":
            assert "verdict good" not in row and "verdict bad" not in row


def test_regions_stand_by_name():
    text = CLIENT.get("/benchmark/jongeren_met_jeugdhulp").text
    table_ = text[text.index('id="all"') :]
    names = re.findall(r'<th scope="row"><a href="\?gebied=(GM\d+)">([^<]*)</a>', table_)
    assert len(names) > 5 and [n for _, n in names] == sorted(n for _, n in names)


def test_every_number_of_an_indicator_is_published():
    """The CSV against the Publication; a withheld one is a dot without an interval, and the page has the number of each row."""
    rows = list(csv.DictReader(io.StringIO(CLIENT.get("/benchmark/jongeren_met_jeugdhulp.csv").content.decode("utf-8-sig"))))
    assert {r["gegevens"] for r in rows} == {"verzonnen (made-up data)"} and len(rows) > 10
    for row in rows:
        codes = {"VormenVanJeugdzorg": "CWJH12", "RegioS": row["gebied"], "Perioden": row["periode"]}
        rate, count = published(KERN, "JongerenMetJeugdzorgRelatief", **codes), published(KERN, "JongerenMetJeugdzorg", **codes)
        if rate is None or count is None:
            assert row["waarde"] == "." and row["laag95"] == row["hoog95"] == "" and row["naast_geheel"] in ("", "unknown")
        else:
            assert Fraction(row["waarde"]) == rate[0] and Fraction(row["laag95"]) <= rate[0] <= Fraction(row["hoog95"])


def test_those_alike_are_the_nearest():
    """Against a plain reckoning over all pairs; a region without a feature is nobody's neighbour."""
    draw = np.random.default_rng(5)
    codes = [f"GM{i:04d}" for i in range(30)]
    files = {}
    for name in ("kinderen_in_bijstandsgezin", "voortgezet_vmbo", "werkende_jongeren"):
        about = society.societies()[name].about
        numbers = {c: int(n) for c, n in zip(codes, draw.integers(1, 400, 30))}
        files[name] = society.Facts(
            about, {(c, 2023): Fact(Fraction(n, 10), 1) for c, n in numbers.items() if (name, c) != ("voortgezet_vmbo", "GM0004")}
        )
    own = measures_of(societies=files)
    page = Benchmark(version=1, id="benchmark", indicators=("kinderen_in_bijstandsgezin",), alike=tuple(files), most_alike=4)
    whole = [c for c in codes if c != "GM0004"]
    table_ = np.array([[float(files[n].facts[c, 2023].percentage) for n in files] for c in whole])
    scaled = table_ / table_.std(axis=0)
    for k, code in enumerate(whole[:8]):
        distance = np.sqrt(((scaled - scaled[k]) ** 2).sum(axis=1))
        expected = [whole[i] for i in sorted(range(len(whole)), key=lambda i: (round(distance[i], 9), whole[i])) if i != k][:4]
        assert list(comparison.alike(page, own, code)) == expected


PLANTED = "jeugdbescherming_met_verblijf"


def planted(counts, base=5):
    """A table of youth protection with one part and whole per gemeente: counts[code] = (part, whole), alike in both years."""
    geo = [("NL01", "Nederland", ""), *((c, c, "NL01") for c in counts)]
    made = table(
        "jeugdbescherming_verblijf",
        "Verblijf",
        [("A027919", "T", ""), ("CWVB01", "V", "A027919")],
        [("JongerenMetJeugdbescherming", "j", 0)],
        1,
        geo=geo,
    )
    values = np.zeros_like(made.measures[0].values)
    sums = [base * sum(v[k] for v in counts.values()) for k in (1, 0)]
    for k, of in ((0, 1), (1, 0)):
        values[k, 0, :] = sums[k]
        for i, c in enumerate(counts, 1):
            values[k, i, :] = base * counts[c][of]
    measure = replace(made.measures[0], values=values, state=np.zeros_like(made.measures[0].state))
    return replace(made, measures=(measure,))


def test_parts_that_round_to_more_than_their_whole_fail_nothing():
    """105 of 100, by rounding: limits within 0 and 100, and a dossier."""
    assert chance.funnel(Fraction(105), Fraction(100), 1.96)[1] <= 100
    even = {f"GM{i:04d}": (21, 20) for i in range(12)}
    assert comparison.outlying(measures_of(planted(even)), PLANTED)[0] == []


def test_who_stands_out_is_found_and_nobody_else():
    """Thirty gemeenten of 38 to 42 % and one of 70 %: that one; where all differ widely (20 to 60 %), one of 62 % does not stand out."""
    even = {f"GM{i:04d}": (76 + i % 9, 200) for i in range(30)}
    found, asked = comparison.outlying(measures_of(planted({**even, "GM0099": (140, 200)})), PLANTED)
    assert [o.region for o in found] == ["GM0099"] and found[0].side == "higher" and asked == ("2023JJ00", "2024JJ00")
    wide = {f"GM{i:04d}": (40 + 80 * (i % 11) // 10, 200) for i in range(33)}
    assert comparison.outlying(measures_of(planted({**wide, "GM0099": (124, 200)})), PLANTED)[0] == []


def test_overdispersion_is_the_mean_square_of_drawn_in_scores():
    shares = [(Fraction(n), Fraction(100)) for n in (30, 35, 40, 40, 40, 45, 50, 50, 60, 95)]
    scores = sorted((float(c / n) - 0.4) / sqrt(0.4 * 0.6 / 100) for c, n in shares)
    scores[0], scores[-1] = scores[1], scores[-2]
    assert chance.overdispersion(shares, Fraction(2, 5)) == pytest.approx(sum(z * z for z in scores) / 10)
    assert chance.overdispersion([(Fraction(40), Fraction(100))] * 20, Fraction(2, 5)) == 1


def test_the_dossier_tells_who_and_names_no_cause():
    """The planted gemeente with its published share; Markdown and page say the same; names are no mark-up."""
    even = {f"GM{i:04d}": (76 + i % 9, 200) for i in range(30)}
    shelf = stand_in.Shelf(planted({**even, "GM0106": (140, 200)}))
    own = pages.Pages(shelf)
    client = TestClient(Starlette(routes=benchmark_routes.routes(own, benchmark_routes.BenchmarkPages(own))))
    text = client.get(f"/dossier/{PLANTED}.md").text
    assert "| GM0106 | 70,0 |" in text and "VERZONNEN" in text and "hoger |" in text
    assert "GM0106" in client.get(f"/dossier/{PLANTED}").text
    assert client.get(f"/dossier/{PLANTED}.md").headers["content-type"].startswith("text/markdown")
    assert client.get("/dossier/geen").status_code == 404 and client.get("/benchmark/geen").status_code == 404


def test_twelve_indicators_are_whole():
    """Six on use and six on society, each with all that is asked of one; those of society are marked where they are made up."""
    page = indicator_spec.benchmark()
    themes = [KNOWN[n].theme for n in page.indicators]
    assert themes.count("use") == themes.count("society") == 6
    assert [KNOWN[n].origin for n in page.indicators if KNOWN[n].theme == "use"] == ["office"] * 5 + ["own"]
    for name in page.indicators:
        one = KNOWN[name]
        assert one.populations and one.formula.nl and one.definition.en and one.rationale.nl and one.limits.nl
    text = CLIENT.get("/benchmark/kinderen_in_bijstandsgezin").text
    assert "Deze maatschappelijke cijfers zijn verzonnen" in text and "CC BY 4.0" in text and 'class="made-up"' in text


LAYOUT = """version: 1
id: proef
title: {nl: Proef}
source: {nl: Niemand}
licence: CC0
retrieved: 2024-01-01
file: proef.csv
separator: ";"
columns: {region: R, year: J, count: A, of: B}
"""


def test_a_file_of_society_is_read_strictly(tmp_path):
    """Every wrong line at once, with its number; what is absent is no figure; a good line is what it says."""
    (tmp_path / "society").mkdir()
    (tmp_path / "standalone.txt").write_text("")
    file = tmp_path / "society" / "proef.csv"
    (tmp_path / "society" / "proef.yaml").write_text(LAYOUT, encoding="utf-8")
    file.write_text("R;J;A;B\nGM0106;2023;25;400\nGM0107;2023;.;400\nGM0108;2023;;\n", encoding="utf-8")
    with home.using(tmp_path):
        facts = society.societies()["proef"].facts
    assert facts == {("GM0106", 2023): Fact(Fraction(25, 4), 1, 25, 400)}
    other = tmp_path / "b"
    (other / "society").mkdir(parents=True)
    (other / "standalone.txt").write_text("")
    (other / "society" / "proef.yaml").write_text(LAYOUT, encoding="utf-8")
    (other / "society" / "proef.csv").write_text(
        "R;J;A;B\nGM0106;23;25;400\nGM0107;2023;-3;400\nGM0108;2023;500;400\nGM0109;2023;1\nGM0110;2023;1;9\nGM0110;2023;1;9\n;2023;1;2\n",
        encoding="utf-8",
    )
    with home.using(other), pytest.raises(ProblemsFound) as found:
        society.societies()
    assert [p.line for p in found.value.problems] == [2, 3, 4, 5, 7, 8]
    assert all("proef.csv" in str(p) for p in found.value.problems)


@pytest.mark.parametrize(
    "text, line",
    [
        ("# T\n\nIn Assen zagen wij meer.\n", 3),
        ("# T\nGM0106 deed mee.\n", 2),
        ("# T\n\n\nDaar was het 12,4 procent.\n", 4),
        ("Zonder titel\n", 1),
    ],
)
def test_a_lesson_gives_no_gemeente_away(tmp_path, text, line):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "standalone.txt").write_text("")
    (tmp_path / "lessons" / "les.md").write_text(text, encoding="utf-8")
    with home.using(tmp_path), pytest.raises(ProblemsFound) as found:
        lesson_file.lessons({"GM0106": "Assen", "GM9998": "Bergen (NH.)"})
    assert [p.line for p in found.value.problems] == [line] and "les.md" in str(found.value)


def test_a_lesson_is_text_and_never_mark_up(tmp_path):
    """'bergen werk' is no name; HTML in a lesson is shown as text, and no link runs a script."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "standalone.txt").write_text("")
    (tmp_path / "lessons" / "les.md").write_text(
        "# T & <b>\n\nBij gemeente A bergen werk. <script>1</script> [x](javascript:1)\n", encoding="utf-8"
    )
    with home.using(tmp_path):
        made = lesson_file.lessons({"GM9998": "Bergen (NH.)"})
    own = benchmark_routes.BenchmarkPages(PAGES)
    own.lessons = {one.id: one for one in made}
    client = TestClient(Starlette(routes=benchmark_routes.routes(PAGES, own)))
    text = client.get("/lessen/les").text
    assert "<script>" not in text and 'href="javascript' not in text and "T &amp; &lt;b&gt;" in text
    assert client.get("/lessen/").status_code == 200 and client.get("/lessen/geen").status_code == 404


def test_size_and_larger_regions_stand_beside():
    """Of a gemeente: the regions it lies in, then its class of size: those of its class together, of whom only the printed ones, with how many."""
    regions = regions_of({"a": REFERRED})
    found = comparison.beside(
        comparison.sizes(indicator_spec.benchmark()),
        measures_of(REFERRED),
        regions,
        "verwezen_door_huisarts",
        "GM0106",
        (),
        lambda key: key,
    )
    assert [b.code for b in found[:3]] == ["JZ04", "PV22", "NL01"] and found[3].measured.value.number is None, (
        "alone in its class: nothing to add up"
    )
    members = [c for c, (own, _) in comparison.sizes(indicator_spec.benchmark()).items() if own == found[3].code][:6]
    counts = {c: (40 + i, 100 + i) for i, c in enumerate(members)}
    made = planted(counts)
    state = made.measures[0].state.copy()
    state[1, 2, :] = WITHHELD
    values = np.where(state == PRINTED, made.measures[0].values, 0)
    made = replace(made, measures=(replace(made.measures[0], values=values, state=state),))
    own = comparison.beside(
        comparison.sizes(indicator_spec.benchmark()), measures_of(made), regions_of({"a": made}), PLANTED, members[0], (), lambda key: key
    )
    size = next(b for b in own if b.code == found[3].code)
    printed = [v for c, v in counts.items() if c != members[1]]
    assert (size.shown, size.all) == (len(printed), found[3].all)
    assert size.measured.value.number == Fraction(100 * sum(p for p, _ in printed), sum(w for _, w in printed))
