"""`celwacht render`: every link of every page leads to a file, the content is that of the server, and nothing under embargo is in any file."""

import json
import posixpath
import re
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.serve.api.query import MEASURES
from celwacht.publish.serve.render import Rendering, place
from celwacht.publish.store.shelf import Shelf
from click.testing import CliRunner

from tests.serve import live, made
from tests.serve.pages.test_area_pages import KERN

SITE = "https://example.nl/jz"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """(folder of sets, rendered folder)"""
    base = tmp_path_factory.mktemp("render")
    live.publish(base / "out", made.publication(n_regions=4), KERN)
    live.publish(
        base / "out", made.publication("geheime_tabel", n_regions=4), name="2025-geheim", release_moment="2999-01-01T00:00:00+01:00"
    )
    done = CliRunner().invoke(celwacht, ["render", str(base / "out"), str(base / "site"), "--url", f"{SITE}/"])
    assert done.exit_code == 0, done.output
    count = len([p for p in (base / "site").rglob("*") if p.is_file()])
    assert f"{count} files" in done.output and not list(base.glob(".*partial"))
    return base / "out", base / "site"


@pytest.mark.long
def test_every_link_leads_to_a_file(site):
    """From where each page lies, as a browser resolves it; whole addresses too, and what feeds and the sitemap name."""
    folder, links = site[1], 0
    for path in folder.rglob("*.html"):
        here = path.relative_to(folder).as_posix()
        for address in re.findall(r'(?:href|src)="([^"]*)"', path.read_text()):
            address = unescape(address)
            if address.startswith(f"{SITE}/"):
                address = "/" + address.removeprefix(f"{SITE}/")
            if urlsplit(address).scheme or address.startswith("#"):
                continue
            assert "?" not in address.partition("#")[0], (here, address)
            to = posixpath.normpath(posixpath.join("/" + posixpath.dirname(here), unquote(urlsplit(address).path)))
            assert (folder / to.lstrip("/")).is_file(), (here, address)
            links += 1
    assert links > 300
    for name in ("sitemap.xml", "feed.atom", "feed.json"):
        for address in re.findall(re.escape(SITE) + r"/([^\s\"<>#]*)", (folder / name).read_text()):
            assert (folder / (unescape(address) or "index.html")).is_file(), (name, address)


def test_pages_of_both_languages_say_what_the_server_says(site):
    """Text without tags: the same, but for the form that a file cannot answer."""
    out, folder = site
    whole = Rendering(Shelf.open(out), folder, SITE)

    def words(text):
        return re.sub(
            r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r'<form class="compare".*?</form>|<script.*?</script>', "", text, flags=re.DOTALL))
        )

    assert len(whole.named) > 15
    for page in whole.named[:: max(1, len(whole.named) // 8)]:
        for language in ("nl", "en"):
            served = whole._get(f"/{page}?lang={language}").decode()
            assert words((folder / place(page, language)).read_text()) == words(served), page
            assert f'<html lang="{language}">' in served


def test_nothing_under_embargo_is_in_any_file(site):
    for path in site[1].rglob("*"):
        assert "geheim" not in path.name
        if path.is_file() and path.suffix in (".html", ".json", ".xml", ".atom", ".ics", ".csv", ".txt"):
            assert b"geheime_tabel" not in path.read_bytes() and b"2025-geheim" not in path.read_bytes(), path


def test_the_viewer_finds_all_figures(site):
    """The files that it asks for in place of the API: list, metadata, history, and every figure of a table."""
    folder, publication = site[1], made.publication(n_regions=4)
    assert "<html data-static " in (folder / "index.html").read_text()
    listed = {t["id"]: t for t in json.loads((folder / "api/v1/tables.json").read_text())["tables"]}
    assert set(listed) == {"gemaakte_tabel", KERN.table} and "Coevorden" in listed[KERN.table]["words"]
    data = json.loads((folder / "api/v1/tables/gemaakte_tabel/data.json").read_text())
    assert len(data["values"]) == publication.n_observations and data[MEASURES] == [m.code for m in publication.measures]
    assert json.loads((folder / "api/v1/tables/gemaakte_tabel.json").read_text())["id"] == "gemaakte_tabel"
    for form in json.loads((folder / "api/v1/formats.json").read_text())["formats"]:
        assert (folder / f"download/gemaakte_tabel.{form['suffix'].lstrip('.')}").is_file()


def test_the_files_of_the_sets_are_the_bytes_that_were_published(site):
    out, folder = site
    for one in Shelf.open(out).sets().values():
        for name in one.listed:
            assert (folder / "files" / one.name / name).read_bytes() == (one.folder / name).read_bytes()


def test_a_folder_that_is_there_is_left_alone(site):
    out, folder = site
    before = (folder / "index.html").stat().st_mtime_ns
    done = CliRunner().invoke(celwacht, ["render", str(out), str(folder), "--url", SITE])
    assert done.exit_code == 1 and "Name a new folder" in done.output
    assert (folder / "index.html").stat().st_mtime_ns == before


def test_a_changed_file_stops_it_and_leaves_nothing(site, tmp_path):
    import shutil

    shutil.copytree(site[0], tmp_path / "out", symlinks=True)
    sets = [link for link in (tmp_path / "out").iterdir() if link.is_symlink()]  # of releases of before nothing is written
    changed = next(path for link in sorted(sets) for path in sorted(link.resolve().rglob("*.px")))
    changed.write_bytes(changed.read_bytes() + b" ")
    done = CliRunner().invoke(celwacht, ["render", str(tmp_path / "out"), str(tmp_path / "site"), "--url", SITE])
    assert done.exit_code == 1 and "not what was published" in done.output
    assert not (tmp_path / "site").exists() and not list(tmp_path.glob(".site*"))
