"""Readers that know nothing of OData: the CSV zip in pandas and DuckDB, Parquet over HTTP, JSON in pandas; and, where it is
installed, a general OData library over $metadata.
"""

import csv
import io
import json
import urllib.request
import zipfile
from decimal import Decimal

import duckdb
import pandas as pd
import pytest

TABLES = ("kleine_tabel", "gemaakte_tabel")


def downloaded(house, target):
    with urllib.request.urlopen(house.server.url + target, timeout=60) as answer:
        return answer.read()


def cells(house, table, rows):
    """(measure, codes..., attribute, figure or None) -> codes of the cell -> per measure."""
    publication = house.tables[table]
    order = {m.code: n for n, m in enumerate(publication.measures)}
    found: dict = {}
    for measure, *key, attribute, value in rows:
        found.setdefault(tuple(key), [None] * len(order))[order[measure]] = (attribute, value)
    return {key: tuple(cell) for key, cell in found.items()}


@pytest.mark.parametrize("table", TABLES)
def test_csv_by_the_letter(house, table):
    """The zip as an office reads it: semicolons, decimal commas, a mark of Unicode at the head, names of columns rather than places."""
    with zipfile.ZipFile(io.BytesIO(downloaded(house, f"/CSV/Celwacht/nl/{table}"))) as bundle:
        assert bundle.testzip() is None
        text = bundle.read("Observations.csv").decode("utf-8-sig")
        assert {"MeasureCodes.csv", "PeriodenCodes.csv", "RegioSCodes.csv", "Dimensions.csv"} <= set(bundle.namelist())
    names = [d.name for d in house.tables[table].dimensions]
    rows = (
        (r["Measure"], *(r[n] for n in names), r["ValueAttribute"], Decimal(r["Value"].replace(",", ".")) if r["Value"] else None)
        for r in csv.DictReader(io.StringIO(text), delimiter=";")
    )
    assert cells(house, table, rows) == house.truth(table)


@pytest.mark.parametrize("table", TABLES)
def test_csv_in_pandas_and_duckdb(house, table, tmp_path):
    """Both count the same printed figures, and neither sees a 0 where nothing is printed."""
    with zipfile.ZipFile(io.BytesIO(downloaded(house, f"/CSV/Celwacht/nl/{table}"))) as bundle:
        path = bundle.extract("Observations.csv", tmp_path)
    frame = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig", keep_default_na=False, na_values={"Value": [""]})
    printed = [v for cell in house.truth(table).values() for _, v in cell if v is not None]
    assert frame["Value"].count() == len(printed) and frame["Value"].sum() == pytest.approx(float(sum(printed)))
    assert frame.loc[frame["ValueAttribute"] != "None", "Value"].isna().all()
    with duckdb.connect() as database:
        told = database.execute(
            "SELECT count(Value), count(*) FILTER (ValueAttribute = 'None'), sum(Value)::DOUBLE FROM "
            "read_csv(?, delim = ';', decimal_separator = ',', header = true)",
            [path],
        ).fetchone()
    assert told[:2] == (len(printed), len(printed)) and told[2] == pytest.approx(float(sum(printed)))


@pytest.mark.parametrize("table", TABLES)
def test_parquet(house, table, tmp_path):
    """The download in Parquet, in DuckDB and in pandas."""
    path = tmp_path / "t.parquet"
    path.write_bytes(downloaded(house, f"/api/v1/tables/{table}/download?format=parquet"))
    frame = pd.read_parquet(path)
    with duckdb.connect() as database:
        [n] = database.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    assert n == len(frame) == house.tables[table].n_observations
    names = [d.name for d in house.tables[table].dimensions]
    rows = (
        (m, *key, a, None if pd.isna(v) else Decimal(str(v)))
        for m, a, v, *key in zip(frame["Measure"], frame["ValueAttribute"], frame["Value"], *(frame[x] for x in names), strict=True)
    )
    assert cells(house, table, rows) == house.truth(table)


def test_json_in_pandas(house):
    """The first page as pandas reads it: withheld is NaN, zero is 0."""
    page = json.loads(downloaded(house, "/odata/v1/Celwacht/gemaakte_tabel/Observations"))
    frame = pd.DataFrame(page["value"])
    printed = [v for cell in house.truth("gemaakte_tabel").values() for _, v in cell if v is not None]
    assert frame["Value"].count() == len(printed) and (frame["Value"] == 0).sum() == sum(v == 0 for v in printed)


def test_a_general_odata_library(house):
    """python-odata, where somebody has installed it: types from $metadata, entities, a filter."""
    odata = pytest.importorskip("odata", reason="python-odata is not among the dependencies; install it to run this")
    service = odata.ODataService(f"{house.server.url}/odata/v1/Celwacht/gemaakte_tabel/", reflect_entities=True)
    observation = service.entities["Observations"]
    found = service.query(observation).filter(observation.RegioS == "GM0001").all()
    assert len(found) == sum(key[0] == "GM0001" for key in house.truth("gemaakte_tabel")) * 2
