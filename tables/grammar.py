"""The core of the small languages that people type here: an alphabet cuts a text into tokens, a cursor walks over them.

    sums = Alphabet(blank=r"\\s+", number=r"[0-9]+", sign=r"[+()]")
    sums.tokens("1 + 2", unreadable)  ->  number `1` at 0, sign `+` at 2, number `2` at 4, end at 5

A language is its alphabet and one method per rule of its grammar over a cursor. What a language says of what is wrong is its own: it
gives the exception for a character that begins no token, and raises its own at a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

END = "end"
"""Kind of the token behind the last one."""
BLANK = "blank"
"""Kind of what stands between tokens; it is none itself."""

Wrong = Callable[["Token", str], Exception]
"""wrong(token, what was expected): the exception that a language raises there."""


@dataclass(frozen=True, slots=True)
class Token:
    """`offset`: of its first character in the text, from 0. `value`: what it stands for, where a language works that out at once."""

    kind: str
    text: str
    offset: int
    value: Any = None


class Alphabet:
    """The kinds of tokens of a language, each a regular expression; where several fit, the first that is named."""

    def __init__(self, flags: int = 0, /, **kinds: str):
        self._any = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in kinds.items()), flags)

    def tokens(
        self, text: str, unreadable: Callable[[str, int], Exception], value: Callable[[str, str, int], Token] = Token
    ) -> list[Token]:
        """The tokens of a text with an `end` behind them, at the length of the text. unreadable(text, offset): the exception for a
        character that begins no token. value(kind, text, offset): the token made of a piece, where it is more than that."""
        found, at = [], 0
        while at < len(text):
            match = self._any.match(text, at)
            if match is None or match.end() == at:
                raise unreadable(text, at)
            if match.lastgroup != BLANK:
                found.append(value(match.lastgroup or "", match[0], at))
            at = match.end()
        return [*found, Token(END, "", len(text))]


class Cursor:
    """Where a parser stands in its tokens, how deep, and how much it has read; all of it bounded, so that no text costs more."""

    def __init__(self, tokens: list[Token], *, words: tuple[str, ...], depth: int, too_deep: Wrong):
        """words: kinds of tokens that `accepts` compares by their text. depth: levels that may lie in each other."""
        self._tokens, self._words, self._most, self._too_deep = tokens, words, depth, too_deep
        self._at = self._depth = 0

    @property
    def here(self) -> Token:
        """The next token that is not taken yet."""
        return self._tokens[self._at]

    @property
    def at_end(self) -> bool:
        return self.here.kind == END

    def take(self) -> Token:
        """The next token, taken; the end can be taken for ever."""
        token = self.here
        self._at += token.kind != END
        return token

    def sees(self, *texts: str) -> bool:
        """Is the next token one of these words or signs?"""
        return self.here.kind in self._words and self.here.text in texts

    def accepts(self, *texts: str) -> Token | None:
        """The next token, taken, if it is one of these words or signs."""
        return self.take() if self.sees(*texts) else None

    def expects(self, text: str, wrong: Wrong, why: str = "") -> Token:
        """This word or sign, taken; otherwise what `wrong` says, of the token that is there."""
        found = self.accepts(text)
        if found is None:
            raise wrong(self.here, why or text)
        return found

    def listed(self, part: Callable[[], Any], between: str) -> list[Any]:
        """part { between part }: at least one."""
        parts = [part()]
        while self.accepts(between):
            parts.append(part())
        return parts

    def deeper(self, token: Token) -> None:
        """One level further inside; too_deep(token, ...) where there are too many."""
        self._depth += 1
        if self._depth > self._most:
            raise self._too_deep(token, "")

    def back(self, levels: int = 1) -> None:
        """Out of so many levels."""
        self._depth -= levels
