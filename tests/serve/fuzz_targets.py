"""Requests that nobody should send: a generator from a seed, over every protocol of the server.

Half are built from the grammar of the protocols and then damaged, so that they get past the first check; the other half are
the tricks of those who look for files, crashes and long waits.
"""

import random
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.serve import probes

NAMES = (
    "RegioS",
    "Hulpvorm",
    "Perioden",
    "Measure",
    "Value",
    "ValueAttribute",
    "StringValue",
    "Id",
    "ID",
    "Identifier",
    "Title",
    "Trajecten",
    "BegonnenTrajecten_1",
    "AandeelInHetTotaal_2",
    "Modified",
    "Nonsense",
    "__class__",
    "rowid",
    "*",
    "RegioS/Title",
    "Regio S",
    "'",
)
TEXTS = (
    "'NL01'",
    "'GM0001'",
    "'GM0001  '",
    "'2024JJ00'",
    "'M000001'",
    "''",
    "'O''Brien'",
    "'%'",
    "'_'",
    "'a_b'",
    "'zzz'' OR 1=1 --'",
    "'\\'",
    "'\x7f'",
    "'é'",
    "'🦊'",
    "'\ufeff'",
    "'" + "x" * 300 + "'",
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "1.5",
    "1e5",
    "-1",
    "5L",
    "2.5M",
    "1f",
    "9223372036854775808",
    "1e999",
    "NaN",
    "INF",
    "datetime'2025-04-30T00:00:00'",
    "2025-04-30",
    "guid'0'",
    "@p",
    "1/0",
    "0x10",
)
SENSIBLE = (
    "RegioS eq 'NL01'",
    "RegioS eq 'GM0001'",
    "startswith(RegioS,'GM')",
    "substring(RegioS,0,2) eq 'GM'",
    "Perioden eq '2024JJ00'",
    "Hulpvorm ne 'T001'",
    "Perioden ge '2024'",
    "length(Hulpvorm) gt 2",
    "trim(RegioS) eq 'NL01'",
    "tolower(Perioden) eq '2024hj01'",
    "endswith(Perioden,'01')",
    "not (RegioS eq 'NL01')",
    "Hulpvorm in ('T001','A0')",
    "indexof(RegioS,'M') eq 1",
    "(RegioS eq 'NL01' or RegioS eq 'PV20  ')",
)
FUNCTIONS = (
    "contains",
    "startswith",
    "endswith",
    "substringof",
    "indexof",
    "length",
    "tolower",
    "toupper",
    "trim",
    "substring",
    "concat",
    "year",
    "round",
    "cast",
    "isof",
    "any",
    "all",
    "nonsense",
    "replace",
    "read_csv",
    "getenv",
    "Contains",
)
OPERATORS = (
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "in",
    "has",
    "add",
    "sub",
    "mul",
    "div",
    "mod",
    "=",
    "==",
    "<",
    "EQ",
    "like",
    ";",
    "||",
)
ESCAPES = (
    "..",
    "../..",
    "%2e%2e",
    "%2e%2e%2f",
    "..%2f..",
    "%252e%252e%252f",
    "..%5c",
    "..\\",
    "%c0%ae%c0%ae/",
    "....//",
    ".%00.",
    "%00",
    "%0a",
    "%0d%0aX-Injected:%20yes",
    "%ff%fe",
    "%",
    "%zz",
    "%u002e",
    "~",
    "~root",
    ".staging",
    ".lock",
    "history",
    "releases",
    "2024-april",
    "lek",
    "etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "data/vault",
    "proc/self/environ",
    "CON",
    "..;",
    "*",
    "?",
    "#",
    "//",
    "/./",
    "é",
    "%F0%9F%A6%8A",
)
OPTIONS = (
    "$filter",
    "$select",
    "$orderby",
    "$top",
    "$skip",
    "$count",
    "$format",
    "$expand",
    "$apply",
    "$search",
    "$inlinecount",
    "$skiptoken",
    "$nonsense",
    "%24filter",
    "$Filter",
    "format",
    "q",
    "query",
    "measures",
    "RegioS",
    "Perioden",
    "Hulpvorm",
    "page",
    "callback",
    "",
)
NUMBERS = (
    "0",
    "1",
    "-1",
    "10",
    "100000",
    "100001",
    "99999999999999999999",
    "1e9",
    "1.5",
    "NaN",
    "",
    " ",
    "+5",
    "0x10",
    "٣",
    "true",
    "null",
    "'1'",
    "1;2",
)
METHODS = (
    "GET",
    "GET",
    "GET",
    "GET",
    "GET",
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "G=T",
    "X" * 40,
)
HEADERS = (
    ("Host", ("evil.test", "", "127.0.0.1:1@evil.test", "127.0.0.1:99999", "a b", "x" * 500, "[::1]", "127.0.0.1\t", "é")),
    ("Accept-Encoding", ("gzip", "br", "gzip;q=0", "*", ",", "x" * 300)),
    ("Accept", ("application/json", "application/xml", "text/html", "*/*;q=9", "nonsense", "a/" * 200)),
    ("If-None-Match", ("*", '"', 'W/"x"', "x" * 4000)),
    ("Range", ("bytes=0-1", "bytes=-1", "bytes=5-1", "bytes=0-0,2-3", "lines=1", "bytes=" + "0-1," * 500)),
    ("Accept-Language", ("nl", "en", "xx", ";" * 50)),
    ("X-Forwarded-Host", ("evil.test",)),
    ("X-Forwarded-Proto", ("javascript",)),
    ("X-Original-URL", ("/../data",)),
    ("Cookie", ("x" * 7000,)),
    ("Content-Length", ("-1", "0", "5", "x")),
    ("Transfer-Encoding", ("chunked", "gzip", "x")),
    ("Expect", ("100-continue", "x")),
    ("OData-Version", ("9.9", "x")),
    ("OData-MaxVersion", ("1.0",)),
    ("Upgrade", ("websocket", "h2c")),
    ("Connection", ("Upgrade", "close, x")),
    ("Bad Name", ("x",)),
    ("If-Modified-Since", ("yesterday",)),
)


@dataclass(frozen=True)
class Shot:
    """One request, as bytes of its line and headers."""

    target: bytes
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)


class Gun:
    """Shots without end, the same for the same seed."""

    def __init__(self, seed: int, tables: tuple[str, ...]):
        self.draw, self.tables = random.Random(seed), (*tables, *tables, "geen_tabel", "", "*", "a" * 200)

    def shot(self) -> Shot:
        draw = self.draw
        kind = draw.random()
        if kind < 0.45:
            target = self._query()
        elif kind < 0.6:
            target = self._address()
        elif kind < 0.85:
            target = self._trick()
        else:
            target = self._damaged(self._query())
        method = draw.choice(METHODS) if draw.random() < 0.15 else "GET"
        headers = {}
        while draw.random() < 0.2:
            name, values = draw.choice(HEADERS)
            headers[name] = draw.choice(values)
        return Shot(target.encode("utf-8", "surrogatepass"), method, headers)

    def _address(self) -> str:
        return probes.filled(self.draw.choice(probes.TABLE + probes.LISTS), self.draw.choice(self.tables))

    def _query(self) -> str:
        """An address with options, the filter of which mostly makes sense."""
        draw, table = self.draw, self.draw.choice(self.tables)
        base = draw.choice(
            (
                f"/odata/v1/Celwacht/{table}/Observations",
                f"/odata/v1/Celwacht/{table}/RegioSCodes",
                "/odata/v1/Datasets",
                f"/ODataFeed/odata/{table}/TypedDataSet",
                f"/ODataApi/odata/{table}/UntypedDataSet",
                f"/ODataFeed/odata/{table}/Perioden",
                "/ODataCatalog/Tables",
                f"/odata/v1/Celwacht/{table}/Observations/$count",
                f"/api/v1/tables/{table}/data",
                f"/api/v1/tables/{table}/download",
                "/api/v1/tables",
                f"/CSV/Celwacht/nl/{table}",
            )
        )
        options = [f"$filter={self._encoded(self.expression(draw.randrange(5)))}"] if draw.random() < 0.8 else []
        while draw.random() < 0.4:
            options.append(f"{draw.choice(OPTIONS)}={self._encoded(self._value())}")
        return base + "?" + "&".join(options)

    def _value(self) -> str:
        draw = self.draw
        return draw.choice(
            (
                lambda: draw.choice(NUMBERS),
                lambda: ",".join(draw.choices(NAMES, k=draw.randrange(1, 6))),
                lambda: draw.choice(TEXTS),
                lambda: f"{draw.choice(NAMES)} {draw.choice(('asc', 'desc', 'x', ''))}",
                lambda: self.expression(1),
                lambda: draw.choice(("json", "atom", "xml", "csv", "px", "parquet", "xlsx", "jsonstat", "application/json", "json;x")),
            )
        )()

    def expression(self, depth: int) -> str:
        """A filter: right in form mostly, wrong in names and types often."""
        draw = self.draw
        if draw.random() < 0.01:
            return draw.choice(
                (
                    "(" * 3000,
                    "not " * 2000 + "true",
                    " or ".join(["RegioS eq 'NL01'"] * draw.choice((300, 2000))),
                    "Value eq " + "-" * 900 + "1",
                    "RegioS in (" + ",".join(["'x'"] * 3000) + ")",
                    "concat(" * 60 + "'a'" + ",'b')" * 60 + " eq 'x'",
                    "contains(Title,'" + "%" * 2000 + "')",
                    "'" * 999,
                )
            )
        if draw.random() < 0.5:
            return draw.choice(SENSIBLE)
        if depth <= 0:
            return f"{draw.choice(NAMES)} {draw.choice(OPERATORS)} {draw.choice(TEXTS)}"
        form = draw.randrange(6)
        inner = self.expression(depth - 1)
        if form == 0:
            return f"({inner})"
        if form == 1:
            return f"{inner} {draw.choice(('and', 'or', 'AND', 'xor'))} {self.expression(depth - 1)}"
        if form == 2:
            return f"not ({inner})"
        if form == 3:
            names = [draw.choice((draw.choice(NAMES), draw.choice(TEXTS))) for _ in range(draw.randrange(4))]
            return f"{draw.choice(FUNCTIONS)}({','.join(names)}){draw.choice(('', ' eq true', ' eq 1', ' gt 2', chr(39)))}"
        if form == 4:
            return f"{draw.choice(NAMES)} in ({','.join(draw.choices(TEXTS, k=draw.randrange(5)))})"
        return f"{draw.choice(FUNCTIONS)}({inner}) {draw.choice(OPERATORS)} {draw.choice(TEXTS)}"

    def _encoded(self, text: str) -> str:
        how = self.draw.random()
        if how < 0.7:
            return quote(text, safe="(),'")
        return quote(text, safe="(),' ").replace(" ", "+") if how < 0.9 else quote(quote(text))

    def _trick(self) -> str:
        """A path that leads elsewhere."""
        draw = self.draw
        pieces = draw.choices(ESCAPES, k=draw.randrange(1, 8))
        base = draw.choice(
            (
                "/",
                "/",
                "",
                "/odata/v1/Celwacht/",
                "/api/v1/tables/",
                "/CSV/Celwacht/nl/",
                "/ODataFeed/odata/",
                "/map/",
                "/charts/",
                "http://127.0.0.1/",
                "//evil.test/",
                f"/{draw.choice(self.tables)}/",
                "/api/v1/tables/gemaakte_tabel/download?format=",
            )
        )
        end = draw.choice(
            (
                "",
                "manifest.json",
                "publication.json",
                "lek.txt",
                "vault/secret.txt",
                "canary.txt",
                "?x=" + "y" * draw.choice((10, 3000, 20_000, 70_000)),
            )
        )
        return (base + draw.choice(("/", "%2f", "%252f", "\\")).join(pieces) + "/" + end).replace(" ", "%20").replace("\n", "%0a")

    def _damaged(self, text: str) -> str:
        """One to six characters changed, doubled or lost."""
        draw, letters = self.draw, list(text)
        for _ in range(draw.randrange(1, 7)):
            place = draw.randrange(1, len(letters))
            letters[place] = draw.choice(
                (letters[place] * 2, "", "%", "'", "(", ")", "%00", "&", "=", "+", "$", "/", "\\", "é", "%c3", "%ed%a0%80", ",", "\x80")
            )
        return "".join(letters)
