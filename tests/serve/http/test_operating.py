"""Behind a proxy, below a path, counted and logged: judged over ASGI, and the files of examples/serving by what the command knows."""

import asyncio
import configparser
import logging
import re
import shlex
import shutil
import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest
from celwacht.publish import viewer
from celwacht.publish.commands.serve_command import serve
from celwacht.publish.serve.app import behind, make_app
from celwacht.publish.serve.http import outer
from click.testing import CliRunner

from tests.serve import live, made, own_loop

ROOT = Path(__file__).resolve().parents[3]
SERVING = ROOT / "examples" / "serving"
URL = "https://example.nl/jz"


def ask(app, path, headers=(), client="127.0.0.1", port=8765):
    """(status, headers, body) of a GET, in process."""
    got = {"body": b""}

    async def send(message):
        if message["type"] == "http.response.start":
            got["status"], got["headers"] = message["status"], {k.decode(): v.decode() for k, v in message["headers"]}
        got["body"] += message.get("body", b"")

    async def receive():
        await asyncio.Event().wait()  # the reader stays, and sends nothing

    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(k.lower().encode(), v.encode()) for k, v in (("host", "127.0.0.1:8765"), *headers)],
        "client": (client, 1234),
        "server": ("127.0.0.1", port),
    }
    own_loop.run(app(scope, receive, send))
    return got["status"], got["headers"], got["body"].decode("utf-8", "replace")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    live.publish(out, made.publication(n_regions=4))
    from celwacht.publish.store.shelf import Shelf

    return Shelf.open(out)


ADDRESSES = (
    "/api/v1",
    "/api/v1/tables",
    "/odata/v1/Datasets",
    "/ODataCatalog/Tables?$format=json",
    "/files/",
    "/sitemap.xml",
    "/feed.atom",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_below_a_path_every_link_leads_there(shelf, address):
    """The proxy leaves the path or takes it off: the same answer, in which every own address begins with the path."""
    app = behind(make_app(shelf, base=URL), shelf, URL)
    left, off = ask(app, f"/jz{address}"), ask(app, address)
    assert left[0] == off[0] == 200 and left[2] == off[2]
    absolute = re.findall(r"https://example\.nl(/[^\s\"'<>\\]*)", left[2])
    rooted = re.findall(r'":\s*"(/[A-Za-z][^"]*)"', left[2])
    assert absolute or rooted
    assert all(a.startswith("/jz") for a in absolute + rooted), (absolute, rooted)
    for a in [a for a in rooted if "?" not in a][:4]:
        assert ask(app, a)[0] == 200, a


def test_a_path_that_only_begins_alike_is_another(shelf):
    app = behind(make_app(shelf, base=URL), shelf, URL)
    assert ask(app, "/jzx/api/v1")[0] == 404 and ask(app, "/jz/jz/api/v1")[0] in (200, 404)


FORWARDED = (("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "cijfers.example.nl"))


def test_headers_of_a_trusted_proxy_alone_are_believed(shelf):
    trusting = behind(make_app(shelf), shelf, trusted=[ip_network("10.0.0.0/8")])
    for address in ("/odata/v1/Celwacht/gemaakte_tabel", "/sitemap.xml"):
        assert "https://cijfers.example.nl/" in ask(trusting, address, FORWARDED, client="10.1.2.3")[2]
        assert "cijfers.example.nl" not in ask(trusting, address, FORWARDED, client="192.168.0.1")[2]
        assert "cijfers.example.nl" not in ask(behind(make_app(shelf), shelf), address, FORWARDED)[2]


@pytest.mark.parametrize("host", ['evil"><script>', "a b", "", "x/y", "http://x"])
def test_a_forwarded_host_that_is_none_is_not_taken(shelf, host):
    app = behind(make_app(shelf), shelf, trusted=[ip_network("127.0.0.1")])
    told = ask(app, "/sitemap.xml", (("X-Forwarded-Host", host),))[2]
    assert told.count("<loc>http://127.0.0.1:8765/") == told.count("<loc>")


def test_of_several_hops_the_last_counts(shelf):
    """What came before it was written by whoever asked."""
    app = behind(make_app(shelf), shelf, trusted=[ip_network("127.0.0.1")])
    told = ask(app, "/sitemap.xml", (("X-Forwarded-Host", "evil.example, own.example"),))[2]
    assert "http://own.example/" in told and "evil" not in told


def test_metrics_at_their_own_port_only(shelf):
    app = behind(make_app(shelf), shelf, metrics_port=9155)
    ask(app, "/api/v1/tables"), ask(app, "/api/v1/tables"), ask(app, "/geen/jansen")
    status, headers, text = ask(app, "/metrics", port=9155)
    assert status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'celwacht_answers_total{part="api",status="2xx"} 2' in text and 'celwacht_answers_total{part="nothing",status="4xx"} 1' in text
    assert "celwacht_tables 1" in text and "jansen" not in text
    line = re.compile(r'# TYPE celwacht_\w+ (counter|gauge|histogram)|celwacht_\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+')
    assert all(line.fullmatch(row) for row in text.splitlines())
    counts = [int(row.rsplit(" ", 1)[1]) for row in text.splitlines() if row.startswith('celwacht_seconds_bucket{part="api"')]
    assert counts == sorted(counts) and counts[-1] == 2
    assert ask(app, "/", port=9155)[0] == 404 and ask(app, "/metrics")[0] == 404


def test_the_log_tells_nothing_of_who_asked(shelf, tmp_path):
    log = tmp_path / "access.log"
    app = behind(make_app(shelf), shelf, log=str(log))
    person = (
        ("User-Agent", "Jansen/1.0"),
        ("Referer", "https://jansen.example"),
        ("Cookie", "jansen=1"),
        ("X-Forwarded-For", "203.0.113.9"),
    )
    ask(app, "/api/v1/tables?q=jansen", person, client="203.0.113.9"), ask(app, "/wie/is/jansen\n\x1b[2J", person, client="203.0.113.9")
    log.rename(tmp_path / "old.log")
    ask(app, "/health")
    first, second = (tmp_path / "old.log").read_text().splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ GET /api/v1/tables 200 \d+ \d+", first)
    assert re.fullmatch(r"\S+ GET - 404 \d+ \d+", second)
    assert "/health" in log.read_text(), "a log that was moved away is begun anew"
    assert "jansen" not in (first + second).lower() and "203.0.113" not in first + second
    logging.getLogger("celwacht.access").handlers.clear()


def test_scripts_lie_below_their_version_for_ever(shelf):
    """And every page of ours names them there."""
    app = make_app(shelf)
    version = viewer.version()
    for page in ("/", "/kalender", "/tabel/gemaakte_tabel", "/embed"):
        text = ask(app, page)[2]
        named = re.findall(r'(?:href|src)="((?:\.{1,2}/)?(?:v/|style/)[^"]+|main\.js)"', text)
        assert named and all(f"v/{version}/" in name for name in named), (page, named)
    status, headers, text = ask(app, f"/v/{version}/main.js")
    assert status == 200 and "immutable" in headers["cache-control"] and text == (viewer.FOLDER / "main.js").read_text()
    assert ask(app, "/v/000000000000/main.js")[0] == 404 and "no-cache" in ask(app, "/")[1]["cache-control"]


def test_the_version_changes_with_any_file(tmp_path):
    shutil.copytree(viewer.FOLDER, tmp_path / "v", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert viewer.version(tmp_path / "v") == viewer.version()
    (tmp_path / "w").mkdir()
    shutil.copytree(tmp_path / "v", tmp_path / "w", dirs_exist_ok=True)
    with (tmp_path / "w" / "dom.js").open("a") as file:
        file.write(" ")
    assert viewer.version(tmp_path / "w") != viewer.version()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--proxy", "nergens"], "no address or network"),
        (["--url", "https://x.example/a b"], "not a scheme"),
        (["--url", "https://x.example/?q=1"], "not a scheme"),
        (["--metrics", "99999"], "--metrics"),
    ],
)
def test_wrong_options_are_told(tmp_path, option, said):
    done = CliRunner().invoke(serve, [str(tmp_path), *option])
    assert done.exit_code == 2 and said in done.output


def options_of(words):
    return {w for w in words if w.startswith("--")}


def known():
    return {o for parameter in serve.params for o in parameter.opts}


def test_the_unit_starts_a_command_that_exists():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(SERVING / "celwacht.service")
    words = shlex.split(unit["Service"]["ExecStart"])
    assert words[1] == "serve" and options_of(words) <= known()
    assert unit["Service"]["ProtectSystem"] == "strict" and unit["Service"]["DynamicUser"] == "yes"
    told = next(w for k, w in zip(words, words[1:]) if k == "--access-log")
    assert told.startswith(f"/var/log/{unit['Service']['LogsDirectory']}/"), "the only place that the service may write to"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_takes_the_unit(tmp_path):
    text = (SERVING / "celwacht.service").read_text().replace("/opt/celwacht/.venv/bin/celwacht", "/bin/true")
    (tmp_path / "celwacht.service").write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / "celwacht.service")], capture_output=True, text=True)
    assert "celwacht.service" not in done.stderr, done.stderr


def test_the_container_copies_what_is_there_and_starts_a_command_that_exists():
    text = (SERVING / "Containerfile").read_text()
    for line in re.findall(r"^COPY (.+)$", text, flags=re.MULTILINE):
        assert all((ROOT / source).exists() for source in line.split()[:-1]), line
    command = re.search(r"^CMD (\[.+\])$", text, flags=re.MULTILINE)[1]
    words = re.findall(r'"([^"]+)"', command)
    assert words[:2] == ["celwacht", "serve"] and options_of(words) <= known()
    assert re.search(r"^USER celwacht$", text, flags=re.MULTILINE) and "--require-hashes" in text
    packages = {p.name for p in ROOT.iterdir() if p.is_dir() and (p / "__init__.py").exists()} - {"tests", "benchmarks", "docs"}
    assert packages <= set(re.findall(r"^COPY (\w+) \./\1$", text, flags=re.MULTILINE)), "every package of the wheel"


def test_parts_are_few():
    """Whatever strangers write, the names in the metrics are those of PARTS."""
    for path in ("/a/b", "/API/V1", "/odata/v1/x", "/", "/../../etc", "/v/1/main.js"):
        assert outer.part_of(path, 200) in (*outer.PARTS, "pages")
    assert outer.part_of("/wie/is/jansen", 404) == "nothing"
