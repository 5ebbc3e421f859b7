"""Embargo, over a real server: before its moment a release cannot be distinguished from one that was never made; at its moment it is there.

The judge is another server over a folder in which the release was never made: every answer must be the same to the byte, but for
the date. A table under embargo is held against a table that does not exist, by names of the same length.
"""

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest
from celwacht.publish.store import embargo, store

from tests.publish import small
from tests.serve import live, made, probes, truth

SECRET, NONE = "geheime_tabel", "gehaime_tabel"
WORD, NO_WORD = "Onthulling", "Onthullinq"
DAY = 86_400.0


@dataclass
class Clock:
    """The clocks of the staged servers; see staged_serve."""

    path: Path
    wall: float = 0.0
    up: float = 0.0

    def __post_init__(self):
        self.set(0.0, 0.0)

    def set(self, wall, up):
        self.wall, self.up = wall, up
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{wall} {up}")
        fresh.rename(self.path)

    def pass_by(self, seconds):
        self.set(self.wall + seconds, self.up + seconds)


def made_up(name="gemaakte_tabel", **others):
    """A small table."""
    return made.publication(name, n_regions=8, **others)


def public_sets(out):
    live.publish(out, small.published(), made_up())


def secret_sets(out, moment):
    """A newer release of a public table, and a new table, both under embargo; and a whole set that is."""
    revised = made_up(seed=7, title=f"Herzien {WORD}")
    new = made_up(SECRET, seed=8, title=f"{WORD} van nieuwe cijfers")
    about = {embargo.KEY: embargo.written(moment)}
    return [
        live.publish(out, small.published(), revised, new, **about).name,
        live.publish(out, made_up(SECRET, seed=9, title=f"{WORD}, oktober"), name="2024-october", **about).name,
    ]


@contextmanager
def staged(out, clock):
    with live.serving(out, module="tests.serve.staged_serve", url=f"http://{probes.HOST}", STAGED_CLOCK=str(clock.path)) as server:
        yield server


@dataclass(frozen=True)
class Pair:
    """A server over sets of which some are under embargo until `moment`, and one over a folder without those."""

    out: Path
    clock: Clock
    moment: datetime
    releases: list[str]
    guarded: live.Live
    bare: live.Live


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """The clocks stand a day before the moment."""
    folder = tmp_path_factory.mktemp("embargo")
    with_it, without = folder / "with", folder / "without"
    for out in (with_it, without):
        public_sets(out)
    moment = datetime.now(embargo.ZONE) + timedelta(days=1)
    releases = secret_sets(with_it, moment)
    clock = Clock(folder / "clock")
    with staged(with_it, clock) as guarded, staged(without, clock) as bare:
        yield Pair(with_it, clock, moment, releases, guarded, bare)


def differences(pair, requests):
    """The requests whose answers differ between the two servers."""
    return [
        request
        for request in requests
        if probes.seen(probes.ask(pair.guarded, *request), pair.guarded) != probes.seen(probes.ask(pair.bare, *request), pair.bare)
    ]


def every_request(table):
    """Every address about a table, plainly; a choice of them with every method and every header."""
    addresses = list(probes.about(table))
    yield from ((a, "GET", None) for a in addresses)
    for address in addresses[::7]:
        yield from ((address, method, None) for method in probes.METHODS)
        yield from ((address, "GET", headers) for headers in probes.CONDITIONS)
        yield from ((address, "HEAD", headers) for headers in probes.CONDITIONS[1:4])


@pytest.mark.long
def test_no_answer_tells_of_it(pair):
    """All lists and all that they link to; all addresses of the new table, of the revised one, and of the releases themselves."""
    walk, other = probes.Walk(pair.guarded, 300).run(), probes.Walk(pair.bare, 300).run()
    assert walk.keys() == other.keys() and len(walk) > 100
    assert [a for a in walk if walk[a] != other[a]] == []
    assert not [a for a, (_, headers, body) in walk.items() if WORD.encode() in body or SECRET.encode() in body or WORD in str(headers)]
    assert differences(pair, every_request(SECRET)) == []
    assert differences(pair, every_request("gemaakte_tabel")) == []
    assert (
        differences(
            pair,
            (
                (a, "GET", None)
                for release in pair.releases
                for a in (
                    f"/releases/{release}/manifest.json",
                    f"/releases/{release}",
                    f"/api/v1/releases/{release}",
                    f"/{release}",
                    f"/releases/{release}/{SECRET}/publication.json",
                )
            ),
        )
        == []
    )


def test_under_embargo_is_like_unknown(pair):
    """One and the same server: a table under embargo and one that does not exist, answer for answer, byte for byte."""
    for address, method, headers in every_request(SECRET):
        other = address.replace(SECRET, NONE).replace(SECRET.upper(), NONE.upper())
        hidden = probes.seen(probes.ask(pair.guarded, address, method, headers), pair.guarded)
        absent = probes.seen(probes.ask(pair.guarded, other, method, headers), pair.guarded)
        assert _renamed(hidden) == _renamed(absent), (method, address, headers)
        assert hidden[0] in (200, 204, 400, 404, 405, 406) or headers, (method, address, hidden[0])


def _renamed(told):
    status, headers, body = told
    names = ((SECRET, NONE), (SECRET.upper(), NONE.upper()))
    for name, other in names:
        body = body.replace(name.encode(), other.encode())
        headers = tuple((k, v.replace(name, other)) for k, v in headers)
    # An ETag may be a hash of the answer, which holds the name that was asked for; ETags are held against the other server.
    return status, tuple((k, v) for k, v in headers if k != "etag"), body


def test_what_knows_the_version_learns_nothing(pair):
    """Whoever guesses the ETag to come, gets no 304 before its time."""
    from celwacht.publish.store.shelf import Shelf

    later = Shelf.open(pair.out, lambda: pair.moment + timedelta(seconds=1)).tables()
    for table in (SECRET, "gemaakte_tabel"):
        version = later[table].version
        for tag in (f'"{version}"', f'W/"{version}"', version, f'"{version}", "x"'):
            assert (
                differences(pair, ((a, m, {"If-None-Match": tag}) for a in list(probes.about(table))[::5] for m in ("GET", "HEAD"))) == []
            )


def test_search_does_not_find_it(pair):
    """A word of its title is found no more than a word that is nowhere."""
    for address in (
        "/api/v1/tables?q={}",
        "/odata/v1/Datasets?$filter=contains(Title,'{}')",
        "/ODataCatalog/Tables?$format=json&$filter=substringof('{}',Title)",
    ):
        found, none = (probes.ask(pair.guarded, address.format(w)) for w in (WORD, NO_WORD))
        assert found.status == none.status == 200
        assert found.body.replace(WORD.encode(), NO_WORD.encode()) == none.body
    assert differences(pair, [(f"/api/v1/tables?q={WORD[:n]}", "GET", None) for n in range(1, 11)]) == []


def test_nothing_outlives_the_embargo_in_a_cache(pair):
    """No answer that will change at the moment may be kept by anybody without asking again."""
    for address in (*probes.about(SECRET), *probes.about("gemaakte_tabel"), *probes.lists()):
        answer = probes.ask(pair.guarded, address)
        kept = answer.header("cache-control")
        assert "no-cache" in kept or "no-store" in kept or "max-age=0" in kept, (address, answer.status, kept)
        assert not answer.header("expires")


def test_it_takes_no_longer(pair):
    """The time of an answer about a hidden table is that of one about a table that does not exist."""
    for address in ("/odata/v1/Celwacht/{}/Observations", "/ODataFeed/odata/{}/TypedDataSet", "/api/v1/tables/{}", "/CSV/Celwacht/nl/{}"):
        spent = {SECRET: [], NONE: []}
        for _ in range(40):
            for table, times in spent.items():
                times.append(probes.ask(pair.guarded, address.format(table)).seconds)
        slow, fast = sorted(median(times) for times in spent.values())[::-1]
        assert slow < 2 * fast, (address, slow, fast)


def figures_of(server, table, measure=0):
    """Codes of a cell -> figure, from v4."""
    rows, address = [], f"/odata/v1/Celwacht/{table}/Observations"
    while address:
        answer = server.ask(address)
        assert answer.status == 200, (address, answer.status)
        page = json.loads(answer.body, parse_float=Decimal)
        rows += page["value"]
        address = page.get("@odata.nextLink", "").removeprefix(server.url)
    names = [k for k in rows[0] if k not in ("Id", "Measure", "ValueAttribute", "Value", "StringValue")]
    return {tuple(r[n] for n in names): r["Value"] for r in rows if r["Measure"] == f"M00000{measure + 1}"}


def expected(publication):
    return {key: cell[0][1] for key, cell in truth.figures(publication).items()}


@pytest.mark.long
def test_time_goes_by(tmp_path):
    """Clocks set forward open nothing; at the moment everything opens, without a restart; clocks set back close nothing.

    Until the moment the revised table shows its old figures, from then on its new ones.
    """
    out, clock = tmp_path / "out", Clock(tmp_path / "clock")
    public_sets(out)
    moment = datetime.now(embargo.ZONE) + timedelta(days=1)
    secret_sets(out, moment)
    old, new = made_up(), made_up(seed=7)
    with staged(out, clock) as server:
        before = dict(list(probes.Walk(server, 200).run().items())[::3])
        before = {a: told for a, told in before.items() if not a.startswith("/kalender")}  # tells by the clock what is still to come
        for wall, up in ((2 * DAY, 0.0), (-5 * DAY, 0.0), (1.5 * DAY, 0.5 * DAY), (0.99 * DAY, 0.99 * DAY)):
            clock.set(wall, up)
            assert probes.ask(server, f"/api/v1/tables/{SECRET}").status == 404, (wall, up)
            assert [a for a, told in before.items() if probes.seen(probes.ask(server, a), server) != told] == [], (wall, up)
        assert figures_of(server, "gemaakte_tabel") == expected(old)
        clock.set(DAY + 5, DAY + 5)
        assert figures_of(server, "gemaakte_tabel") == expected(new)
        assert figures_of(server, SECRET) == expected(made_up(SECRET, seed=9))
        assert differences_of_fresh(server, out, clock) == []
        clock.set(-2 * DAY, DAY + 10)
        assert figures_of(server, "gemaakte_tabel") == expected(new)
        assert probes.ask(server, f"/ODataFeed/odata/{SECRET}").status == 200


def differences_of_fresh(server, out, clock):
    """The answers of a running server that differ from those of one that was started now."""
    with staged(out, clock) as fresh:
        walk, other = probes.Walk(server, 150).run(), probes.Walk(fresh, 150).run()
        assert walk.keys() == other.keys() and any(SECRET in a for a in walk)
        return [a for a in walk if walk[a] != other[a]]


def test_the_real_clock_opens_it(tmp_path):
    """`celwacht serve` as it is installed: closed, and some seconds later open, in every protocol at once."""
    out = tmp_path / "out"
    public_sets(out)
    with live.serving(out, url=f"http://{probes.HOST}") as server:
        moment = datetime.now(embargo.ZONE) + timedelta(seconds=6)
        secret_sets(out, moment)  # published while the server runs
        time.sleep(1.2)
        addresses = (f"/odata/v1/Celwacht/{SECRET}", f"/ODataFeed/odata/{SECRET}", f"/api/v1/tables/{SECRET}", f"/CSV/Celwacht/nl/{SECRET}")
        told, listed = {server.ask(a).status for a in addresses}, server.ask("/api/v1/tables").body
        assert datetime.now(embargo.ZONE) < moment, "this machine is too slow to ask before the moment: give it more seconds"
        assert told == {404} and WORD.encode() not in listed
        time.sleep((moment - datetime.now(embargo.ZONE)).total_seconds() + 1)
        assert {server.ask(a).status for a in addresses} == {200}
        assert WORD.encode() in server.ask("/api/v1/tables").body


def test_replaced_before_its_moment(tmp_path):
    """A wrong set under embargo is replaced by one of a later moment: at the first moment nothing appears, at the second the right one."""
    out, clock = tmp_path / "out", Clock(tmp_path / "clock")
    public_sets(out)
    now = datetime.now(embargo.ZONE)
    for seed, days in ((66, 1), (7, 2)):
        live.publish(out, small.published(), made_up(seed=seed), **{embargo.KEY: embargo.written(now + timedelta(days=days))})
    assert len(store.seen_of(out, "2024-april")) == 2
    with staged(out, clock) as server:
        for passed, seed in ((0.5, 1), (1.5, 1), (2.5, 7)):
            clock.set(passed * DAY, passed * DAY)
            assert figures_of(server, "gemaakte_tabel") == expected(made_up(seed=seed)), passed
        assert len(json.loads(server.ask("/api/v1/tables/gemaakte_tabel/history").body)["releases"]) == 2
