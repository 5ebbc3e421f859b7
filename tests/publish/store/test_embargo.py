"""The moment of a release: what is written down comes out as a moment of Amsterdam, or is refused with its remedy."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from celwacht.publish.sets import make_set
from celwacht.publish.store import embargo, store
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.table_spec import ReleaseMoment
from hypothesis import given
from hypothesis import strategies as st

from tests.publish.sets.test_pipeline import SET, house, order  # noqa: F401 - a fixture
from tests.publish.store.test_store import Failing

WALLS = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)).map(lambda d: d.replace(microsecond=0))


def law(wall):
    """The definition: every moment of UTC at which Amsterdam shows this time (offsets there are +1 or +2 since 1946)."""
    found = (wall.replace(tzinfo=UTC) - timedelta(hours=h) for h in (1, 2))
    return [m for m in found if m.astimezone(embargo.ZONE).replace(tzinfo=None) == wall]


@given(WALLS)
def test_a_time_is_the_one_moment_that_shows_it(wall):
    """Read as the definition says: one moment, or a refusal where there is none or there are two."""
    moments = law(wall)
    if len(moments) == 1:
        assert embargo.read_moment(f"{wall:%Y-%m-%d %H:%M:%S}") == moments[0]
    else:
        with pytest.raises(ValueError, match="comes twice" if moments else "does not exist"):
            embargo.read_moment(f"{wall:%Y-%m-%d %H:%M:%S}")


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0)),
    st.sampled_from([0, 60, 120, -300, 345]),
)
def test_an_offset_settles_everything(moment, minutes):
    """With an offset every moment can be written, also within the hours of October, and comes back from the manifest."""
    there = moment.astimezone(timezone(timedelta(minutes=minutes)))
    found = embargo.read_moment(there.isoformat(sep=" "))
    assert found == moment and found.tzinfo is embargo.ZONE
    text = embargo.written(found)
    assert embargo.moment_of({embargo.KEY: text}) == moment and text[-6:] in ("+01:00", "+02:00")


@pytest.mark.parametrize(
    "text, says",
    [
        ("2025-03-30 02:30", "does not exist in Amsterdam: the clock goes forward over it; write 2025-03-30 03:30"),
        ("2025-10-26 02:30", r"write 2025-10-26 02:30\+02:00 \(summer time\) or 2025-10-26 02:30\+01:00"),
        ("30 april", "is not a moment; write it as 2025-04-30 02:00"),
        ("2025-04-30", "is not a moment"),
        ("2025-04-31 02:00", "day"),
        ("2025-04-30 24:00", "hour"),
        ("", "is not a moment"),
        ("2025-04-30 02:00 CET", "is not a moment"),
        ("２０２５-04-30 02:00", "is not a moment"),
        ("9999-12-31 23:59-23:00", "outside the calendar"),
    ],
)
def test_what_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        embargo.read_moment(text)


@pytest.mark.parametrize("value", ["2025-04-30T00:00:00", "soon", "", None, 20250430, ["2025-04-30T00:00:00+02:00"]])
def test_a_moment_that_is_none_never_opens(value):
    """A key without a moment in it is not `public at once`."""
    with pytest.raises(ValueError):
        embargo.moment_of({embargo.KEY: value})
    assert embargo.moment_of({}) is None


@pytest.mark.parametrize(
    "day_month, after, found",
    [
        ("30-04", date(2024, 12, 31), date(2025, 4, 30)),
        ("30-04", date(2025, 4, 30), date(2026, 4, 30)),
        ("31-12", date(2024, 12, 30), date(2024, 12, 31)),
        ("01-01", date(2024, 12, 31), date(2025, 1, 1)),
    ],
)
def test_first_such_day_after_the_last_period(day_month, after, found):
    assert embargo.next_day(day_month, after) == found


@pytest.mark.parametrize(
    "rule, changes, moment, modified",
    [
        (None, {}, "2025-04-30T00:00:00+02:00", "2025-04-30"),
        (ReleaseMoment(time="02:00"), {}, "2025-04-30T02:00:00+02:00", "2025-04-30"),
        (ReleaseMoment(day="15-01", time="06:30"), {}, "2025-01-15T06:30:00+01:00", "2025-01-15"),
        (ReleaseMoment(day="15-01", time="06:30"), {"modified": date(2025, 6, 1)}, "2025-06-01T06:30:00+02:00", "2025-06-01"),
        (ReleaseMoment(day="15-01"), {"embargo": embargo.read_moment("2025-10-26 02:30+01:00")}, "2025-10-26T02:30:00+01:00", "2025-10-26"),
        (
            None,
            {"modified": date(2025, 4, 1), "embargo": embargo.read_moment("2025-04-30 02:00")},
            "2025-04-30T02:00:00+02:00",
            "2025-04-01",
        ),
    ],
)
def test_moment_and_date_of_a_set(house, tmp_path, monkeypatch, rule, changes, moment, modified):  # noqa: F811
    """Ordered, or of the set, or the usual day; the tables are dated on that day, unless ordered otherwise."""
    monkeypatch.setattr(make_set, "read_set", lambda name: SET.model_copy(update={"release": rule}))
    outcome = make_set.publish(order(tmp_path, without=("tweede_tabel",), **changes))
    manifest = (outcome.release / "manifest.json").read_text()
    assert f'"release_moment": "{moment}"' in manifest and f'"modified": "{modified}"' in manifest
    assert embargo.written(outcome.moment) == moment


def test_a_set_whose_time_the_clock_skips(tmp_path):
    """The set is named, and the way around it."""
    wanted = SET.model_copy(update={"release": ReleaseMoment(day="30-03", time="02:30")})
    periods = [Period.parse("2024JJ00")]
    with pytest.raises(ProblemsFound, match="sets/april.yaml: 2025-03-30 02:30 does not exist .* or give --embargo"):
        make_set.moment_of(order(tmp_path), wanted, periods)
    fine = replace(order(tmp_path), embargo=embargo.at(date(2025, 4, 1)))
    assert make_set.moment_of(fine, wanted, periods) == embargo.at(date(2025, 4, 1))


def publish_set(out, content, moment, disk=None):
    """A set of one file through the real store."""
    disk = disk or store.Disk()
    with store.publishing(out, disk) as place:
        store.stage(place.table_folder("een"), iter([("x.txt", content)]), disk)
        place.seal({"set": "2024-april", embargo.KEY: moment})
        return place.commit("2024-april").name


PAST, FUTURE, LATER = "2020-01-01T00:00:00+01:00", "2099-01-01T00:00:00+01:00", "2099-06-01T00:00:00+02:00"


def test_what_is_replaced_before_anybody_saw_it_never_appears(tmp_path):
    """A wrong release under embargo, replaced by one that comes later: at the first moment the old figures still stand."""
    old, wrong, right = publish_set(tmp_path, b"old", PAST), publish_set(tmp_path, b"wrong", FUTURE), publish_set(tmp_path, b"right", LATER)
    assert store.seen_of(tmp_path, "2024-april") == [old, right]
    newer = publish_set(tmp_path, b"newer", PAST)
    assert store.seen_of(tmp_path, "2024-april") == [old, newer] and wrong not in (tmp_path / "history/2024-april").read_text().split()
    assert [publish_set(tmp_path, b"wrong", FUTURE), publish_set(tmp_path, b"wrong", FUTURE)] == [wrong, wrong]
    assert store.seen_of(tmp_path, "2024-april") == [old, newer, wrong]  # ordered again: that is what somebody wants


def test_a_failing_disk_never_brings_back_what_was_replaced(tmp_path):
    """The n-th change to the disk fails, for every n: what counts is the release before it or the new one, by the link."""
    counting = Failing()
    for moment, content in ((PAST, b"old"), (FUTURE, b"wrong")):
        publish_set(tmp_path / "count", content, moment)
    publish_set(tmp_path / "count", b"right", LATER, counting)
    for n in range(1, counting.calls + 1):
        out = tmp_path / str(n)
        old, wrong = publish_set(out, b"old", PAST), publish_set(out, b"wrong", FUTURE)
        with pytest.raises(OSError):
            publish_set(out, b"right", LATER, Failing(n))
        now = (out / "2024-april").resolve().name
        assert store.seen_of(out, "2024-april") == [old, now]
        right = publish_set(out, b"right", LATER)
        assert store.seen_of(out, "2024-april") == [old, right] and wrong != right
