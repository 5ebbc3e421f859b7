"""What may come back of any request at all: 2xx, 304 or 4xx, soon; rows of the table as published; nothing confidential."""

import gzip
import io
import json
import zipfile
from dataclasses import dataclass, field

from tests.serve import truth
from tests.serve.fuzz_targets import Shot
from tests.serve.live import Answer

CANARY = b"KANARIE-7f3a91"
"""Written into everything that no reader may see."""
SLOW = 2.0


@dataclass
class Judge:
    """Collects what is wrong. `topics`: table -> v3 names of its measures, in order."""

    tables: dict
    topics: dict[str, list[str]]
    wrong: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    rows: int = 0
    slowest: float = 0.0
    _known: dict = field(default_factory=dict)

    def judge(self, shot: Shot, answer: Answer) -> None:
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        self.slowest = max(self.slowest, answer.seconds)
        if not (200 <= answer.status < 300 or answer.status == 304 or 400 <= answer.status < 500):
            self._blame(shot, f"status {answer.status}: {answer.body[:200]!r}")
        if answer.seconds > SLOW:
            self._blame(shot, f"took {answer.seconds:.2f} s")
        head = repr(answer.headers).encode()
        try:
            body = gzip.decompress(answer.body) if answer.header("content-encoding") == "gzip" and answer.body else answer.body
        except (OSError, EOFError):
            self._blame(shot, "not gzip as it says")
            return
        if CANARY in head or any(CANARY in part for part in _parts(body)):
            self._blame(shot, "tells what is confidential")
        if any(name == "x-injected" for name, _ in answer.headers):
            self._blame(shot, "takes a header from the address")
        if b"Traceback" in body or (b".py" in body and answer.status >= 400):
            self._blame(shot, f"tells of its inside: {body[:200]!r}")
        if answer.status == 200 and "json" in answer.header("content-type") and body:
            self._rows(shot, answer, body)

    def _blame(self, shot: Shot, what: str) -> None:
        self.wrong.append(f"{shot.method} {shot.target[:300]!r} {shot.headers}: {what}")

    def _rows(self, shot: Shot, answer: Answer, body: bytes) -> None:
        try:
            page = json.loads(body)
        except ValueError:
            self._blame(shot, "JSON that is none")
            return
        rows = page.get("value") if isinstance(page, dict) else None
        if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
            return
        context = str(page.get("@odata.context", page.get("odata.metadata", "")))
        for table in self.tables:
            if f"/{table}/" in context and any(s in context for s in ("#Observations", ".TypedDataSet", ".UntypedDataSet")):
                self._held_against(shot, table, rows, "Untyped" in context)

    def _held_against(self, shot: Shot, table: str, rows: list[dict], untyped: bool) -> None:
        """Each row must be a row of the table, as far as it shows one."""
        first = tuple(sorted(k for k in rows[0] if not k.startswith("@") and k != "StringValue"))
        form = (
            "v4" if "Measure" in first or "Id" in first or "ValueAttribute" in first or "Value" in first else "untyped" if untyped else "v3"
        )
        known = self._known.setdefault((table, form, first), None) or self._projected(table, form, first)
        self._known[table, form, first] = known
        for row in rows:
            self.rows += 1
            shown = tuple(v.strip() if isinstance(v := row.get(k), str) else v for k in first)
            if shown not in known:
                self._blame(shot, f"a row that is not in {table}: {row}")
                return

    def _projected(self, table: str, form: str, names: tuple[str, ...]) -> set[tuple]:
        rows = observations(self.tables[table]) if form == "v4" else wide(self.tables[table], self.topics[table], form == "untyped")
        return {tuple(row.get(k) for k in names) for row in rows}


def _parts(body: bytes):
    """The body, and what is packed in it."""
    yield body
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as bundle:
            for name in bundle.namelist():
                yield name.encode()
                yield bundle.read(name)


def observations(publication):
    """Rows of v4."""
    names, n = [d.name for d in publication.dimensions], 0
    for key, cell in truth.figures(publication).items():
        for measure, (attribute, value) in zip(publication.measures, cell, strict=True):
            yield {
                "Id": n,
                "Measure": measure.code,
                "ValueAttribute": attribute,
                "Value": None if value is None else float(value),
                **dict(zip(names, key, strict=True)),
            }
            n += 1


def wide(publication, topics, untyped):
    """Rows of v3; texts without the blanks around them."""
    names = [d.name for d in publication.dimensions]
    for n, (key, cell) in enumerate(truth.figures(publication).items()):

        def shown(attribute, value):
            if untyped:
                return {"Confidential": ".", "Impossible": ""}.get(attribute) if value is None else str(value)
            return None if value is None else float(value)

        yield {"ID": n, **dict(zip(names, key, strict=True)), **{t: shown(*c) for t, c in zip(topics, cell, strict=True)}}
