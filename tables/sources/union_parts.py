"""The parts of a union: a register each, with the code under which its records count there, and other codes for some of them."""

from __future__ import annotations

from typing import Annotated

from celwacht.tables.yaml.model import Strict, TableId
from pydantic import ConfigDict, Field, StringConstraints

SourceCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z_]{1,10}$")]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Some(Strict):
    """Some records of a part, under a code of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: SourceCode = Field(description="Their code.")
    among: Expression = Field(description="A filter on the records of the register: which.")


class Part(Strict):
    """One register of a union."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: TableId = Field(description="The register.")
    code: SourceCode = Field(description="Its code in the field that tells the registers apart.")
    among: Expression | None = Field(default=None, description="A filter on its records; default: all.")
    some: tuple[Some, ...] = Field(default=(), description="Records with another code than that: each has the first that fits.")

    def pieces(self) -> tuple[tuple[tuple[str, ...], str | None], ...]:
        """(codes, filter on the records of the register): all of it first, None where that is no filter, then each code by itself.

        code A, some B among kind == '1': ((A, B), None), ((B,), (kind == '1')), ((A,), not (kind == '1'))
        """
        found: list[tuple[tuple[str, ...], str | None]] = [((self.code, *(one.code for one in self.some)), self.among)]
        before = [f"({self.among})"] if self.among else []
        for one in self.some:
            found.append(((one.code,), " and ".join([*before, f"({one.among})"])))
            before.append(f"not ({one.among})")
        return (*found, *([((self.code,), " and ".join(before))] if self.some else []))
