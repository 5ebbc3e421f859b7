"""What a policy's `rules:` may say, and the rules that it means: the law, as data, of the sensitivity rules in YAML.

    holdings: true
    rules:
      min_contributors: {least: 3}
      p_percent: [{p: 10}]
      group_disclosure: [{dimensions: [Hulpvorm], base: 20}]

Contributors are the providers. Formulas, levels and sources are in concentration.py and group_disclosure.py.
"""

from __future__ import annotations

from typing import Annotated

from celwacht.disclosure.rules.concentration import LEAST_K, Dominance, PPercent, PriorPosterior, Request
from celwacht.disclosure.rules.counting import MinimumContributors
from celwacht.disclosure.rules.group_disclosure import GroupDisclosure
from celwacht.disclosure.rules.rule import Rule, percent
from celwacht.tables.yaml.model import Name, Strict
from pydantic import Field, model_validator

WIDTH = "Least distance between the values that stay possible for such a cell; default: the policy's width."
COALITION = "How many of the other contributors may pool what they know."
Width = Annotated[int, Field(ge=1, le=1000)]
Coalition = Annotated[int, Field(ge=1, le=10)]


class _Percentages(Strict):
    """Percentages have at most two decimals, so that the rules stay exact."""

    @model_validator(mode="after")
    def _two_decimals(self):
        for field in ("p", "q", "k"):
            value = getattr(self, field, None)
            if value is not None:
                percent(value, 0, 1000)
        return self


class MinContributorsSpec(Strict):
    """Too few providers behind a cell."""

    least: Annotated[int, Field(ge=2, le=100)] = Field(
        description="A cell of fewer providers than this, and not none, is sensitive; 3 is usual."
    )
    width: Width | None = Field(default=None, description=WIDTH)


class DominanceSpec(_Percentages):
    """(n, k): the n largest providers together have more than k per cent of the cell."""

    n: Annotated[int, Field(ge=1, le=10)] = Field(description="How many of the largest providers are taken together.")
    k: Annotated[float, Field(ge=LEAST_K, lt=100)] = Field(description="Largest share that they may have, in per cent.")


class PPercentSpec(_Percentages):
    """p%: the other providers can tell the largest within p per cent."""

    p: Annotated[float, Field(gt=0, le=1000)] = Field(description="How close an estimate from above may not come, in per cent.")
    coalition: Coalition = Field(default=1, description=COALITION)


class PriorPosteriorSpec(_Percentages):
    """p-q: as p%, where everybody knew every contribution within q per cent beforehand."""

    p: Annotated[float, Field(gt=0, lt=100)] = Field(description="How close an estimate may not come, in per cent.")
    q: Annotated[float, Field(gt=0, le=100)] = Field(description="How close everybody came beforehand, in per cent; above p.")
    coalition: Coalition = Field(default=1, description=COALITION)

    @model_validator(mode="after")
    def _adds_to_what_was_known(self) -> PriorPosteriorSpec:
        if self.p >= self.q:
            raise ValueError(
                f"p {self.p:g} must be below q {self.q:g}: what is published adds to what was known; swap them, or use p_percent"
            )
        return self


class RequestSpec(_Percentages):
    """One rule with parameters of its own, for providers that asked for protection."""

    p: Annotated[float, Field(gt=0, le=1000)] | None = Field(default=None, description="For a p% rule: p, in per cent.")
    n: Annotated[int, Field(ge=1, le=10)] | None = Field(default=None, description="For an (n, k) rule: n, with the one that asked.")
    k: Annotated[float, Field(ge=LEAST_K, lt=100)] | None = Field(default=None, description="For an (n, k) rule: k, in per cent.")
    least: Annotated[int, Field(ge=2, le=100)] | None = Field(default=None, description="For a minimum number of providers.")

    @model_validator(mode="after")
    def _one_rule(self) -> RequestSpec:
        given = {f for f in ("p", "n", "k", "least") if getattr(self, f) is not None}
        if given not in ({"p"}, {"n", "k"}, {"least"}):
            raise ValueError("a request names one rule: p, or n and k, or least; give each rule an item of its own")
        return self


class GroupDisclosureSpec(Strict):
    """A cell that holds everybody, or nobody, of a small group on a sensitive dimension."""

    dimensions: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="The sensitive dimensions, by name; tables that have none of them are left as they are."
    )
    base: Annotated[int, Field(ge=2, le=1000)] = Field(description="Groups of fewer than this are small.")
    empty: bool = Field(default=False, description="Whether 0 per cent of a small group is sensitive as well as 100.")
    known: Annotated[int, Field(ge=0, le=10)] = Field(
        default=0, description="How many of the group may know of themselves and each other: all but so many counts as all."
    )
    width: Width | None = Field(default=None, description=WIDTH)


class RulesSpec(Strict):
    """Rules beside the threshold; a cell is sensitive if any of them, or the threshold, says so."""

    min_contributors: MinContributorsSpec | None = Field(default=None, description="Minimum number of different providers.")
    dominance: tuple[DominanceSpec, ...] = Field(default=(), description="(n, k) dominance rules.")
    p_percent: tuple[PPercentSpec, ...] = Field(default=(), description="p% rules.")
    prior_posterior: tuple[PriorPosteriorSpec, ...] = Field(default=(), description="p-q rules.")
    request: tuple[RequestSpec, ...] = Field(default=(), description="Rules for providers that asked for protection.")
    group_disclosure: tuple[GroupDisclosureSpec, ...] = Field(default=(), description="Group (attribute) disclosure.")

    @property
    def any(self) -> bool:
        """Whether there is a rule at all."""
        return self.needs_contributors or bool(self.group_disclosure)

    @property
    def needs_contributors(self) -> bool:
        """Whether it must be known which provider contributes how much."""
        return bool(self.min_contributors or self.dominance or self.p_percent or self.prior_posterior or self.request)


def rules_of(spec: RulesSpec, *, file: str, width: int, dimensions: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that `spec` means for a table with these dimensions, each with its place in `file`, in the order of
    RulesSpec."""

    def at(key: str, i: int | None = None) -> str:
        return f"{file}: rules.{key}" + ("" if i is None else f"[{i}]")

    found: list[Rule] = []
    if spec.min_contributors:
        own = spec.min_contributors
        found.append(MinimumContributors(own.least, own.width or width, place=at("min_contributors")))
    found += [Dominance(d.n, str(d.k), at("dominance", i)) for i, d in enumerate(spec.dominance)]
    found += [PPercent(str(s.p), s.coalition, at("p_percent", i)) for i, s in enumerate(spec.p_percent)]
    found += [PriorPosterior(str(s.p), str(s.q), s.coalition, at("prior_posterior", i)) for i, s in enumerate(spec.prior_posterior)]
    found += [Request(_asked(s, width, at("request", i)), at("request", i)) for i, s in enumerate(spec.request)]
    for i, g in enumerate(spec.group_disclosure):
        here = tuple(d for d in g.dimensions if d in dimensions)
        if here:
            found.append(GroupDisclosure(here, g.base, g.empty, g.known, g.width or width, place=at("group_disclosure", i)))
    return tuple(found)


def _asked(spec: RequestSpec, width: int, place: str) -> PPercent | Dominance | MinimumContributors:
    if spec.p is not None:
        return PPercent(str(spec.p), place=place)
    if spec.least is not None:
        return MinimumContributors(spec.least, width, place=place)
    return Dominance(spec.n, str(spec.k), place)
