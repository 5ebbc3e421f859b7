"""What a classification file may say: codes, titles, hierarchy, and which value of a record belongs to which leaf.

A file of table_specs/classifications/ is one of five kinds. `codes` is a tree whose leaves list values of a field;
`ranges` a tree whose leaves are classes of a number; `regio` and `wijk` are made from table_specs/regions/;
`combinaties` names the ways in which a person can combine a few base values. What is not listed falls in the leaf
marked `unknown`; without such a leaf an unlisted value is an error in the data, found when the cube is built.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Literal

from celwacht.tables.problems import nearest, repeated
from celwacht.tables.regions.divisions import system
from celwacht.tables.yaml.model import FieldName, Strict, TableId, Text, Title
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

CodeText = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z_]{1,10}$")]
Value = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Node(Strict):
    """A code: with `children`, or a leaf with `values`, with bounds, or marked `unknown`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    code: CodeText = Field(description="Published code; those that begin with CW are the project's own.")
    title: Title
    level: FieldName = Field(description="Name of its level; a table may publish some levels only.")
    description: Text | None = None
    values: tuple[Value, ...] = Field(default=(), description="Leaf of kind codes: values of the field.")
    from_: int | None = Field(default=None, alias="from", description="Leaf of kind ranges: lowest number in it.")
    below: int | None = Field(default=None, description="Leaf of kind ranges: lowest number above it.")
    unknown: bool = Field(default=False, description="The leaf for whatever is in no other leaf.")
    gaps: bool = Field(
        default=False,
        description="Leaf marked unknown, of kind ranges: true for numbers that lie between two ranges as well; else they are a mistake.",
    )
    published: bool = Field(default=True, description="false: counts in the totals above it, but has no row of its own.")
    children: tuple[Node, ...] = ()

    @model_validator(mode="after")
    def one_way_to_be_filled(self) -> Node:
        bounded = self.from_ is not None or self.below is not None
        ways = [bool(self.children), bool(self.values), bounded, self.unknown]
        if sum(ways) != 1:
            raise ValueError(f"code {self.code} needs exactly one of: children, values, from/below, unknown: true")
        if self.gaps and not self.unknown:
            raise ValueError(f"code {self.code}: gaps: true is for the leaf marked unknown: true only")
        if not self.published and self.children:
            raise ValueError(f"code {self.code} has children; published: false is for leaves only")
        if self.from_ is not None and self.below is not None and self.from_ >= self.below:
            raise ValueError(f"code {self.code}: from ({self.from_}) must be less than below ({self.below})")
        return self

    def walk(self, parent: str = "") -> Iterator[tuple[Node, str]]:
        """This node and all below it with the code of their parent, parents first."""
        yield self, parent
        for child in self.children:
            yield from child.walk(self.code)


class Base(Strict):
    """A base value of which a person may have several."""

    name: CodeText
    values: Annotated[tuple[Value, ...], Field(min_length=1)]


class Combination(Strict):
    """A code of kind combinaties: persons who have all of `has` and none of `lacks`."""

    code: CodeText
    title: Title
    level: FieldName
    description: Text | None = None
    parent: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z_]{0,10}$")] = ""
    has: tuple[CodeText, ...] = ()
    lacks: tuple[CodeText, ...] = ()


class _Common(Strict):
    version: Literal[1]
    id: TableId = Field(description="Name of the classification; equal to the file's name.")
    title: Title
    field: FieldName = Field(description="Field of the records that it classifies, unless a table names another.")
    source: Text | None = Field(default=None, description="Where codes and titles come from.")


class TreeSpec(_Common):
    """A tree of codes over values (`codes`) or numbers (`ranges`)."""

    kind: Literal["codes", "ranges"]
    tree: Node

    @model_validator(mode="after")
    def leaves_are_apart(self) -> TreeSpec:
        nodes = [n for n, _ in self.tree.walk()]
        _unique([n.code for n in nodes], "code")
        _unique([v for n in nodes for v in n.values], "value")
        if sum(n.unknown for n in nodes) > 1:
            raise ValueError("at most one leaf can be marked unknown: true")
        wrong = [
            n.code
            for n in nodes
            if (n.values and self.kind == "ranges") or ((n.from_ is not None or n.below is not None) and self.kind == "codes")
        ]
        if wrong:
            raise ValueError(f"code {wrong[0]}: kind codes takes values, kind ranges takes from and below")
        if self.kind == "codes" and any(n.gaps for n in nodes):
            raise ValueError("gaps: true has a meaning in kind ranges only")
        bounded = sorted(
            (n for n in nodes if self.kind == "ranges" and not n.children and not n.unknown),
            key=lambda n: -(1 << 62) if n.from_ is None else n.from_,
        )
        for a, b in itertools.pairwise(bounded):
            if a.below is None or b.from_ is None or a.below > b.from_:
                raise ValueError(f"ranges of {a.code} and {b.code} overlap")
        return self

    def levels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(n.level for n, _ in self.tree.walk()))


class RegionSpec(_Common):
    """Regions from regions/: `regio` down to the smallest regions, `wijk` down to the districts below them."""

    kind: Literal["regio", "wijk"]
    regions: TableId | None = Field(default=None, description="The file of regions/ that names them; default: the only one.")
    country: Title | None = Field(default=None, description="Name of the whole; default: the title in regions/.")
    unknown: Title = Field(description="Title of the leaf for records without a region.")
    unknown_wijk: Title = Field(
        default=Title(nl="Wijk onbekend", en="Wijk unknown"), description="Kind wijk: title of the leaf in each gemeente."
    )
    region_field: FieldName | None = Field(
        default=None, description="Kind wijk: the field with the region, where the district is not known or not on the list."
    )

    def levels(self) -> tuple[str, ...]:
        return system(self.regions).levels(self.kind == "wijk")


class CombinationSpec(_Common):
    """Ways to combine base values; only for per_person: alle."""

    kind: Literal["combinaties"]
    base: Annotated[tuple[Base, ...], Field(min_length=1, max_length=8)]
    codes: Annotated[tuple[Combination, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def names_exist(self) -> CombinationSpec:
        names = [b.name for b in self.base]
        _unique(names, "base")
        _unique([c.code for c in self.codes], "code")
        _unique([v for b in self.base for v in b.values], "value")
        for c in self.codes:
            for name in (*c.has, *c.lacks):
                if name not in names:
                    raise ValueError(f"code {c.code}: '{name}' is not a base.{nearest(name, names)}")
            if set(c.has) & set(c.lacks) or set(c.lacks) == set(names):
                raise ValueError(f"code {c.code} can hold nobody: has and lacks contradict")
        return self

    def levels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(c.level for c in self.codes))


ClassificationSpec = Annotated[TreeSpec | RegionSpec | CombinationSpec, Field(discriminator="kind")]
CLASSIFICATION = TypeAdapter(ClassificationSpec)
"""Validates any kind of classification file."""


def _unique(names: list[str], what: str) -> None:
    twice = repeated(names)
    if twice:
        raise ValueError(f"{what} '{twice[0]}' occurs twice")
