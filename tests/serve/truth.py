"""A Publication as plain figures: what every client must show, cell by cell."""

from decimal import Decimal
from itertools import product

from celwacht.publish.publication.publication import PRINTED, Publication

NAMES = ("None", "Confidential", "Impossible")
"""ValueAttribute by state."""


def figures(publication: Publication) -> dict[tuple[str, ...], tuple[tuple[str, Decimal | None], ...]]:
    """Codes of a cell -> per measure (ValueAttribute, figure or None); in the order of the cells."""
    columns = [
        [
            (NAMES[s], Decimal(v).scaleb(-m.decimals) if s == PRINTED else None)
            for v, s in zip(m.values.ravel().tolist(), m.state.ravel().tolist(), strict=True)
        ]
        for m in publication.measures
    ]
    places = product(*([c.code for c in d.codes] for d in publication.dimensions))
    return dict(zip(places, zip(*columns, strict=True), strict=True))


def only(table: dict, publication: Publication, **codes) -> dict:
    """The cells with one of these codes per dimension named."""
    names = [d.name for d in publication.dimensions]
    return {key: cell for key, cell in table.items() if all(key[names.index(n)] in wanted for n, wanted in codes.items())}


def titles(publication: Publication, name: str) -> dict[str, str]:
    """Dutch titles of the codes of a dimension."""
    [dimension] = [d for d in publication.dimensions if d.name == name]
    return {c.code: c.title.nl for c in dimension.codes}
