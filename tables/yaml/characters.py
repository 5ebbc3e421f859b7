"""The characters that a YAML file of ours may hold: UTF-8, NFC, no tabs, nothing invisible or turning.

What a reviewer sees must be what the machine reads. So characters that hide, reverse or merely look alike are
refused before YAML is parsed; names (keys) are ASCII, so that a Cyrillic `a` cannot pass for a Latin one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from celwacht.tables.problems import Problem

MAX_BYTES = 256 * 1024
_SHOWN = 60

# Bidirectional controls can make a line read otherwise than it is; zero-width characters make two names look equal.
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
_LINE_ENDS = "\u0085\u2028\u2029"
_SUSPECT = re.compile(
    f"[\x00-\x09\x0b-\x1f\x7f-\x9f{_TURNING}{_INVISIBLE}{_LINE_ENDS}\ud800-\udfff\ufff9-\uffff]"
    "|[\ue000-\uf8ff\ufdd0-\ufdef]|[\U000e0000-\U000e0fff]|[\U000f0000-\U0010ffff]"
)


@dataclass
class Found:
    """Collects the problems of one file; kinds in `_BUNDLED` are told once, with the number of further places."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    _more: dict[str, int] = field(default_factory=dict)

    _BUNDLED = frozenset(
        {"tab", "control-character", "turning-character", "invisible-character", "not-nfc", "anchor", "alias", "tag", "non-ascii-name"}
    )

    def add(self, rule: str, line: int, column: int, message: str) -> None:
        if rule in self._BUNDLED:
            self._more[rule] = self._more.get(rule, -1) + 1
            if self._more[rule]:
                return
        self.problems.append(Problem(self.file, line, column, rule, message))

    def all(self) -> list[Problem]:
        """The problems in order of place."""
        told = []
        for p in self.problems:
            more = self._more.get(p.rule, 0)
            suffix = f" (And in {more} more place{'s' if more > 1 else ''}.)" if more else ""
            told.append(Problem(p.file, p.line, p.column, p.rule, p.message + suffix))
        return sorted(told)


def character(c: str) -> str:
    """A character by number and name, such as `U+0430 (CYRILLIC SMALL LETTER A)`; never the character itself."""
    name = unicodedata.name(c, "")
    return f"U+{ord(c):04X}" + (f" ({name})" if name else "")


def shown(text: str) -> str:
    """A piece of a file as a message may show it: on one line, at most 60 characters, nothing unprintable."""
    one_line = " ".join(text.split())
    safe = "".join(c if c.isprintable() and not _SUSPECT.match(c) else f"\\u{{{ord(c):x}}}" for c in one_line)
    return safe if len(safe) <= _SHOWN else safe[: _SHOWN - 3] + "..."


def decode(raw: bytes, found: Found) -> str | None:
    """The text of a file, or None (with the reason in `found`) if it is too large or not UTF-8. A BOM is dropped."""
    if len(raw) > MAX_BYTES:
        found.add("too-large", 0, 0, "the file is larger than 256 KB. Split it: one file is one table.")
        return None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found.add("encoding", 0, 0, "the file is UTF-16; expected UTF-8. Save it again as UTF-8.")
        return None
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").removeprefix("\ufeff")
        line, column = place(before, len(before))
        found.add("encoding", line, column, f"byte 0x{raw[error.start]:02X} is not UTF-8. Save the file again as UTF-8 (not Windows-1252).")
        return None


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a position in a text whose lines end in LF."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def clean(text: str, found: Found) -> str:
    """Reports every character that is refused, and gives the text, of the same length, with something harmless instead.

    CR LF counts as one line end, and becomes LF. A tab becomes a space; any other an underscore, so that what follows
    it is not taken for the beginning of something.
    """
    text = text.replace("\r\n", "\n")
    for match in _SUSPECT.finditer(text):
        found.add(_rule(match[0]), *place(text, match.start()), _complaint(match[0]))
    for number, line in enumerate(text.split("\n"), start=1):
        composed = unicodedata.normalize("NFC", line)
        if composed != line:
            at = next((i for i, (a, b) in enumerate(zip(line, composed)) if a != b), len(composed))
            found.add(
                "not-nfc",
                number,
                at + 1,
                "the text is not in normal form C: a letter and its accent are two characters here. "
                "Type the accented letter anew, or save the file as NFC.",
            )
    return _SUSPECT.sub(lambda match: " " if match[0] == "\t" else "_", text)


def suspects(value: str) -> list[tuple[str, str]]:
    """(rule, message) for refused characters that came into a value by an escape such as `\\u202e`."""
    return [(_rule(c), _complaint(c)) for c in dict.fromkeys(_SUSPECT.findall(value))]


def tainted(piece: str) -> bool:
    """Whether `clean` has a complaint about this piece of text."""
    return bool(_SUSPECT.search(piece)) or not unicodedata.is_normalized("NFC", piece)


def _rule(c: str) -> str:
    if c == "\t":
        return "tab"
    if c in _TURNING:
        return "turning-character"
    return "invisible-character" if c in _INVISIBLE else "control-character"


def _complaint(c: str) -> str:
    if c == "\t":
        return "a tab; YAML is indented with spaces. Replace every tab by two spaces."
    if c in _TURNING:
        return f"{character(c)} turns the reading direction, so that people and machines read something different. Remove it."
    if c in _INVISIBLE:
        return f"{character(c)} cannot be seen. Remove it."
    return f"{character(c)} is not a character of a text file. Remove it."


# What the parser says -> what somebody who does not know YAML's grammar can act on.
_EXPLAINED = (
    (
        "mapping values are not allowed",
        "a colon followed by a space is not expected here. Put a text that contains ': ' in quotes, or check the indentation.",
    ),
    ("could not find expected ':'", "a key without a colon. Write `key: value`, and check the indentation."),
    ("found unexpected end of stream", "a quote or bracket that was opened is never closed."),
    (
        "did not find expected node content",
        "a value was expected, and something else stands here. A text that begins with a special character needs quotes.",
    ),
    (
        "did not find expected key",
        "the indentation does not fit what comes before, or a quote ended too early. Keys of one mapping begin in one column.",
    ),
    ("did not find expected '-' indicator", "the items of a list begin in one column, each with '- '. Check the indentation."),
    ("did not find expected ',' or '}'", "a mapping in { } is not closed, or lacks a comma."),
    ("did not find expected ',' or ']'", "a list in [ ] is not closed, or lacks a comma."),
    ("cannot start any token", "a text cannot begin with this character. Put it in quotes."),
    ("found undefined tag handle", "a tag (!) is refused. Put a text that begins with ! in quotes."),
    ("found unknown escape character", "an unknown escape after \\ in a text in double quotes. Use single quotes."),
    ("did not find expected alphabetic or numeric", "a text cannot begin with & or *. Put it in quotes."),
    ("block sequence entries are not allowed", "a list item ('- ') is not expected here. Begin it on a new line."),
    ("did not find expected <document start>", "the document ended before this line. Check the indentation."),
)


def explain(error: Exception) -> str:
    """What a YAML parser's error says, in words for somebody who never read the grammar."""
    said = getattr(error, "problem", None) or "this cannot be read as YAML"
    for words, explanation in _EXPLAINED:
        if words in said:
            return explanation
    return f"this cannot be read as YAML ({shown(said)})."
