"""Pools of columns: what a pool answers is a change of all columns, and none that the equations forbid."""

import numpy as np
from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.search.relations import column_pools
from celwacht.disclosure.search.relations.column_pools import ColumnPool
from celwacht.disclosure.search.relations.model import moves_of
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube


def test_a_pool_answers_in_all_columns(monkeypatch):
    """Of 12 x 12 cells only few closed columns are in the pool; a change within it moves the target, keeps every sum, and has a place
    for every column."""
    monkeypatch.setattr(column_pools, "SMALL", 30)
    rows, columns = (from_tree(name, {"T": [f"{name}{i}" for i in range(12)]}, "T") for name in "RK")
    counts = np.arange(3, 147, dtype=np.int64).reshape(12, 12)
    moves = moves_of(problem_of_cube(Cube("t", (rows, columns), counts), read_policy("strict")), b"")
    rng = np.random.default_rng(3)
    pool = ColumnPool(moves, rng)
    opened = np.zeros(moves.n, bool)
    opened[moves.target] = True
    answers = 0
    for _ in range(20):
        pool.renew(opened, np.zeros(moves.n))
        for target in moves.target.tolist():
            change = pool.cheapest(target, True, 2.0, moves.price)
            if change is None:
                continue
            answers += 1
            assert change.shape == (moves.n,) and change[target] == 2.0
            sums = np.add.reduceat(moves.coefficient * change[moves.column], moves.first[:-1])
            assert np.allclose(sums, 0) and np.count_nonzero(change) < moves.n
    assert answers
