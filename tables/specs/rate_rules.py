"""Rules of a rate: its denominator is known by region, and must be that of the very people who are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celwacht.tables.specs.library import Listed
from celwacht.tables.yaml.document import Path

if TYPE_CHECKING:
    from celwacht.tables.specs.spec_rules import Rules

TRAITS = ("leeftijd", "geslacht", "huishouden", "herkomst")
"""Fields that divide the population itself, and not only those who have care."""


def rate_problems(rules: Rules, path: Path) -> None:
    """A rate needs a dimension of regions; that of an unreadable classification may be one."""
    lists = rules.library.classifications
    kinds = [lists.get(rules.text("dimensions", j, "classification") or "", Listed()).kind for j, _ in rules.items("dimensions")]
    if kinds and not any(kind in (None, "regio", "wijk") for kind in kinds):
        rules.say(
            (*path, "kind"),
            "rate-without-region",
            "a rate needs a dimension of regions, such as RegioS with classification regio: populations are known by region.",
        )
    for j, _ in rules.items("dimensions"):
        trait = rules.text("dimensions", j, "field") or lists.get(rules.text("dimensions", j, "classification") or "", Listed()).field
        if trait in TRAITS:
            rules.say(
                (*path, "kind"),
                "rate-population",
                f"dimension {rules.text('dimensions', j, 'name')} divides people by {trait}, and populations are known by region only: each "
                "class would be divided by all inhabitants. Leave out this rate, or the dimension.",
            )
