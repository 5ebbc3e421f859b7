"""The figures of a Publication as text, for every writer here: rendered once per distinct figure, then only placed.

Order throughout: cells in the order of the codes (Perioden last), the measures of a cell beside each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product

import numpy as np
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication.publication import Publication, PublicMeasure

Render = Callable[[int, int], str]
"""render(state, value): the text of one figure."""
BLOCK = 8_192
"""Lines that are held at a time: about a megabyte."""


def figure_texts(publication: Publication, renderer: Callable[[PublicMeasure, str], Render]) -> np.ndarray:
    """object (*shape, n_measures): the text of every figure.

    renderer(measure, status of the period) gives the Render for the figures of one measure in periods of one status.
    """
    made = np.empty((*publication.shape, len(publication.measures)), dtype=object)
    statuses = np.array([c.status for c in publication.periods.codes])
    for status in dict.fromkeys(statuses.tolist()):
        chosen = np.flatnonzero(statuses == status)
        for n, measure in enumerate(publication.measures):
            values, state = measure.values[..., chosen], measure.state[..., chosen]
            flat = np.empty(values.size, dtype=object)
            flat[:] = odata_sets.rendered(values, state, renderer(measure, status))
            made[..., chosen, n] = flat.reshape(values.shape)
    return made


def rows(publication: Publication, heads: Sequence[Sequence[str]], texts: np.ndarray) -> Iterator[str]:
    """One text per observation: the head of each of its codes, then its figure.

    heads: per dimension the text of each code. texts: from `figure_texts`.
    """
    width = len(publication.measures)
    flat = iter(texts.reshape(-1).tolist())
    for head in map("".join, product(*heads)):
        for text in islice(flat, width):
            yield head + text


def table_rows(publication: Publication, texts: np.ndarray, down: Sequence[int], across: Sequence[int]) -> list[list[str]]:
    """The texts as a table: rows run over the axes `down`, columns over the axes `across` and then the measures."""
    shape = publication.shape
    n_rows = int(np.prod([shape[i] for i in down], dtype=np.int64))
    return np.transpose(texts, (*down, *across, texts.ndim - 1)).reshape(n_rows, -1).tolist()


def blocks(lines: Iterable[str], size: int = BLOCK) -> Iterator[bytes]:
    """Lines joined and encoded, so many at a time: whoever streams holds one block only."""
    lines = iter(lines)
    while block := "".join(islice(lines, size)):
        yield block.encode()
