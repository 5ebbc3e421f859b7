"""The demo of Veilig Thuis against the published figures (StatLine 84849NED): totals of a half-year, and who asked or reported, within 5 %."""

import pytest
from celwacht.tables.demo import safe_home
from celwacht.tables.sources.provider_list import read_provider_list

PROFESSIONAL = 15
"""The first codes of the list; the others are of those who are not."""
PUBLISHED_2023 = {  # per thousand of all: 143,210 pieces of advice begun and 127,340 reports received
    "advice: professionals": (safe_home.CAPACITY, range(PROFESSIONAL), 78_035 / 143.210),
    "advice: health care and mental health": (safe_home.CAPACITY, range(5), (12_040 + 6_830) / 143.210),
    "advice: education": (safe_home.CAPACITY, range(5, 8), (12_650 + 260) / 143.210),
    "advice: youth care": (safe_home.CAPACITY, range(9, 11), 10_665 / 143.210),
    "advice: day care": (safe_home.CAPACITY, range(11, 12), 2_275 / 143.210),
    "advice: police and justice": (safe_home.CAPACITY, range(12, 14), 8_990 / 143.210),
    "reports: professionals": (safe_home.REPORTER, range(PROFESSIONAL), 116_520 / 127.340),
    "reports: health care and mental health": (safe_home.REPORTER, range(5), (10_395 + 2_110) / 127.340),
    "reports: education": (safe_home.REPORTER, range(5, 8), (5_400 + 150) / 127.340),
    "reports: youth care": (safe_home.REPORTER, range(9, 11), 2_720 / 127.340),
    "reports: day care": (safe_home.REPORTER, range(11, 12), 615 / 127.340),
    "reports: police and justice": (safe_home.REPORTER, range(12, 14), 85_590 / 127.340),
}


@pytest.mark.parametrize("what", PUBLISHED_2023)
def test_who_asks_and_who_reports(what):
    """Parts of all, per thousand, within 5 % or one per thousand."""
    weights, places, published = PUBLISHED_2023[what]
    found = 1000 * sum(weights[i] for i in places) / sum(weights)
    assert abs(found - published) <= max(0.05 * published, 1), f"{what}: {found:.0f}, published {published:.0f}"


@pytest.mark.long
def test_the_totals_of_a_half_year(tmp_path):
    """First half of 2025: 84,935 pieces of advice and 66,270 reports; counted in what is written for the whole country."""
    safe_home.write_safe_home(tmp_path, "national", 1, (2024,))
    for record, number, published in (("vt_advies", "adviesnummer", 84_935), ("vt_melding", "meldingsnummer", 66_270)):
        found = set()
        for file in (tmp_path / "deliveries").glob(f"{record}_*_2024HJ01.csv"):
            header, *rows = file.read_text(encoding="utf-8").split()
            found |= {(file.name, row.split(";")[header.split(";").index(number)]) for row in rows}
        assert abs(len(found) - published) <= 0.05 * published


@pytest.mark.parametrize(("scale", "organisations"), [("small", 1), pytest.param("national", 12, marks=pytest.mark.long)])
def test_organisations_are_in_the_list_of_providers(tmp_path, scale, organisations):
    """Whoever delivers is in aanbieders.csv, behind the providers that are there, with a name and a gemeente: rule G105 asks it."""
    (tmp_path / "aanbieders.csv").write_text("aanbieder,naam,soort,gemeente\n30000001,Wijkteam Assen (demo),wijkteam,GM0106\n")
    safe_home.write_safe_home(tmp_path, scale, 1, (2024,))
    listed = read_provider_list(tmp_path / "aanbieders.csv")
    added = [row for row in listed.values() if row["soort"] == "veilig_thuis"]
    assert len(listed) == len(added) + 1 and len(added) == organisations
    assert {path.name.split("_")[2] for path in (tmp_path / "deliveries").iterdir()} == {row["aanbieder"] for row in added}
    assert all(row["gemeente"] and row["naam"].startswith("Veilig Thuis ") for row in added)
