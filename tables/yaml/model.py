"""The words of every model that a YAML file must fit: names, titles, texts, and how messages say what a pattern asks for."""

from __future__ import annotations

from typing import Annotated, Any

from celwacht.tables.face import face
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

TableId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{1,39}$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=8000)]

DAY_OF_YEAR = r"^((0[1-9]|1[0-9]|2[0-8])-(0[1-9]|1[0-2])|(29|30)-(0[13-9]|1[0-2])|31-(0[13578]|1[02]))$"

CODE = r"^[^\s\x00-\x1f]([^\x00-\x1f]{0,58}[^\s\x00-\x1f])?$"

DATE = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

MAIL = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"

CSV_NAME = r"^[a-z0-9][a-z0-9_]{0,59}\.csv$"

PART = r"^(JJ00|HJ0[12]|KW0[1-4]|(MM|SJ|BJ)(0[1-9]|1[0-2])|WE(0[1-9]|[1-4][0-9]|5[0-3]))$"
# How a message says what a pattern asks for. Every pattern in this file has its words; a test sees to it.
SHAPES = {
    r"^[a-z][a-z0-9_]{2,39}$": "a name in small letters, digits and _, of 3 to 40 characters, such as begun_by_reason",
    r"^[A-Z][A-Za-z0-9]{1,39}$": "a name that begins with a capital, in letters and digits, such as RegioS",
    r"^[a-z][a-z0-9_]{0,39}$": "a name in small letters, digits and _, such as reason",
    r"^[0-9]{5}(NED|ned)$": "a table number such as 84134NED",
    PART: "JJ00, HJ01, HJ02, KW01 to KW04, MM01 to MM12, WE01 to WE53, SJ08 or BJ04 (a school or financial year, and its first month)",
    DAY_OF_YEAR: "day and month, such as 30-04, on a day that every year has",
    CLOCK: "a time such as 02:00",
    DATE: "a day such as 2025-04-30",
    MAIL: "a mail address such as info@example.nl",
    r"^[0-9A-Z_]{1,10}$": "a code in capitals, digits and _, such as A027919",
    r"^[A-Z]{0,4}$": "up to four capitals, such as GM",
    r"^[A-Z_]{1,4}$": "one to four capitals, such as XX",
    CODE: "a code of at most 60 characters, without spaces around it",
    r"^((set|report|monitor) ([a-z0-9_]+|\*)|deliveries|requests|output checks|portal)$": "`set NAME`, `report NAME`, `monitor NAME` (or `*`), or one of: deliveries, requests, output checks, portal",
    CSV_NAME: "the name of a file in small letters, digits and _, such as gemeenten_2020.csv",
}


class Strict(BaseModel):
    """No unknown keys, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Spoken(Strict):
    """A text in the languages of the project: Dutch, with English beside it; English alone where the project speaks that only."""

    @model_validator(mode="before")
    @classmethod
    def _in_the_languages(cls, said: Any) -> Any:
        if not isinstance(said, dict) or not face().english:
            return said
        if not said.get("en") and not said.get("nl"):
            raise ValueError("en is missing: this project speaks English (languages in celwacht.toml). Write the text under en")
        return {**said, "nl": said["en"]} if said.get("en") else said


class Title(Spoken):
    """A short text in Dutch, and in English where there is one; in English alone in a project whose languages say so."""

    nl: Line = Field(description="Dutch, as readers of StatLine see it.")
    en: Line = Field(default="", description="English.", min_length=0)


class Text(Spoken):
    """A longer text in Dutch, and in English where there is one; in English alone in a project whose languages say so."""

    nl: Prose = Field(description="Dutch.")
    en: Annotated[str, StringConstraints(max_length=8000)] = Field(default="", description="English.")
