"""The demo at national scale as files: quick enough, all of it valid, and the published totals found in the microdata."""

import resource
import time

import duckdb
import pytest
from celwacht.tables.demo import write_demo
from celwacht.tables.demo.care.targets import published
from celwacht.tables.intake.run_intake import take_in

pytestmark = pytest.mark.long
TWO_MINUTES = 120


def cpu_seconds():
    """Processor time of this process and its children: what others do on the machine does not count."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    begun, clock = cpu_seconds(), time.monotonic()
    report = write_demo(tmp_path_factory.mktemp("national"), scale="national", seed=1)
    print(f"national demo: {cpu_seconds() - begun:.1f} CPU seconds, {time.monotonic() - clock:.1f} s")
    return report, cpu_seconds() - begun


def test_it_is_written_within_two_minutes(written):
    """On one core, so two cores do it within the time too."""
    report, seconds = written
    assert seconds < TWO_MINUTES
    assert report.rows > 2_000_000 and report.providers > 900 and report.redeliveries > 50


def test_the_published_totals_are_in_the_microdata(written):
    """Taken in without a refusal; 85097NED and the reports are found again by counting records."""
    report, _ = written
    taken = take_in(report.folder, b"a key that is only for this test")
    assert taken.refused == () and taken.rows == report.rows
    source = str(report.folder / "vault" / "microdata")

    def count(record, period, where="true", what="*"):
        return duckdb.execute(f"SELECT count({what}) FROM read_parquet('{source}/{record}/{period}.parquet') WHERE {where}").fetchone()[0]

    in_half = "aanvang BETWEEN DATE '2023-01-01' AND DATE '2023-06-30'"
    first = "1e halfjaar 2023"
    for code in ("02", "03", "04", "05", "06", "08"):
        assert count("jeugdhulp", "2023HJ01", f"verwijzer = '{code}'") == pytest.approx(published("jeugdhulp", "trajecten", code), rel=0.05)
        assert count("jeugdhulp", "2023HJ01", f"verwijzer = '{code}' AND {in_half}") == pytest.approx(
            published("jeugdhulp", "begonnen", code), rel=0.05
        )
    assert count("jeugdhulp", "2023HJ01") == pytest.approx(517_450, rel=0.05)
    assert count("jeugdhulp", "2023HJ01", what="DISTINCT persoon") == pytest.approx(384_440, rel=0.05)
    assert count("jeugdhulp", "2023HJ01", "einde IS NULL OR einde > DATE '2023-06-30'") == pytest.approx(398_060, rel=0.05)
    begin, into = (published("jeugdbescherming", one, "totaal", period=first) for one in ("beginstand", "instroom"))
    measures = "type <> '31' AND overgedragen IS NULL"  # without preventive work; what was handed over is a record of the new institution
    assert count("jeugdbescherming", "2023HJ01", measures) == pytest.approx(begin + into, rel=0.05)
    assert count("jeugdreclassering", "2023KW04", f"{measures} AND einde IS NULL") == pytest.approx(5_280, rel=0.05)
    everybody = f"""SELECT count(DISTINCT persoon) FROM read_parquet(['{source}/jeugdhulp/2023*.parquet',
        '{source}/jeugdbescherming/2023*.parquet', '{source}/jeugdreclassering/2023*.parquet'], union_by_name=true)"""
    assert duckdb.execute(everybody).fetchone()[0] == pytest.approx(published("jeugdzorg", "jongeren jaar", "totaal"), rel=0.05)
