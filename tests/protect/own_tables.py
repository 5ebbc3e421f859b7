"""Small tables of somebody's own: files as outsiders write them, and the command as they run it."""

import csv
import json
import os
from itertools import product

from celwacht.publish import cli
from celwacht.publish.terminal import console
from hypothesis import strategies as st

TREES = {
    "dims": ["region", "sex"],
    "trees": {"region": {"NL": ["01", "02"], "01": ["0101", "0102"], "02": ["0201", "0202"]}, "sex": {"T": ["M", "F"]}},
    "root": {"region": "NL", "sex": "T"},
}
ROWS = [
    ("0101", "M", 3),
    ("0101", "F", 14),
    ("0102", "M", 21),
    ("0102", "F", 6),
    ("0201", "M", 12),
    ("0201", "F", 30),
    ("0202", "M", 8),
    ("0202", "F", 17),
]
TEXT = "region,sex,freq\n" + "".join(f"{r},{s},{n}\n" for r, s, n in ROWS)


def celwacht(*args):
    """Runs the command in this process; returns the exit status."""
    mask, words = os.umask(0), [str(a) for a in args]
    try:
        return console.run(lambda: cli.celwacht.main(args=words, prog_name="celwacht", standalone_mode=False))
    finally:
        os.umask(mask)


def written(folder, counts=TEXT, trees=TREES):
    """(COUNTS.csv, TREES.json) in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "counts.csv").write_bytes(counts if isinstance(counts, bytes) else counts.encode())
    (folder / "trees.json").write_text(trees if isinstance(trees, str) else json.dumps(trees))
    return folder / "counts.csv", folder / "trees.json"


def leaves_under(tree, code):
    """Leaves of a code, by walking down."""
    parts = tree.get(code, [])
    return [leaf for part in parts for leaf in leaves_under(tree, part)] if parts else [code]


def codes_of(tree, root):
    return [root] + [c for part in tree.get(root, []) for c in codes_of(tree, part)]


def table_of(rows, trees):
    """{codes: (value, frozenset of leaf combinations)} of every cell, computed the slow way."""
    count = {}
    for *codes, n in rows:
        count[tuple(codes)] = count.get(tuple(codes), 0) + n
    cells = {}
    for codes in product(*(codes_of(trees["trees"][d], trees["root"][d]) for d in trees["dims"])):
        under = [leaves_under(trees["trees"][d], c) for d, c in zip(trees["dims"], codes)]
        atoms = frozenset(product(*under))
        cells[codes] = (sum(count.get(a, 0) for a in atoms), atoms)
    return cells


def read_pattern(path):
    """(names of the columns, {codes: row}) of a pattern.csv."""
    with open(path, encoding="utf-8", newline="") as file:
        assert file.readline().startswith("# CONFIDENTIAL")
        rows = list(csv.DictReader(file))
    dims = [c for c in rows[0] if c not in ("value", "status", "printed")]
    found = {tuple(r[d] for d in dims): r for r in rows}
    assert len(found) == len(rows), "a cell stands in two rows"
    return list(rows[0]), found


SHAPES = [
    {"a": {"A": ["a1", "a2", "a3"]}, "b": {"B": ["b1", "b2", "b3"]}},
    {"a": {"A": ["a1", "a2"], "a1": ["a11", "a12"]}, "b": {"B": ["b1", "b2"]}},
    {"a": {"A": ["a1", "a2"], "a1": ["a11", "a12"], "a2": ["a21"]}, "b": {"B": ["b1", "b2", "b3"]}},
    {"a": {"A": ["a1", "a2"]}, "b": {"B": ["b1", "b2"]}, "c": {"C": ["c1", "c2"]}},
    {"a": {"A": ["a1", "a2", "a3", "a4"]}},
]


@st.composite
def own_tables(draw, most=5):
    """(rows, trees) of a small table: rows in any order, some combinations twice, some not at all."""
    trees = draw(st.sampled_from(SHAPES))
    dims = list(trees)
    trees = {"dims": dims, "trees": trees, "root": {d: d.upper() for d in dims}}
    atoms = list(product(*(leaves_under(trees["trees"][d], trees["root"][d]) for d in dims)))
    rows = draw(st.lists(st.tuples(st.sampled_from(atoms), st.integers(0, most)), min_size=1, max_size=2 * len(atoms)))
    return [(*codes, n) for codes, n in rows], trees
