"""Small deliveries by hand, taken in."""

from __future__ import annotations

import duckdb
import pytest
from celwacht.tables.intake import Key, take_in

KEY = Key(bytes(range(32)), None)
HELP = "bsn;geboortedatum;geslacht;postcode;verwijzer;hulpvorm;crisis;aanvang;einde;reden"
MEASURE = "bsn;geboortedatum;geslacht;postcode;type;aanvang;einde;reden;overgedragen;overgedragen_gekregen"
PROBATION = "bsn;geboortedatum;geslacht;postcode;type;aanvang;einde;reden;drp;doorverwijzing;interventie;overgedragen;overgedragen_gekregen"
PERSONS = "bsn;jaar;huishouden;herkomst"
HEADS = {"jeugdhulp": HELP, "jeugdbescherming": MEASURE, "jeugdreclassering": PROBATION, "persoonskenmerken": PERSONS}


@pytest.fixture
def office(tmp_path):
    """office(deliveries, places): a data folder with these taken in; deliveries {file stem: rows}."""

    def make(deliveries: dict[str, list[str]], places=(("1011AB", "WK036300", "GM0363"),)):
        for folder in ("deliveries", "regions"):
            (tmp_path / folder).mkdir(exist_ok=True)
        for name, rows in deliveries.items():
            head = HEADS[name.split("_")[0]]
            (tmp_path / "deliveries" / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n")
        rows = ", ".join(str(tuple(p)) for p in places)
        duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS t(postcode, wijk, gemeente)").write_parquet(
            str(tmp_path / "regions" / "postcodes.parquet")
        )
        assert [str(p) for p in take_in(tmp_path, KEY, workers=0).problems] == []
        return tmp_path

    return make
