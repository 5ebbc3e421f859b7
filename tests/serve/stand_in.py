"""A shelf over Publications in memory, for tests of what stands on a shelf: no files, no clock."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from celwacht.publish.publication.publication import Publication, PublicCode, PublicDimension, Words
from celwacht.tables.face import PLAIN

from tests.serve import made

MOMENT = datetime(2025, 4, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))


@dataclass(frozen=True)
class Release:
    release: str
    set_name: str
    title: str
    moment: datetime
    modified: date
    folder: Path
    listed: dict
    title_en: str = ""


@dataclass
class Table:
    publication: Publication
    version: str = "v1"
    moments: int = 2
    id: str = field(init=False)

    def __post_init__(self):
        self.id = self.publication.table
        self.modified = self.publication.modified
        self.folder = Path("nowhere") / self.id
        self.releases = tuple(
            Release(f"r{n}", "2024-april", "Cijfers over het jaar", MOMENT - timedelta(days=180 * n), self.modified, self.folder, {})
            for n in range(self.moments)
        )

    def changes(self):
        return ({"periods": 1, "revised": 12, "withheld": 0, "printed": 3}, *[None] * (self.moments - 1))


class Shelf:
    catalog = "Celwacht"
    face = PLAIN

    def __init__(self, *publications: Publication):
        self.held = {p.table: Table(p) for p in sorted(publications, key=lambda p: p.table)}

    def tables(self):
        return dict(self.held)

    def now(self):
        return MOMENT + timedelta(days=30)

    def releases(self):
        return ()

    def sets(self):
        return {}


AGES = ("Totaal leeftijd", "0 tot 4 jaar", "4 tot 12 jaar", "12 tot 18 jaar", "18 tot 23 jaar")


def national(n_regions: int = 3_800, table: str = "wijk_landelijk") -> Publication:
    """As large as the national table of wijken: regions x forms of help x ages x periods, one measure: 608,000 figures."""
    ages = PublicDimension(
        "Leeftijd",
        Words("Leeftijd", "Age"),
        "Dimension",
        tuple(PublicCode(f"L{i}", Words(title), "L0" if i else "", int(i > 0)) for i, title in enumerate(AGES)),
    )
    dimensions = (
        PublicDimension("Hulpvorm", Words("Vorm van hulp", "Form of help"), "Dimension", made.help_forms()),
        ages,
        PublicDimension("WijkenEnBuurten", Words("Wijken en buurten", "Districts"), "GeoDetail", made.regions(n_regions)),
        PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", made.periods(4)),
    )
    shape = tuple(len(d.codes) for d in dimensions)
    return Publication(
        table,
        "85685NED",
        Words("Jongeren met jeugdhulp; wijken (landelijk)", "Young persons with youth help; districts"),
        Words("Zo groot als de landelijke tabel.", "As large as the national table."),
        "jongeren",
        "Celwacht (proef)",
        date(2025, 4, 30),
        dimensions,
        (made.measure("M000001", "Jongeren", "Jongeren met jeugdhulp", 0, shape, 7),),
        (("", Words("Een noot bij de tabel.")), ("WijkenEnBuurten", Words("Wijken van 2020.", "Districts of 2020."))),
    )
