"""Everything that can be asked about one table, and a walk over everything that a server links to.

A list of addresses rather than of routes: what the server does not know is asked as well, since a 404 must be the same there too.
"""

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.serve.live import Answer, Live

HOST = "celwacht.test"
"""All servers are asked under one name, so that absolute addresses in their answers are alike."""

TABLE = """
/odata/v1/{C}/{id} /odata/v1/{C}/{id}/ /odata/v1/{C}/{id}/$metadata /odata/v1/{C}/{id}/Properties /odata/v1/{C}/{id}/Dimensions
/odata/v1/{C}/{id}/MeasureCodes /odata/v1/{C}/{id}/MeasureGroups /odata/v1/{C}/{id}/RegioSCodes /odata/v1/{C}/{id}/RegioSGroups
/odata/v1/{C}/{id}/PeriodenCodes /odata/v1/{C}/{id}/Observations /odata/v1/{C}/{id}/Observations/$count
/odata/v1/{C}/{id}/Observations(0) /odata/v1/{C}/{id}/Observations?$top=1&$count=true
/odata/v1/{C}/{id}/Observations?$filter=RegioS%20eq%20'NL01' /odata/v1/{C}/{id}/Observations?$filter=Nonsense%20eq%201
/odata/v1/{C}/{id}/Nonsense /odata/v1/CBS/{id} /odata/v1/CBS/{id}/Observations /odata/v1/{id} /odata/v1/{c}/{id} /odata/v1/{C}/{ID}
/odata/v1/Datasets('{id}') /odata/v1/{C}/Datasets('{id}') /odata/v1/Datasets/{id}
/odata/v1/Datasets?$filter=Identifier%20eq%20'{id}' /odata/v1/Datasets/$count?$filter=Identifier%20eq%20'{id}'
/odata/v1/{C}/Datasets?$filter=contains(Identifier,'{id}')&$count=true
/ODataApi/odata/{id} /ODataApi/OData/{id} /ODataApi/odata/{ID} /ODataApi/odata/{id}/ /ODataApi/odata/{id}/$metadata
/ODataApi/odata/{id}/TableInfos /ODataApi/odata/{id}/TypedDataSet?$top=1 /ODataApi/odata/{id}/TypedDataSet/$count
/ODataFeed/odata/{id} /ODataFeed/odata/{id}/?$format=json /ODataFeed/odata/{id}/TypedDataSet?$format=json /ODataFeed/odata/{id}/UntypedDataSet
/ODataFeed/odata/{id}/DataProperties?$format=json /ODataFeed/odata/{id}/CategoryGroups /ODataFeed/odata/{id}/RegioS
/ODataFeed/odata/{id}/Perioden /ODataCatalog/Tables?$format=json&$filter=Identifier%20eq%20'{id}'
/ODataCatalog/Tables/$count?$filter=Identifier%20eq%20'{id}' /ODataCatalog/Tables?$filter=substringof('{id}',Identifier)
/ODataCatalog/Tables(1) /ODataCatalog/Tables('{id}')
/CSV/{C}/nl/{id} /csv/{C}/nl/{id} /CSV/{C}/en/{id} /CSV/{C}/{id}
/api/v1/tables/{id} /api/v1/tables/{id}/ /api/v1/tables/{id}/figures /api/v1/tables/{id}/data /api/v1/tables/{id}/observations
/api/v1/tables/{id}/metadata /api/v1/tables/{id}/releases /api/v1/tables/{id}/history /api/v1/tables/{id}/download
/api/v1/tables/{id}/download?format=csv /api/v1/tables/{id}/download?format=xlsx /api/v1/tables/{id}/download?format=nonsense
/api/v1/tables/{id}/download?format=csv&RegioS=NL01 /api/v1/tables/{id}/download?format=csv&Nonsense=1 /api/v1/tables/{id}/files
/api/v1/tables/{id}/codes /api/v1/tables/{id}/dimensions/RegioS /api/v1/tables?q={id} /api/v1/search?q={id} /api/v1/tables?query={id}
/table/{id} /tabel/{id} /tables/{id} /{id} /{id}/ /nl/{id} /en/{id} /?table={id} /?tabel={id} /catalog/{id} /dataset/{id}
/{id}/odata/index.json /{id}/csv/Observations.csv /{id}/publication.json /{id}/{id}.xlsx /{id}/parquet/Observations.parquet
/feed/{id}.atom /feed/{ID}.atom /feed/{id} /gebied/{id} /rapport/{id} /embed/{id}
/files/2024-april/{id}/publication.json /files/2024-april/{id}/{id}.xlsx /files/2024-april/{id}/ /files/{id}/publication.json
/files/geheim/{id}/publication.json /files/2024-october/{id}/publication.json /files/2025-april/{id}/publication.json
/{id}/manifest.json /releases/{id}/manifest.json /2024-april/{id}/publication.json /2024-april/../releases/{id}
""".split()

LISTS = """
/ /api/v1 /api/v1/tables /api/v1/formats /api/v1/openapi.json /odata/v1 /odata/v1/ /odata/v1/Catalogs /odata/v1/Datasets
/odata/v1/Datasets/$count /odata/v1/Datasets?$count=true&$top=0 /odata/v1/Datasets?$orderby=Modified%20desc
/odata/v1/Datasets?$top=1&$skip=1 /odata/v1/{C} /odata/v1/{C}/Datasets /odata/v1/{C}/Datasets/$count /odata/v1/$metadata /odata/v1/{C}/$metadata
/ODataCatalog /ODataCatalog/ /ODataCatalog/$metadata /ODataCatalog/Tables /ODataCatalog/Tables?$format=json /ODataCatalog/Tables/$count
/ODataCatalog/Tables?$format=json&$top=100&$orderby=Modified%20desc /ODataCatalog/Tables_Themes /ODataCatalog/Themes
/ODataCatalog/Featured /ODataCatalog/Table_Featured /ODataApi /ODataFeed /CSV /CSV/{C} /catalog.ttl /catalog.jsonld /catalog.rdf /dcat /dcat.ttl
/files /files/ /files/2024-april /files/2024-april/ /files/2024-april/catalog.ttl /files/2024-april/manifest.json
/files/2024-october/catalog.ttl /files/2025-april/catalog.ttl /data.json /catalog /sitemap.xml /robots.txt /history /releases /releases/ /2024-april /2024-april/manifest.json /2024-october/manifest.json
/history/2024-april /history/2024-october /.staging /manifest.json /kalender /kalender?lang=en /kalender.ics /nieuws /nieuws?lang=en /feed.atom /feed.json /data /data?lang=en /uitleg
/.well-known/security.txt /embed /api/v1/releases /api/v1/catalog /api/v1/sets /health /metrics
""".split()

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE")
CONDITIONS: tuple[Mapping[str, str], ...] = (
    {},
    {"If-None-Match": "*"},
    {"If-Match": "*"},
    {"If-None-Match": 'W/"0"'},
    {"If-Modified-Since": "Sun, 06 Nov 2044 08:49:37 GMT"},
    {"Range": "bytes=0-10"},
    {"Accept-Encoding": "gzip"},
    {"Accept": "application/xml"},
    {"Accept": "text/html"},
    {"Accept": "application/json;odata.metadata=full"},
    {"Accept-Language": "en"},
    {"Origin": "http://elsewhere.test"},
)


def filled(address: str, table: str) -> str:
    return address.replace("{id}", table).replace("{ID}", table.upper()).replace("{C}", "Celwacht").replace("{c}", "celwacht")


def ask(server: Live, address: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
    return server.ask(address, method, {"Host": HOST, **(headers or {})})


def seen(answer: Answer, server: Live) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """All that a reader can tell of an answer: status, headers without the date, body; the port of this run left out."""
    own = str(server.port)
    headers = tuple((k, v.replace(own, "PORT")) for k, v in answer.headers if k != "date")
    return answer.status, headers, answer.body.replace(own.encode(), b"PORT")


def about(table: str) -> Iterator[str]:
    """Every address about a table."""
    return (filled(address, table) for address in TABLE)


def lists() -> Iterator[str]:
    """Every address at which tables might be listed or counted."""
    return (filled(address, "") for address in LISTS)


_ADDRESS = re.compile(rb"""http://%s(/[^\s"'<>\\)]*)|(?:href|src)=["']?(/?[^\s"'<>]+)|"(/[A-Za-z][^\s"<>\\{}]*)\"""" % HOST.encode())


@dataclass
class Walk:
    """Follows every address of our own in the answers, breadth first; `told` is what each address said."""

    server: Live
    most: int = 400
    told: dict[str, tuple] = field(default_factory=dict)

    def run(self) -> dict[str, tuple]:
        waiting = list(lists())
        while waiting and len(self.told) < self.most:
            address = waiting.pop(0)
            if address in self.told:
                continue
            answer = ask(self.server, address)
            self.told[address] = seen(answer, self.server)
            body = gzip.decompress(answer.body) if answer.header("content-encoding") == "gzip" else answer.body
            if len(body) < 3_000_000:
                waiting += sorted(linked(body) - self.told.keys())
        return self.told


def linked(body: bytes) -> set[str]:
    """Paths of our own server in a text."""
    found = set()
    for groups in _ADDRESS.findall(body):
        for path in filter(None, groups):
            address = path.decode("utf-8", "replace").split("#")[0].replace("&amp;", "&")
            address = address if address.startswith("/") else f"/{address}"
            if "://" not in address and "{" not in address and not address.startswith("//"):
                found.add(address)
    return found
