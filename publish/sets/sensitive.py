"""Which cells of a standard table a policy finds sensitive: by its threshold, and by its rules on providers and
groups; and what providers know of it, in atoms and in cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.providers import contributions_of, held_cells, insiders_of_cube
from celwacht.disclosure.policy.sensitivity import Sensitivity, sensitive_cells
from celwacht.publish.sets.providers import providers_of
from celwacht.tables.counting.contributors import Contributors, build_contributors
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec


def sensitivities(
    spec: TableSpec,
    policy: DisclosurePolicy,
    cubes: Sequence[Cube],
    periods: Sequence[Period],
    data: Path,
    connection: Microdata | None = None,
) -> list[Sensitivity]:
    """One for each of the cubes that `build_cube` made of the same table and periods, narrowed to a province or not.

    ProblemsFound where the data folder lacks what the policy asks for.
    """
    if not policy.needs_contributors:
        return [sensitive_cells(cube, policy) for cube in cubes]
    providers = providers_of(data, policy)
    found = build_contributors(spec, periods, data, connection=connection)
    return [sensitive_cells(cube, policy, contributions_of(c, cube, policy, providers)) for cube, c in zip(cubes, found, strict=True)]


def insiders(
    spec: TableSpec,
    policy: DisclosurePolicy,
    cubes: Sequence[Cube],
    periods: Sequence[Period],
    data: Path,
    connection: Microdata | None = None,
) -> list[Insiders]:
    """For each of the cubes which provider has how many of its units; cubes as above, under a policy that protects against insiders."""
    found = _as_they_know(spec, policy, periods, data, connection)
    return [insiders_of_cube(c, cube, policy) for cube, c in zip(cubes, found, strict=True)]


def clients(
    spec: TableSpec,
    policy: DisclosurePolicy,
    cubes: Sequence[Cube],
    periods: Sequence[Period],
    data: Path,
    connection: Microdata | None = None,
) -> list[dict[str, tuple[np.ndarray, np.ndarray]]]:
    """For each of the cubes, as above: provider -> (its cells, flat, how many of each it knows to be its own clients). Confidential."""
    found = _as_they_know(spec, policy, periods, data, connection)
    return [held_cells(c, cube) for cube, c in zip(cubes, found, strict=True)]


def _as_they_know(
    spec: TableSpec, policy: DisclosurePolicy, periods: Sequence[Period], data: Path, connection: Microdata | None
) -> list[Contributors]:
    """Who has which units, for each cube, as providers know it: under a policy with holdings, all of a holding as one."""
    parents = providers_of(data, policy).parent if policy.holdings else {}
    return build_contributors(spec, periods, data, connection=connection, known=parents)
