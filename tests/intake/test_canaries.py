"""Nothing personal in messages: names of files, folders and columns, and damaged files, as strangers deliver them."""

import signal

import pytest
from celwacht.tables.faults import InsideWorker
from celwacht.tables.intake import worker

from tests.intake.deliveries import CANARY

JH = "jeugdhulp_12345678_2024HJ01"
SECRETS = ("111222333", "111.222.333", "Jansen", "Pieter", "01-02-2012", "01022012", "Eindeman", "Zonnehof", CANARY, "20120201", "1234AB")
NAMES = [
    "BSN 111.222.333 Pieter Jansen 01-02-2012.csv",
    "pieter_jansen_01022012_11122233.csv",
    "jansen_01022012_2024HJ01.csv",
    "jeugdhulp_12345678_Jansen01.csv",
    "jeugdhulp_12345678_2024HJ01.Jansen",
    "jeugdhulp_12345678_2024HJ01_Jansen.csv",
    "jeugdhulp_111222333_2024HJ01.csv",
    "Jansen.csv",
    "Pieter Jansen/jeugdhulp_12345678_2024HJ01.csv",
    "111222333/jeugdhulp_12345678_2024HJ01.csv",
    "01022012/x.csv",
    "Zonnehof/Pieter/levering.xlsx",
    "jeugdhulp/Jansen/jeugdhulp_12345678_2024HJ01.csv",
    "Jansen\n111.222.333.csv",
    "1234AB.xlsx",
]
HEADERS = ["Pieter Jansen", "111222333", "01-02-2012", "Eindeman"]
"""With NAMES, nineteen odd names; Eindeman is near to the field `einde`."""


def hits(report, capfd):
    """The secrets that a report, its problems or the screen tell."""
    told = repr(report) + "\n".join(map(str, report.problems)) + "".join(capfd.readouterr())
    return [secret for secret in SECRETS if secret in told.replace("such as 1234AB", "")]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_odd_names_of_files_and_folders(name, make, office, capfd):
    """A name that is not that of a delivery is a number and a place. The file in it is broken, so that there is something to say.

    Brothers looked for: dots, dates, eight digits in a row, the form of a delivery with a person in each part, folders, line breaks.
    """
    office.put(name, make.csv((0, "crisis", "7")))
    report = office.take_in()
    assert report.problems and hits(report, capfd) == []


@pytest.mark.parametrize("cell", HEADERS, ids=range(len(HEADERS)))
@pytest.mark.parametrize("instead", [b"reden\r\n", b"einde;"])
def test_odd_names_of_columns(cell, instead, make, office, capfd):
    """A header cell that is no field name is reported by its number and length, also where it is near to a field."""
    office.put(f"{JH}.csv", make.csv().replace(instead, cell.encode() + instead[-1:].replace(b"\n", b"\r\n"), 1))
    report = office.take_in()
    assert report.problems and hits(report, capfd) == []


@pytest.mark.long
def test_a_worker_killed_in_the_middle_of_a_run(make, office, monkeypatch):
    """Its first worker is killed from outside, on the first and on the second intake: the run completes, with every delivery."""
    original, left = worker._Process.check, 0

    def killed(self, chunk):
        nonlocal left
        left -= 1
        if left == 0:
            self.process.send_signal(signal.SIGKILL)
        return original(self, chunk)

    monkeypatch.setattr(worker._Process, "check", killed)
    for names in ([JH], ["jeugdhulp_87654321_2024HJ01", f"{JH}_v2"]):
        left = 1
        for name in names:
            office.put(f"{name}.csv", make.csv((2, "crisis", "02")) if name.endswith("_v2") else make.csv())
        report = office.take_in(workers=1)
        assert report.ok and {one.id.removesuffix("_v1") for one in report.accepted} == set(names)


@pytest.mark.long
def test_a_file_that_takes_too_much_is_refused_alone(make, office, monkeypatch):
    """A file whose reading wants 3 GB ends its worker; it is refused with the limit named, the others are taken in."""
    start = (
        "import celwacht.tables.intake.worker as w; real = w.check\n"
        "w.check = lambda d, c, k: bytearray(3_000_000_000) if d.aanbieder == '87654321' else real(d, c, k)\nw.main()"
    )
    monkeypatch.setattr(worker, "_START", start)
    office.put(f"{JH}.csv", make.csv())
    office.put("jeugdhulp_87654321_2024HJ01.csv", make.csv())
    report = office.take_in(workers=1)
    assert [one.id for one in report.accepted] == [f"{JH}_v1"]
    assert [one.rule for one in report.problems] == ["lezen-mislukt"] and "1,200 MB of memory or 60 s" in report.problems[0].message


def test_a_fault_of_the_program_is_told_as_one(make, office, monkeypatch):
    """In a worker: by kind and place, and never as a file that took too much; nothing is changed."""
    monkeypatch.setattr(worker, "_START", "import celwacht.tables.intake.worker as w; w._check_one = lambda *_: {}['123456782']\nw.main()")
    office.put(f"{JH}.csv", make.csv())
    with pytest.raises(InsideWorker, match="KeyError at tables/intake/") as found:
        office.take_in(workers=1)
    assert "123456782" not in str(found.value) and not office.parquet().exists()
