"""Made-up providers: hundreds for jeugdhulp, of very different size; a wijkteam per gemeente; a few institutions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import Days
from celwacht.tables.demo.country.draw import Floats, Ints, pick
from celwacht.tables.demo.country.places import Places

WIJKTEAM = 0
FIRST_NUMBER = {"wijkteam": 30_000_000, "aanbieder": 40_000_000, "instelling": 50_000_000}
PER_COUNTRY = 10_000
"""Numbers of providers of a kind, of one of several countries."""
REGISTER = "60000001"
"""The number under which the extract of the population register is delivered."""
OFFERS = np.array([0.0, 0.86, 0.22, 0.62, 0.07, 0.16, 0.03, 0.20])
"""Part of the providers that offers each form of help."""


@dataclass(frozen=True, slots=True)
class Providers:
    """Providers in the order wijkteams (one per gemeente), jeugdhulp providers, institutions."""

    number: np.ndarray
    """dtype S8."""
    kind: np.ndarray
    name: np.ndarray
    gemeente: Ints
    """Gemeente of a wijkteam; -1 for the others."""
    weight: Floats
    """How much of the help in each jeugdregio (rows) goes to each provider (columns)."""
    offers: np.ndarray
    """Whether a provider (rows) offers a form (columns)."""
    municipality_only: Floats
    """Part of the records without a postal code, per provider."""

    def __repr__(self) -> str:
        return f"Providers({len(self.number)})"

    def of_kind(self, kind: str) -> Ints:
        return np.flatnonzero(self.kind == kind)


def make_providers(rng: np.random.Generator, places: Places, country: int = 0) -> Providers:
    """Providers for these places; sizes fall off as one over their rank, and most work in one or two regions. country: which of several
    countries they are of, each with numbers of its own."""
    teams, institutions = len(places.gemeenten), max(3, round(chosen.INSTITUTIONS * min(1.0, 3 * places.share)))
    helpers = max(60, round(chosen.PROVIDERS * places.share))
    kind = np.array(["wijkteam"] * teams + ["aanbieder"] * helpers + ["instelling"] * institutions)
    number = np.concatenate(
        [
            FIRST_NUMBER[one] + PER_COUNTRY * country + 1 + np.arange(count)
            for one, count in (("wijkteam", teams), ("aanbieder", helpers), ("instelling", institutions))
        ]
    )
    demo = f"(demo {country + 1})" if country else "(demo)"
    name = np.array(
        [f"Wijkteam {one} {demo}" for one in places.names]
        + [f"Jeugdhulp {one:03d} {demo}" for one in range(1, helpers + 1)]
        + [f"Gecertificeerde instelling {one:02d} {demo}" for one in range(1, institutions + 1)]
    )
    total = teams + helpers + institutions
    weight, offers = np.zeros((len(places.regions), total)), np.zeros((total, len(chosen.FORMS)), dtype=bool)
    weight[:, teams : teams + helpers] = _helper_weights(rng, places, helpers)
    weight[:, teams + helpers :] = _institution_weights(rng, places, institutions)
    offers[teams : teams + helpers] = rng.random((helpers, len(chosen.FORMS))) < OFFERS
    offers[teams : teams + min(chosen.NATIONAL_PROVIDERS, helpers // 3), 1:] = True
    none = ~offers[teams : teams + helpers].any(axis=1)
    offers[teams : teams + helpers, 1] |= none
    return Providers(
        number.astype("S8"),
        kind,
        name,
        np.r_[np.arange(teams), np.full(total - teams, -1)],
        weight,
        offers,
        rng.beta(*chosen.MUNICIPALITY_ONLY, total),
    )


def _helper_weights(rng: np.random.Generator, places: Places, count: int) -> Floats:
    """The first few work everywhere, each other one in a home region and at times in a second."""
    size = 1.0 / (np.arange(count) + count / 80 + 2.0) ** 1.35
    young = np.bincount(places.region[places.gemeente], weights=places.young, minlength=len(places.regions))
    national = min(chosen.NATIONAL_PROVIDERS, count // 3)
    weight = np.zeros((len(places.regions), count))
    weight[:, :national] = size[:national] * young[:, None] / young.sum() * 0.6
    home, second = pick(rng, young, count), pick(rng, young, count)
    own = np.arange(national, count)
    weight[second[own], own] += np.where(rng.random(len(own)) < 0.35, 0.3, 0.0) * size[own]
    weight[home[own], own] += size[own]
    return weight


def _institution_weights(rng: np.random.Generator, places: Places, count: int) -> Floats:
    """Three institutions work in the whole country, each other one in some regions; every region has one of those."""
    weight = np.zeros((len(places.regions), count))
    weight[:, :3] = (0.22, 0.10, 0.04)
    if count > 3:
        weight[np.arange(len(places.regions)), 3 + rng.permutation(len(places.regions)) % (count - 3)] = 0.64
    return weight


def assign_help(
    rng: np.random.Generator, providers: Providers, places: Places, gemeente: Ints, person: Ints, form: Ints, begin: Days, end: Days
) -> Ints:
    """A provider for each trajectory of youth assistance: the wijkteam of the gemeente, or one that works in its region.

    Two trajectories of one person with the same form that overlap have different providers: one provider would
    deliver them as one.
    """
    chosen_one = gemeente.copy()
    rows = np.flatnonzero(form != WIJKTEAM)
    chosen_one[rows] = _by_region(rng, providers, places.region[gemeente[rows]], form[rows])
    for round_ in range(12):
        rows = _overlapping(chosen_one, person, form, begin, end)
        rows = rows[form[rows] != WIJKTEAM]
        if not len(rows):
            break
        spread = round_ >= 3
        chosen_one[rows] = _by_region(rng, providers, places.region[gemeente[rows]], form[rows], spread)
    return chosen_one


def _by_region(rng: np.random.Generator, providers: Providers, region: Ints, form: Ints, spread: bool = False) -> Ints:
    """Draws by region and form; with `spread` everybody in the country with that form is as likely."""
    found, group = np.empty(len(region), dtype=np.int64), region * len(chosen.FORMS) + form
    order = np.argsort(group, kind="stable")
    kinds, first = np.unique(group[order], return_index=True)
    for kind, rows in zip(kinds, np.split(order, first[1:]), strict=True):
        where, what = divmod(int(kind), len(chosen.FORMS))
        weight = (1.0 if spread else providers.weight[where]) * providers.offers[:, what]
        found[rows] = pick(rng, weight, len(rows))
    return found


def _overlapping(provider: Ints, person: Ints, form: Ints, begin: Days, end: Days) -> Ints:
    """Rows that begin while an earlier one of the same person, form and provider runs."""
    order = np.lexsort((begin, provider, form, person))
    same = np.ones(max(0, len(order) - 1), dtype=bool)
    for key in (person, form, provider):
        same &= key[order[1:]] == key[order[:-1]]
    return order[1:][same & (begin[order[1:]] <= end[order[:-1]])]


def assign_measures(rng: np.random.Generator, providers: Providers, region: Ints, person: Ints) -> Ints:
    """An institution per person, so that all measures of one person lie with one institution."""
    institutions = providers.of_kind("instelling")
    who, back = np.unique(person, return_inverse=True)
    first = np.unique(back, return_index=True)[1]
    found = np.empty(len(who), dtype=np.int64)
    for where in np.unique(region[first]):
        mine = np.flatnonzero(region[first] == where)
        found[mine] = institutions[pick(rng, providers.weight[where, institutions], len(mine))]
    return found[back]
