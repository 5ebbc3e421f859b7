"""Calendar, news, feeds, data, explanation: what they say is public or announced, and a set under embargo is in none of it."""

import json
import re
import shutil
import warnings
from datetime import datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from celwacht.publish.serve.pages import feeds, news, pages, report_routes, site_routes
from celwacht.publish.store.shelf import Shelf
from celwacht.tables import home
from celwacht.tables.indicators import site_spec
from celwacht.tables.problems import ProblemsFound

from tests.serve import live, made

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from starlette.applications import Starlette

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2025, 5, 10, 12, tzinfo=ZONE)
EMBARGO = "2025-10-31T00:00:00+01:00"
ADDRESSES = ("kalender", "kalender.ics", "nieuws", "feed.atom", "feed.json", "feed/gemaakte_tabel.atom", "data", "uitleg", "sitemap.xml")
SITE = "https://cijfers.example.nl"
ERRATUM = """version: 1
id: leeftijden
kind: erratum
day: "2025-05-09"
title: {nl: "Leeftijden verwisseld <b>", en: "Ages swapped"}
text: {nl: "In de tabel stonden twee leeftijden verwisseld.", en: "Two ages were swapped in the table."}
tables: [gemaakte_tabel, niet_openbaar]
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """(with a set and a newer release under embargo, the same without them)"""
    both = tmp_path_factory.mktemp("both") / "with", tmp_path_factory.mktemp("without")
    live.publish(both[1], made.publication(n_regions=8), name="2024-october", modified="2024-10-31")
    live.publish(both[1], made.publication(n_regions=8, seed=2), name="2024-april", modified="2025-04-30")
    shutil.copytree(both[1], both[0], symlinks=True)
    live.publish(both[0], made.publication("geheime_tabel", n_regions=8), name="2025-geheim", modified="2025-10-31", release_moment=EMBARGO)
    live.publish(both[0], made.publication(n_regions=8, seed=3), name="2024-april", modified="2025-10-31", release_moment=EMBARGO)
    return both


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """Specifications with an erratum that was told, and news that is for later."""
    specs = tmp_path_factory.mktemp("specs")
    (specs / "messages").mkdir()
    (specs / "messages" / "leeftijden.yaml").write_text(ERRATUM)
    later = ERRATUM.replace("leeftijden\n", "straks\n").replace("erratum", "news").replace("05-09", "05-11").replace("verwisseld", "GEHEIM")
    (specs / "messages" / "straks.yaml").write_text(later)
    return specs


def client(folder, now=NOW):
    shown = pages.Pages(Shelf.open(folder, lambda: now), SITE)
    own = site_routes.SitePages(shown)
    return TestClient(
        Starlette(routes=[*pages.routes(shown), *report_routes.routes(report_routes.ReportPages(shown)), *site_routes.routes(shown, own)]),
        headers={"accept-encoding": "identity"},
    )


@pytest.fixture(scope="module")
def asked(folders, messages):
    """Every address of both folders, with messages."""
    with home.using(messages):
        return [{a: client(folder).get(f"/{a}") for a in ADDRESSES} for folder in folders]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_set_under_embargo_changes_no_byte(asked, address):
    with_secret, without = asked[0][address], asked[1][address]
    assert without.status_code == 200
    assert with_secret.content == without.content and with_secret.headers["etag"] == without.headers["etag"]
    assert not re.search(rb"geheime_tabel|2025-geheim|GEHEIM", with_secret.content)


def test_the_set_is_there_at_its_moment(folders):
    """The test above can fail: at the moment itself the same addresses tell of it."""
    late = client(folders[0], datetime(2025, 10, 31, tzinfo=ZONE))
    assert "2025-geheim" in late.get("/nieuws").text and "2025-geheim" in late.get("/kalender").text
    assert late.get("/feed/geheime_tabel.atom").status_code == 200
    assert client(folders[0]).get("/feed/geheime_tabel.atom").status_code == 404
    assert "Opnieuw gepubliceerd" in late.get("/nieuws").text


def test_news_tells_what_a_release_changed(asked, folders):
    """Counted here anew, from the two Publications."""
    old, new = made.publication(n_regions=8), made.publication(n_regions=8, seed=2)
    revised = sum(int(((a.state == 0) & (b.state == 0) & (a.values != b.values)).sum()) for a, b in zip(old.measures, new.measures))
    assert old.measures[0].state.min() == 0 and revised > 50
    assert f"{revised:,} cijfers herzien".replace(",", ".") in asked[0]["nieuws"].text


def test_messages_come_on_their_day_and_name_public_tables_only(asked, folders, messages):
    text = asked[0]["nieuws"].text
    assert "Leeftijden verwisseld &lt;b&gt;" in text and "Erratum" in text and "GEHEIM" not in text and "niet_openbaar" not in text
    with home.using(messages):
        assert "GEHEIM" in client(folders[0], NOW + timedelta(days=2)).get("/nieuws").text


def test_errata_stand_at_what_they_are_about(folders, messages):
    """At the table that is named, from its day on; at no other, and not before."""
    with home.using(messages):
        text = client(folders[0]).get("/tabel/gemaakte_tabel").text
        early = client(folders[0], NOW - timedelta(days=2))
        assert "Leeftijden verwisseld &lt;b&gt;" in text and "9 mei 2025" in text
        assert "verwisseld" not in early.get("/tabel/gemaakte_tabel").text
        assert early.get("/tabel/gemaakte_tabel").headers["etag"] != client(folders[0]).get("/tabel/gemaakte_tabel").headers["etag"]
    assert "verwisseld" not in client(folders[0]).get("/tabel/gemaakte_tabel").text


def test_feeds_are_well_formed_and_newest_first(asked):
    space = {"a": "http://www.w3.org/2005/Atom"}
    root = ElementTree.fromstring(asked[0]["feed.atom"].content)
    moments = [e.text for e in root.findall("a:entry/a:updated", space)]
    assert moments == sorted(moments, reverse=True) and len(moments) == 3 and root.find("a:updated", space).text == moments[0]
    ids = [e.text for e in root.findall("a:entry/a:id", space)]
    assert len(set(ids)) == 3
    links = [e.get("href") for e in root.findall("a:entry/a:link", space)]
    named = set(re.findall(r'<section class="entry" id="([^"]+)"', asked[0]["nieuws"].text))
    assert {link.partition("#")[2] for link in links} == named and all(link.startswith(f"{SITE}/nieuws#") for link in links)
    feed = json.loads(asked[0]["feed.json"].content)
    assert [i["id"] for i in feed["items"]] == ids and feed["version"] == "https://jsonfeed.org/version/1.1"


def test_the_calendar_is_what_the_sets_of_the_package_do():
    """Each announced set of the demo appears on the day on which `celwacht publish` lets it appear."""
    from celwacht.publish.sets.make_set import Order, modified_of, moment_of, periods_of
    from celwacht.tables.specs.read_spec import read_set

    told = news.coming(site_spec.site(), datetime(2026, 1, 1, 12, tzinfo=ZONE))
    assert {c.set_name for c in told} == {"april", "october", *(f"kwartaal_{n}" for n in range(1, 5))}
    for one in told:
        wanted = read_set(home.file("sets", f"{one.set_name}.yaml"))
        moments = set()
        for year in (2024, 2025, 2026):
            periods = list(periods_of(wanted, year))
            day = modified_of(periods)
            order = Order.__new__(Order)
            object.__setattr__(order, "embargo", None), object.__setattr__(order, "modified", None)
            object.__setattr__(order, "set_name", one.set_name)
            moments.add(moment_of(order, wanted, periods))
            assert day is not None
        assert one.moment in moments, one


def test_ical_has_every_announced_moment_in_folded_lines(asked):
    text = asked[0]["kalender.ics"].content
    assert all(len(line) <= 75 for line in text.split(b"\r\n")) and text.endswith(b"END:VCALENDAR\r\n")
    unfolded = text.decode().replace("\r\n ", "")
    starts = re.findall(r"DTSTART:(\d{8}T\d{6}Z)", unfolded)
    assert "20251030T230000Z" in starts and starts == sorted(starts)  # midnight of 31 October, Amsterdam, winter time
    assert r"SUMMARY:Jeugdreclassering\, 2e kwartaal" in unfolded
    assert feeds._folded("SUMMARY:" + "é" * 60).encode().replace(b"\r\n ", b"").decode() == "SUMMARY:" + "é" * 60 + "\r\n"


def test_data_lists_every_file_of_a_public_table(asked, folders):
    text = asked[0]["data"].text
    shelf = Shelf.open(folders[1], lambda: NOW)
    for one in shelf.sets().values():
        for name in one.listed:
            if name.count("/") == 1 and not name.startswith("catalog"):
                assert f'href="files/{one.name}/{name}"' in text, name


def test_explanation_has_every_symbol_and_the_statement(asked):
    text = asked[0]["uitleg"].text
    for word in ("nader voorlopige cijfers", "WCAG 2.2", "Voorlopige cijfers", "info@celwacht.example", "onvoldoende betrouwbaar"):
        assert word in text


def test_security_txt_until_it_expires(folders):
    text = client(folders[1]).get("/.well-known/security.txt").text
    assert text.startswith("Contact: mailto:") and f"Canonical: {SITE}/.well-known/security.txt" in text
    expires = re.search(r"Expires: (\S+)", text)[1]
    assert datetime.fromisoformat(expires.replace("Z", "+00:00")) > NOW
    assert client(folders[1], datetime(2027, 12, 1, tzinfo=ZONE)).get("/.well-known/security.txt").status_code == 404


def test_pages_of_both_languages_without_anything_to_tell(tmp_path):
    """A folder without a set: every page is there, and says so."""
    (tmp_path / "releases").mkdir()
    empty = client(tmp_path)
    for address in ("kalender", "nieuws", "data", "uitleg"):
        for language in ("nl", "en"):
            answer = empty.get(f"/{address}?lang={language}")
            assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("2025-05-09", "2025-02-30"), "no day of the calendar"),
        (("id: leeftijden", "id: anders"), "Write id: leeftijden"),
        (("kind: erratum", "kind: gossip"), "kind"),
        (("2025-05-09", "morgen"), "a day such as 2025-04-30"),
    ],
)
def test_wrong_messages_are_told(tmp_path, change, said):
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "leeftijden.yaml").write_text(ERRATUM.replace(*change))
    with home.using(tmp_path), pytest.raises(ProblemsFound) as found:
        site_spec.messages()
    assert said in str(found.value)
