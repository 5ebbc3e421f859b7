"""One good small delivery of each kind, and ways to spoil it."""

import io
import zipfile
from pathlib import Path

import openpyxl
from celwacht.tables.intake import load_layout, row_of, take_in, to_csv, to_fixed_width
from celwacht.tables.periods import Period

KEY = bytes(range(32))
CANARY = "900000016"
"""A BSN that passes the test of eleven, in record 1 of every good delivery, and must never be seen again."""

BASE = {"bsn": CANARY, "geboortedatum": "20100317", "geslacht": "V", "postcode": "1234AB"}
JEUGDHULP = (
    {"verwijzer": "01", "hulpvorm": "02", "crisis": "02", "aanvang": "20240115", "einde": "20240401", "reden": "01"},
    {"bsn": "900000028", "geslacht": "M", "postcode": "0363", "verwijzer": "06", "hulpvorm": "01", "crisis": "02", "aanvang": "20220501"},
    {
        "bsn": "900000041",
        "geboortedatum": "20150600",
        "geslacht": "O",
        "verwijzer": "04",
        "hulpvorm": "11",
        "crisis": "01",
        "aanvang": "20240628",
    },
)
JEUGDBESCHERMING = (
    {"type": "11", "aanvang": "20230201", "einde": "20240131", "reden": "03"},
    {"bsn": "900000028", "type": "21", "overgedragen_gekregen": "20240301"},
    {"bsn": "900000041", "type": "12", "aanvang": "20240102", "overgedragen": "20240302"},
)
JEUGDRECLASSERING = (
    {
        "geboortedatum": "20080317",
        "type": "41",
        "aanvang": "20240115",
        "einde": "20240320",
        "drp": "41",
        "doorverwijzing": "52",
        "interventie": "02",
    },
    {"bsn": "900000028", "geboortedatum": "20070101", "type": "31", "aanvang": "20230110", "einde": "20240110", "reden": "31"},
)
PERSONEN = ({"jaar": "2024", "huishouden": "1", "herkomst": "9"}, {"bsn": "900000028", "jaar": "2024", "huishouden": "2", "herkomst": "1"})
GOOD = {
    "jeugdhulp": JEUGDHULP,
    "jeugdbescherming": JEUGDBESCHERMING,
    "jeugdreclassering": JEUGDRECLASSERING,
    "persoonskenmerken": PERSONEN,
    "machtiging_uhp": ({"type": "72", "aanvang": "20240401"},),
}
IDENTIFIER = {"vt_advies": "adviesnummer", "vt_melding": "meldingsnummer", "vt_onderzoek": "onderzoeksnummer"}
"""Record kinds that are about cases, and not about persons -> the field with the number of the case."""
SAFE_HOME = {
    "vt_advies": ({"adviesnummer": "A1", "datum": "20240311", "gemeente": "GM0363", "aanleiding": "N01", "hoedanigheid": "N01"},),
    "vt_melding": (
        {
            "meldingsnummer": "M1",
            "datum": "20240115",
            "gemeente": "GM0363",
            "aard": "N01",
            "hoedanigheid": "N01",
            "vervolg": "N02",
            "datum_triage": "20240117",
        },
    ),
    "vt_onderzoek": (
        {"onderzoeksnummer": "O1", "datum_start": "20240201", "datum_afronding": "20240401", "gemeente": "GM0363", "uitkomst": "N03"},
    ),
}
PERIODS = {"jeugdreclassering": "2024KW01", "persoonskenmerken": "2024JJ00"}


class Maker:
    """Makes the bytes of deliveries from the good one. `changes` are (record, field, value); records count from 0."""

    def rows(self, *changes, record="jeugdhulp", period=None):
        """The rows of the good delivery with these changes, in the order of the layout."""
        layout = self.layout(record, period)
        values = [dict(BASE, **one) for one in {**GOOD, **SAFE_HOME}[record]]
        for index, name, value in changes:
            while index >= len(values):
                values.append(dict(values[0]))
            values[index][name] = value
        return [row_of(layout, one) for one in values]

    def layout(self, record="jeugdhulp", period=None):
        """The layout of the delivery."""
        return load_layout(record, Period.parse(period or PERIODS.get(record, "2024HJ01")))

    def csv(self, *changes, record="jeugdhulp", period=None):
        """As CSV."""
        return to_csv(self.layout(record, period), self.rows(*changes, record=record, period=period))

    def asc(self, *changes, record="jeugdhulp", period=None):
        """As fixed-width text."""
        return to_fixed_width(self.layout(record, period), self.rows(*changes, record=record, period=period))

    def book(self, *changes, record="jeugdhulp"):
        """As an open workbook, all cells text."""
        book = openpyxl.Workbook()
        book.active.append(self.layout(record).header)
        for row in self.rows(*changes, record=record):
            book.active.append([value or None for value in row])
        return book

    def xlsx(self, *changes, record="jeugdhulp", spoil=None):
        """As a workbook, after `spoil(book)`."""
        book = self.book(*changes, record=record)
        if spoil:
            spoil(book)
        return self.saved(book)

    def saved(self, book):
        """The bytes of an open workbook."""
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def rezipped(self, content, change):
        """The workbook after `change(parts)` on its parts (name -> bytes)."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return stream.getvalue()


class Office:
    """A data folder with deliveries, and the intake on it."""

    def __init__(self, path: Path):
        self.data = path / "data"
        (self.data / "deliveries").mkdir(parents=True)

    @classmethod
    def at(cls, path: Path):
        """The office in a folder that is laid out already."""
        office = cls.__new__(cls)
        office.data = path / "data"
        return office

    def put(self, name, content, exact=False):
        """Lays a file among the deliveries. exact: to the byte; otherwise a text that is there under another name ends with an empty line
        more, for the very bytes of another delivery are refused."""
        path = self.data / "deliveries" / name
        while not exact and name.endswith((".csv", ".asc")) and content.endswith(b"\n") and self._there(path, content):
            content += b"\r\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def _there(self, path, content):
        """Whether another delivery has these very bytes."""
        others = (
            one
            for one in path.parent.glob("*")
            if one.name.split(".")[0].split("_")[:3] != path.name.split(".")[0].split("_")[:3] and one.is_file()
        )
        return any(one.read_bytes() == content for one in others if one.stat().st_size == len(content))

    def take_in(self, **how):
        """One run, in this process."""
        return take_in(self.data, how.pop("key", KEY), **{"workers": 0, **how})

    def parquet(self, record="jeugdhulp", period="2024HJ01"):
        """Path of the microdata."""
        return self.data / "vault" / "microdata" / record / f"{period}.parquet"

    def state(self):
        """Every byte that a reader of the vault can see."""
        vault = self.data / "vault"
        files = [vault / "register.jsonl", *(vault / "microdata").glob("*/*")]
        return {str(path.relative_to(vault)): path.read_bytes() for path in files if path.exists()}
