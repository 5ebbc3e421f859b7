"""Whatever is changed on one side of a published set, in the public folder or in the record, verify says so."""

import random
from collections import Counter

import pytest

from tests.examples import drawn
from tests.publish import tampered_sets


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tampered_sets.made(tmp_path_factory.mktemp("tampering"))


def fuzz(made, n, seed):
    draw, came = random.Random(seed), Counter()
    for _ in range(n):
        what, outcome = made.changed_once(draw)
        assert outcome != "MISSED", what
        came[outcome] += 1
    assert made.is_back() and made.problems() == []
    return came


def test_every_single_change_is_caught_or_harmless(made):
    """Some of the changes of a byte, a file, a link or a folder."""
    n = drawn(24, long=120)
    came = fuzz(made, n, 1)
    assert came["caught"] > n * 5 // 6 and came.total() == n


@pytest.mark.long
def test_ten_thousand_single_changes(made):
    """The same as `python -m benchmarks.tamper`, which can be stopped and goes on."""
    came = fuzz(made, 10_000, 2)
    print(dict(came))
    assert came["caught"] > 9_000
