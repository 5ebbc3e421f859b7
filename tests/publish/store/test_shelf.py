"""The shelf shows what is public at a moment: nothing of a release before its moment, all of it from then on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from celwacht.publish.publication import selection
from celwacht.publish.sets import make_table
from celwacht.publish.store import shelf, store

from tests.publish import small

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def publish(out, publication, name="2024-april", **about):
    """A set of one table through the real store."""
    disk = store.Disk()
    with store.publishing(out, disk) as place:
        make_table.write(publication, place.table_folder(publication.table), disk)
        place.seal({"set": name, "title": "Cijfers", "modified": "2025-04-30", "tables": [{"id": publication.table, "title": ""}], **about})
        return place.commit(name)


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now


def opened(out, clock=None):
    return shelf.Shelf.open(out, clock or Clock())


@pytest.fixture(autouse=True)
def look_each_time(monkeypatch):
    monkeypatch.setattr(shelf, "LOOK_AGAIN", -1.0)


def periods(publication):
    return [c.code for c in publication.periods.codes]


def part(*codes, seed=1):
    return selection.selection(small.published(part=small.protected(small.atoms(seed))), {"Perioden": codes})


def test_an_embargoed_release_is_absent_until_its_moment(tmp_path):
    """One instant before: nothing. At the instant: everything; without opening the shelf anew."""
    moment = datetime(2025, 6, 1, 14, 0, tzinfo=shelf.ZONE)  # noon in UTC
    publish(tmp_path, part("2024HJ01"), release_moment=moment.isoformat())
    clock = Clock(NOON - timedelta(microseconds=1))
    found = opened(tmp_path, clock)
    assert dict(found.tables()) == {}
    clock.now = NOON
    assert list(found.tables()) == ["kleine_tabel"]
    assert found.tables()["kleine_tabel"].releases[0].moment == moment


def test_before_the_moment_the_release_before_it_counts(tmp_path):
    publish(tmp_path, part("2024HJ01"), release_moment="2025-05-01T00:00:00+02:00")
    later = publish(tmp_path, part("2024HJ01", "2024HJ02", seed=2), release_moment="2025-06-02T00:00:00+02:00")
    clock = Clock()
    found = opened(tmp_path, clock)
    before = found.tables()["kleine_tabel"]
    assert periods(before.publication) == ["2024HJ01"] and before.whole
    assert later.name not in {r.release for r in before.releases}
    clock.now = NOON + timedelta(days=1)
    after = found.tables()["kleine_tabel"]
    assert periods(after.publication) == ["2024HJ01", "2024HJ02"] and not after.whole
    assert after.version != before.version and after.releases[0].release == later.name
    new, first = after.changes()
    assert first is None and new["periods"] == 1 and new["revised"] > 0


def test_sets_of_one_table_are_joined(tmp_path):
    """October's half-year and April's: a table with both, and of the shared one the newer figures."""
    publish(tmp_path, part("2024HJ01"), "2024-october", modified="2024-10-31")
    april = part("2024HJ01", "2024JJ00", seed=3)
    publish(tmp_path, april)
    whole = opened(tmp_path).tables()["kleine_tabel"].publication
    assert periods(whole) == ["2024HJ01", "2024JJ00"]
    assert (whole.measures[0].values == april.measures[0].values).all()


@pytest.mark.long
def test_without_a_moment_the_day_of_the_set_counts(tmp_path):
    publish(tmp_path, part("2024HJ01"), modified="2025-06-02")
    clock = Clock(datetime(2025, 6, 1, 21, 59, 59, tzinfo=UTC))
    found = opened(tmp_path, clock)
    assert not found.tables()
    clock.now = datetime(2025, 6, 1, 22, tzinfo=UTC)  # midnight in Amsterdam, in summer
    assert found.tables()


def test_a_set_published_meanwhile_appears(tmp_path):
    tmp_path.mkdir(exist_ok=True)
    found = opened(tmp_path)
    assert not found.tables()
    publish(tmp_path, part("2024HJ01"))
    first = found.tables()["kleine_tabel"]
    assert found.tables()["kleine_tabel"] is first
    publish(tmp_path, part("2024HJ01", seed=2))
    assert found.tables()["kleine_tabel"].version != first.version
    (tmp_path / "2024-april").unlink()  # withdrawn
    assert not found.tables()


def test_a_withdrawn_table_is_served_no_more(tmp_path):
    """A release of the set without the table takes the figures of its earlier releases away; another set keeps its own, and a table
    that returns begins anew."""
    other = {**small.SPEC.model_dump(exclude_unset=True), "id": "andere_tabel"}
    beside = replace(part("2024HJ01"), table=other["id"])
    publish(tmp_path, part("2024HJ01"), "2023-october", release_moment="2025-04-01T00:00:00+02:00")
    publish(tmp_path, part("2024HJ02", seed=2), release_moment="2025-05-01T00:00:00+02:00")
    clock, found = Clock(), opened(tmp_path)
    assert periods(found.tables()["kleine_tabel"].publication) == ["2024HJ01", "2024HJ02"]
    publish(tmp_path, beside, release_moment="2025-06-02T00:00:00+02:00")  # april without it, from tomorrow on
    found = opened(tmp_path, clock)
    assert periods(found.tables()["kleine_tabel"].publication) == ["2024HJ01", "2024HJ02"]
    clock.now += timedelta(days=2)
    assert sorted(found.tables()) == ["andere_tabel", "kleine_tabel"]
    assert periods(found.tables()["kleine_tabel"].publication) == ["2024HJ01"]
    publish(tmp_path, replace(beside, table="derde_tabel"), "2023-october", release_moment="2025-06-02T00:00:00+02:00")
    assert sorted(opened(tmp_path, clock).tables()) == ["andere_tabel", "derde_tabel"]
    back = publish(tmp_path, part("2024HJ02", seed=3), release_moment="2025-06-02T00:00:00+02:00")
    assert [r.release for r in opened(tmp_path, clock).tables()["kleine_tabel"].releases] == [back.name]


def test_a_changed_manifest_is_passed_over(tmp_path, caplog):
    """Its hash is its name: nobody moves an embargo by editing."""
    release = publish(tmp_path, part("2024HJ01"), release_moment="2099-01-01T00:00:00+01:00")
    path = release / store.MANIFEST
    path.write_text(path.read_text().replace("2099", "2009"))
    assert not opened(tmp_path).tables()
    assert release.name in caplog.text


@pytest.mark.long
def test_what_a_killed_run_remembered_is_not_shown(tmp_path):
    """The history counts up to what the link points to."""
    old = publish(tmp_path, part("2024HJ01"))
    history = tmp_path / store.HISTORY / "2024-april"
    history.write_text(history.read_text() + "0" * 20 + "\n")
    assert store.seen_of(tmp_path, "2024-april") == [old.name]
    new = publish(tmp_path, part("2024HJ01", seed=2))
    assert store.seen_of(tmp_path, "2024-april") == [old.name, new.name]
    publish(tmp_path, part("2024HJ01"))
    assert store.seen_of(tmp_path, "2024-april") == [old.name, new.name, old.name]
    assert [r.release for r in opened(tmp_path).tables()["kleine_tabel"].releases] == [old.name, new.name]


class Machine:
    """A wall clock and an uptime that a test can set."""

    def __init__(self, monkeypatch):
        self.wall, self.up = NOON, 1000.0
        machine = self

        class Wall(datetime):
            @classmethod
            def now(cls, zone=None):
                return machine.wall

        monkeypatch.setattr(shelf, "datetime", Wall)
        monkeypatch.setattr(shelf.PublicClock, "_up", staticmethod(lambda: machine.up))

    def pass_(self, seconds, wall=None):
        self.up += seconds
        self.wall += timedelta(seconds=seconds if wall is None else wall)


def test_a_clock_set_back_stands_still_and_goes_on(monkeypatch):
    machine = Machine(monkeypatch)
    clock = shelf.PublicClock()
    machine.pass_(60)
    assert clock() == NOON + timedelta(seconds=60)
    machine.pass_(1, wall=-3600)
    assert clock() == NOON + timedelta(seconds=60)
    machine.pass_(7200)
    assert clock() == NOON + timedelta(seconds=60 + 3600)


def test_a_clock_set_forward_opens_nothing_early(monkeypatch):
    machine = Machine(monkeypatch)
    clock = shelf.PublicClock()
    machine.pass_(10, wall=86_400)
    assert clock() <= NOON + timedelta(seconds=12)
    machine.pass_(0, wall=-86_390)
    assert NOON + timedelta(seconds=10) <= clock() <= NOON + timedelta(seconds=12)
