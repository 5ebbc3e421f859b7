"""A publisher who lives on: records come, go and change, sets of tables are released one after the other, and an intruder who keeps
every release narrows no cell that was called proved."""

import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.sets.set_checker import check_set
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.disclosure.cubes import policy
from tests.disclosure.oracle import TooLarge
from tests.disclosure.set_registers import Table, everybody
from tests.disclosure.set_releases import COURSES, VARIABLES, narrow, records, released, turned, types_of

ALL = [
    Table("in_crisis", "instroom", ("crisis",)),
    Table("uit", "uitstroom", ("crisis",)),
    Table("gebruik", "gebruik", ("geslacht",)),
    Table("stand", "stand", ("crisis",)),
]
MOST_RELEASES = 3
STEPS, CELLS = 500, 10
"""Of the intruder, for one value of one cell: what takes more is not judged; and of the cells of a release so many are asked about."""
RULES = [policy(threshold=4, width=2), policy(threshold=10, width=4, base=5, zeros="withheld")]
EVERYBODY = [its[0] for its in everybody(VARIABLES, COURSES, 1)]


class Publisher(RuleBasedStateMachine):
    """people: for each the record of now (None: not there any more) and what it was in every release so far."""

    @initialize(
        its=st.lists(records, min_size=6, max_size=20),
        tables=st.lists(st.sampled_from(ALL), min_size=1, max_size=2, unique=True),
        how=st.sampled_from(RULES),
    )
    def begin(self, its, tables, how):
        self.people = [(r, []) for r in its]
        self.tables, self.how, self.releases = tables, how, []

    @rule(record=records)
    def comes(self, record):
        self.people.append((record, [None] * len(self.releases)))

    @rule(which=st.integers(0, 99))
    def goes(self, which):
        k = which % len(self.people)
        self.people[k] = (None, self.people[k][1])

    @rule(which=st.integers(0, 99))
    def changes(self, which):
        k = which % len(self.people)
        now, old = self.people[k]
        self.people[k] = (now and turned(now), old)

    @precondition(lambda self: len(self.releases) < MOST_RELEASES)
    @rule()
    def release(self):
        counts, found = released(self.tables, [[r] if r else [] for r, _ in self.people], self.how, self.releases)
        judged = check_set(found.cubes, found.types, found.worlds)
        assert judged.verdict is not Verdict.UNSAFE, judged.reason
        self.people = [(r, [*old, r]) for r, old in self.people]
        self.releases.append((counts, found))
        self.attacked(counts, found, judged)

    def attacked(self, counts, found, judged):
        """The intruder knows which kinds of history there are: in which releases somebody was, and in which with another answer."""
        kinds = {_kind(old) for _, old in self.people} | {(0,) * len(self.releases)}
        domain = [_history(kind, r) for kind in sorted(kinds, key=str) for r in EVERYBODY if any(k is not None for k in kind)]
        domain = list(dict.fromkeys(domain))
        truth = [0] * len(domain)
        for _, old in self.people:
            if any(old):
                truth[domain.index(tuple(old))] += 1
        histories = [[[r] if r else [] for r in history] for history in domain]
        try:
            assert narrow(counts, found.cubes, judged.unproved, types_of(counts, histories), truth, self.how, STEPS, CELLS) == set()
        except TooLarge:
            pass


def _kind(history):
    """For each release None, 0 (as first) or 1 (the other answer)."""
    first = next((r for r in history if r), None)
    return tuple(None if r is None else int(r != first) for r in history)


def _history(kind, record):
    return tuple(None if k is None else (turned(record) if k else record) for k in kind)


LIGHT = settings(max_examples=12, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck))


def test_no_release_narrows_what_was_proved():
    run_state_machine_as_test(Publisher, settings=LIGHT)


@pytest.mark.long
def test_no_release_narrows_what_was_proved_at_length():
    run_state_machine_as_test(Publisher, settings=settings(LIGHT, max_examples=100, stateful_step_count=10))
