"""A disclosure policy as a value: when a cell is sensitive, what is printed, how wide an interval must stay.

The law of `table_specs/policies/*.yaml`. Every parameter is in it, and none of them reaches a Publication.

Theory. A cell with true value x is *printed* as `round_to(x, base)`, or as the symbol for "withheld". A reader who
sees a printed value p knows that x lies in the rounding interval of p; the symbol tells nothing, since secondary
cells carry the same one. A cell is *sensitive* when 1 <= x and its printed value would fall below `threshold`: with
base 1 and threshold 10 that is 1..9, with base 5 and threshold 10 it is 1..7 (StatLine's youth-care tables, in which
the smallest figure is 10 and everything below is `.`). A sensitive cell is *safe* when two worlds put it at least
`width` apart (sliding protection level, SPL). `rules` may make further cells sensitive, by who contributes to them
or what they tell of a group (rules_spec.py, sensitivity.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from celwacht.disclosure.policy.rounding_method import RoundingMethod, disagreements
from celwacht.disclosure.policy.rules_spec import RulesSpec, rules_of
from celwacht.disclosure.rules.rule import Rule
from celwacht.tables import home
from celwacht.tables.specs.schema import register
from celwacht.tables.yaml.model import FieldName, Strict, TableId, Text, Title
from celwacht.tables.yaml.read import read_yaml
from pydantic import Field, model_validator


def round_to(values: np.ndarray, base: int) -> np.ndarray:
    """Conventional rounding to the nearest multiple of `base`, halves up; int64 in, int64 out, values >= 0."""
    return (2 * values + base) // (2 * base) * base


class DisclosurePolicy(Strict):
    """One policy; see the module's text for what the fields mean together."""

    version: Literal[1]
    id: TableId = Field(description="Name of the policy; equal to the file's name.")
    title: Title
    description: Text
    threshold: Annotated[int, Field(ge=1, le=1000)] = Field(
        description="A cell whose printed value would be below this, but whose true value is not 0, is sensitive."
    )
    width: Annotated[int, Field(ge=1, le=1000)] = Field(
        description="Least distance between the highest and the lowest value that an intruder must hold possible for "
        "a sensitive cell (sliding protection level)."
    )
    rounding_base: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="Counts are rounded to multiples of this; 1: exact values."
    )
    zeros: Literal["published", "withheld"] = Field(
        default="published", description="Whether cells that are 0 (or round below the threshold to 0) are printed."
    )
    rounding: RoundingMethod | None = Field(
        default=None,
        description="Another way to round than conventionally to rounding_base. Its promise is another "
        "one too, with no proof yet, so that nothing is published under it; celwacht round "
        "has all methods.",
    )
    cost: Literal["value", "count"] = Field(
        default="value", description="What a secondary suppression costs: the value that is withheld, or one a cell."
    )
    keep: tuple[FieldName, ...] = Field(
        default=(),
        description="Levels of a dimension, most important first, such as land, provincie, gemeente: their totals over all other "
        "dimensions are headline figures, withheld last or never.",
    )
    holdings: bool = Field(
        default=False,
        description="Whether providers of one parent organisation count as one, for `rules` and for `insiders`; "
        "takes the list of parent organisations in the data folder.",
    )
    singletons: bool = Field(
        default=False,
        description="Whether cells are protected also against people who are alone in a combination of the finest classes, and know it.",
    )
    insiders: Annotated[int, Field(ge=0, le=5)] = Field(
        default=0,
        description="Against how many providers together, who know their own clients, cells are protected: 1 for each by itself, 0 for none.",
    )
    rules: RulesSpec | None = Field(default=None, description="Further rules that make a cell sensitive, with providers as contributors.")

    @model_validator(mode="after")
    def _parameters_agree(self) -> DisclosurePolicy:
        if self.threshold % self.rounding_base:
            raise ValueError(
                f"threshold {self.threshold} is not a multiple of rounding_base {self.rounding_base}, so that the "
                "smallest printed value would tell on which side of the threshold a cell lies; use "
                f"{-(-self.threshold // self.rounding_base) * self.rounding_base}"
            )
        if self.rounding_base > 1 and self.zeros == "published":
            raise ValueError(
                "zeros cannot be printed beside rounded counts: a printed 0 and a withheld cell would "
                "together tell which cells are 0; use zeros: withheld, or rounding_base: 1"
            )
        self._rounding_agrees()
        if self.protects_nothing:
            raise ValueError(
                f"threshold {self.threshold} with rounding_base {self.rounding_base} makes no count sensitive, and there are no rules beside "
                "it, so that this policy protects nobody: every table would be SAFE with everything printed. Raise threshold (10 is "
                "usual), or add rules"
            )
        if self.holdings and not self.insiders and not (self.rules and self.rules.needs_contributors):
            raise ValueError(
                "holdings: true changes nothing without a rule on contributors or insiders; add one under rules, "
                "such as min_contributors: {least: 3}, or insiders: 1, or leave holdings out"
            )
        return self

    def _rounding_agrees(self) -> None:
        """ValueError with every reason for which `rounding` does not go with the rest."""
        if self.rounding is None:
            return
        if self.rounding.method == "conventional":
            if self.rounding.base != self.rounding_base:
                raise ValueError(
                    f"rounding has base {self.rounding.base} and rounding_base is {self.rounding_base}; "
                    "leave rounding out, conventional is what rounding_base means"
                )
        elif self.rounding_base > 1:
            raise ValueError(f"figures cannot be rounded twice, by {self.rounding.method} and to rounding_base; leave rounding_base out")
        else:
            reasons = disagreements(self.rounding, self.threshold, self.width)
            if reasons:
                raise ValueError("; ".join(reasons))

    @property
    def protects_nothing(self) -> bool:
        """Whether no count whatever would be sensitive under it."""
        return not self._by_threshold and (self.rules is None or not self.rules.any)

    def protects_nothing_in(self, dimensions: tuple[str, ...]) -> bool:
        """The same for a table with dimensions of these names: a rule on groups says nothing where its dimensions are not."""
        return not self._by_threshold and not self.rules_for(dimensions)

    @property
    def _by_threshold(self) -> bool:
        """Whether the threshold makes any count sensitive."""
        values = np.arange(1, self.threshold + self.rounding_base + 1)
        return bool(np.any(round_to(values, self.rounding_base) < self.threshold))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What this policy promises that is less than it may seem, in sentences."""
        if self.width > 1 or not self._by_threshold:
            return ()
        return ("width 1 promises only that no sensitive count can be computed exactly: it may be narrowed to two values (5 is usual)",)

    @property
    def needs_contributors(self) -> bool:
        """Whether the rules ask which provider contributes how much."""
        return self.rules is not None and self.rules.needs_contributors

    def rules_for(self, dimensions: tuple[str, ...]) -> tuple[Rule, ...]:
        """The rules beside the threshold, for a table with dimensions of these names; each knows its place."""
        if self.rules is None:
            return ()
        return rules_of(self.rules, file=f"policies/{self.id}.yaml", width=self.width, dimensions=dimensions)

    def printed(self, values: np.ndarray) -> np.ndarray:
        """What would be printed for these counts, were they published. Shape as given, int64.

        ValueError under a rounding of another kind: no count is printed, or proved, by it yet.
        """
        if self.rounding is not None and self.rounding.method != "conventional":
            raise ValueError(
                f"policy {self.id} rounds by {self.rounding.method}, for which there is no proof: its "
                "promise is another one (disclosure/ROUNDING.md). Leave rounding out to publish under "
                "this policy, or round with celwacht round"
            )
        return round_to(values, self.rounding_base)

    def sensitive(self, values: np.ndarray) -> np.ndarray:
        """bool, shape as given: the cells that fail the threshold rule."""
        return (values > 0) & (self.printed(values) < self.threshold)

    def never_printed(self, values: np.ndarray) -> np.ndarray:
        """bool: cells that the policy withholds although they are not sensitive (zeros, under `zeros: withheld`)."""
        return (values == 0) & (self.zeros == "withheld")


def read_policy(name: str) -> DisclosurePolicy:
    """The policy of that name in table_specs/policies/.

    Returns a frozen DisclosurePolicy: `threshold`, `width` (whole counts), `rounding_base`, `zeros`, `cost`, `rules`. Raises
    ProblemsFound if it is not valid, or not there. Source: table_specs/README.md, and the theory at the head of this file.

    Example:
        read_policy("strict").threshold  # 10
    """
    return read_yaml(home.file("policies", f"{name}.yaml"), DisclosurePolicy)


register("policy", DisclosurePolicy)
