"""A small table as the gate gets it: 2 provincies, 6 gemeenten, 4 forms of help, two half-years and their year."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.gate.gate import release
from celwacht.publish.publication.publication import Publication
from celwacht.tables.cubes.classification import Classification, Code, from_tree
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.specs.table_spec import TableSpec

POLICY = DisclosurePolicy.model_validate(
    {"version": 1, "id": "klein", "title": {"nl": "Klein"}, "description": {"nl": "Voor toetsen."}, "threshold": 10, "width": 5}
)

SPEC = TableSpec.model_validate(
    {
        "version": 1,
        "id": "kleine_tabel",
        "statline": "85097NED",
        "title": {"nl": "Begonnen trajecten; regio", "en": "Trajectories; region"},
        "description": {"nl": "Een tabel om mee te toetsen."},
        "source": "jeugdhulp",
        "unit": "trajecten",
        "moment": "instroom",
        "periods": ["halfjaar", "jaar"],
        "policy": "klein",
        "dimensions": [{"name": "RegioS", "classification": "regio"}, {"name": "Hulpvorm", "classification": "hulpvorm"}],
        "measures": [
            {"kind": "count", "name": "Trajecten", "title": {"nl": "Begonnen trajecten"}},
            {"kind": "share", "name": "Aandeel", "title": {"nl": "Aandeel"}, "of": "Trajecten", "within": "Hulpvorm"},
            {"kind": "rate", "name": "Per100", "title": {"nl": "Per 100 jongeren"}, "of": "Trajecten", "from": 0, "below": 23},
        ],
        "footnotes": [{"text": {"nl": "Een voetnoot."}, "on": "Hulpvorm"}],
    }
)

MODIFIED = date(2025, 4, 30)
STATUSES = {"2024HJ01": "NaderVoorlopig", "2024HJ02": "Voorlopig", "2024JJ00": "Voorlopig"}

REGIONS = {"NL01": ["PV20", "PV24"], "PV20": ["GM0014", "GM0037", "GM9999"], "PV24": ["GM0034", "GM0050", "GM0171"]}


def dimensions() -> tuple[Classification, ...]:
    regions = from_tree("RegioS", REGIONS, "NL01", titles={"GM0014": "Groningen", "GM0034": "Almere"})
    help_ = from_tree("Hulpvorm", {"T": ["1", "2", "3"]}, "T", titles={"T": "Totaal", "1": "=1+1", "2": '+31; "x"'})
    codes = tuple(Code(c, c) for c in STATUSES)
    members = tuple(np.array(m, np.int32) for m in ([0], [1], [0, 1]))
    time = Classification("Perioden", "Perioden", "Periods", codes, ("2024HJ01", "2024HJ02"), members, "TimeDimension")
    unknown = tuple(replace(c, unknown=c.code == "GM9999") for c in regions.codes)
    return replace(regions, codes=unknown, kind="GeoDimension"), help_, time


def atoms(seed: int = 1) -> np.ndarray:
    draw = np.random.default_rng(seed)
    counts = draw.poisson(25, (6, 3, 2)).astype(np.int64)
    counts[0, 1], counts[3, 2, 0], counts[4, 0, 1], counts[5, 1] = (3, 12), 0, 4, (1, 0)
    return counts


def protected(counts: np.ndarray | None = None) -> Protected:
    cube = Cube(SPEC.id, dimensions(), atoms() if counts is None else counts)
    return protect(cube, POLICY, key=b"k")


def published(spec: TableSpec = SPEC, part: Protected | None = None) -> Publication:
    return _standard() if spec is SPEC and part is None else _published(spec, part or protected())


@cache  # many tests ask for it; its figures cannot be written to
def _standard() -> Publication:
    return _published(SPEC, protected())


def _published(spec: TableSpec, part: Protected) -> Publication:
    outcome = release(spec, POLICY, [part], statuses=STATUSES, modified=MODIFIED)
    assert isinstance(outcome, Publication), outcome
    return outcome
