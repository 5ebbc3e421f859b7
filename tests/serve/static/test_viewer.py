"""The viewer as files: what they may not contain, how they are served, and its pure parts run in node."""

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest
from celwacht.publish import viewer
from celwacht.publish.serve.static import viewer_pages

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from starlette.applications import Starlette

FOLDER = Path(viewer.__file__).parent
FILES = sorted(p for p in FOLDER.rglob("*") if p.suffix in viewer_pages.MEDIA)
SCRIPTS = [p for p in FILES if p.suffix == ".js"]
CHECK = Path(__file__).with_name("viewer_check.mjs")


def name(path):
    return path.relative_to(FOLDER).as_posix()


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=viewer_pages.routes()), headers={"accept-encoding": "identity"})


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_no_text_becomes_markup_or_code(path):
    """Labels may be hostile: nothing in the viewer reads a text as HTML, as a script or as a style."""
    text = path.read_text(encoding="utf-8")
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "createContextualFragment",
        "DOMParser",
        "srcdoc",
        "eval(",
        "new Function",
        "setHTML",
        "javascript:",
    ):
        assert way not in text, way


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix in (".js", ".css", ".html", ".svg")], ids=name)
def test_nothing_comes_from_elsewhere(path):
    """It works offline: the only addresses are names of XML namespaces."""
    found = set(re.findall(r"https?://[^\s'\"<>)]+", path.read_text(encoding="utf-8")))
    assert found <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix in (".js", ".css")], ids=name)
def test_files_stay_short(path):
    assert path.read_text(encoding="utf-8").count("\n") <= 300


def test_every_file_that_is_named_is_there():
    named = set(re.findall(r"<(?:link|script)[^>]*(?:href|src)=\"([^\"#]+)\"", (FOLDER / "index.html").read_text(encoding="utf-8")))
    named.remove("feed.atom")  # made by the server
    assert named and all((FOLDER / n).is_file() for n in named)
    for script in SCRIPTS:
        for target in re.findall(r"from '(\.[^']+)'", script.read_text(encoding="utf-8")):
            assert (script.parent / target).resolve().is_file(), f"{name(script)} imports {target}"


def test_the_first_page_asks_for_one_program_and_one_sheet(client):
    """And for charts and map one program more, when they are first shown. All of it is whole JavaScript, if node is here to say so."""
    text = client.get("/").text
    below = f"v/{viewer.version()}/"
    (sheet,) = re.findall(r'rel="stylesheet" href="([^"]+)"', text)
    (program,) = re.findall(r'<script[^>]* src="([^"]+)"', text)
    assert "modulepreload" not in text and sheet.startswith(below + "style-") and program.startswith(below + "viewer-")
    code = client.get("/" + program).text
    later = set(re.findall(r"import\('\./([^']+)'\)", code))
    assert len(later) == 1 and not re.search(r"^(import|export) (?!\{)", code, re.MULTILINE)
    texts = [code, client.get(f"/{below}{later.pop()}").text]
    for path in SCRIPTS:
        assert sum(f"/* {name(path)} */\nconst $" in text for text in texts) == 1, name(path)
    style = client.get("/" + sheet).text
    assert "@media print {" in style and style.count("{") == style.count("}")
    assert all(rule.strip() in style for rule in (FOLDER / "style/base.css").read_text().splitlines())
    for text in texts if shutil.which("node") else ():
        done = subprocess.run(["node", "--check", "--input-type=module", "-"], input=text, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-1000:]


def test_one_address_may_be_framed_and_no_other(client):
    """/embed is the viewer, and may stand in a frame; the same file at / may not, nor may anything else."""
    framed, plain = client.get("/embed"), client.get("/")
    assert framed.content == plain.content
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    for address in ("/", "/main.js", "/style/base.css", "/embed/x", "/embedded"):
        assert "frame-ancestors *" not in client.get(address).headers.get("content-security-policy", ""), address


@pytest.mark.parametrize("path", [p for p in FILES if p.name != "index.html"], ids=name)
def test_a_file_is_served_as_it_is(path, client):
    """To read: the first page asks for what these were put together to."""
    answer = client.get("/" + name(path))
    assert answer.status_code == 200 and answer.content == path.read_bytes()
    assert answer.headers["content-type"] == viewer_pages.MEDIA[path.suffix]
    again = client.get("/" + name(path), headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    packed = client.get("/" + name(path), headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.content == answer.content


def test_the_page_may_run_its_own_files_only(client):
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "data:" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=", answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/__init__.py",
        "/../pages.py",
        "/%2e%2e/serve/pages.py",
        "/charts",
        "/style/",
        "/map/make.py",
        "/index.html/x",
        "//etc/passwd",
        "/style/..%2findex.html",
    ],
)
def test_nothing_else_is_served(path, client):
    assert client.get(path).status_code == 404


def test_the_pure_parts_hold_in_node():
    """Links, pivots, hierarchies, formats and words, on tables and states made up at random (viewer_check.mjs)."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run([node, str(CHECK), str(FOLDER)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stdout.strip() == "ok", done.stderr[-2000:]


@pytest.mark.parametrize("address", ["/", "/index.html", "/embed"])
def test_the_band_of_made_up_data_is_there_before_any_script(address):
    """So that nothing moves when the program comes; another text is another page, and none of it is mark-up."""
    said = [""]
    client = TestClient(Starlette(routes=viewer_pages.routes(band=lambda: said[0])), headers={"accept-encoding": "identity"})
    plain = client.get(address)
    said[0] = "Verzonnen <b> & meer"
    told = client.get(address, headers={"if-none-match": plain.headers["etag"]})
    aside = re.compile(r'<aside id="made-up"[^>]*?( hidden)?>(.*?)</aside>')
    assert aside.search(plain.text).groups() == (" hidden", "") and told.status_code == 200
    assert aside.search(told.text).groups() == (None, "Verzonnen &lt;b&gt; &amp; meer")
    assert client.get(address, headers={"if-none-match": told.headers["etag"]}).status_code == 304
