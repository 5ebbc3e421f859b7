"""What every section of the report of the loss writes with: the numbers, the words and figures of a language, and
codes' titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from celwacht.disclosure.loss.loss import Loss
from celwacht.disclosure.loss.view import View
from celwacht.publish.review.loss_report.markup import Figures, Markup, el
from celwacht.publish.review.loss_report.style import CSS
from celwacht.publish.review.loss_report.words import words

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Pen:
    """One report in one language. Confidential, as the numbers are."""

    def __init__(self, loss: Loss, view: View, language: str):
        self.loss, self.view, self.word, self.figures = loss, view, words(language), Figures(language)
        self.english = language == "en"
        self.whole = self.figures.whole
        self.shown_as = "rounded" if loss.base > 1 else "published"
        self.names = {d.name: (d.title_en if self.english else "") or d.title_nl for d in view.dimensions}

    def level(self, name: str) -> str:
        """A level's name; a number is a depth."""
        return f"{self.word('level')} {name}" if name.isdigit() else name

    def value(self, value: int) -> str:
        return self.figures.value(value, self.loss.decimals)

    def cell(self, cell: int) -> str:
        """A cell by the titles of its codes."""
        return " \u00b7 ".join(self.view.label(cell, self.english))

    def section(self, head: str, said: str, *inside: object) -> Markup:
        """head: the key of a word. said: a sentence or two on what is shown."""
        return el("section", el("h2", self.word(head)), el("p", said, class_="soft"), *inside)

    def banner(self) -> Markup:
        return banner(self.word)


def banner(word) -> Markup:
    """That the page is confidential."""
    return el("p", el("span", word("confidential"), class_="flag"), word("warning"), class_="soft")


def document(title: str, language: str, *inside: object) -> str:
    """A whole page around its contents. Well-formed XML after its first line."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("style", Markup(CSS)),
    )
    return "<!DOCTYPE html>\n" + el("html", head, el("body", el("main", *inside)), lang=language) + "\n"


def table_of(heads: Sequence[tuple[str, bool]], rows: Iterable[Sequence[object]]) -> Markup:
    """heads: (words, whether figures stand under it)."""
    kind = ["n" if number else None for _, number in heads]
    head = el("thead", el("tr", [el("th", said, class_=k) for (said, _), k in zip(heads, kind)]))
    body = el("tbody", [el("tr", [el("td", cell, class_=k) for cell, k in zip(row, kind)]) for row in rows])
    return el("div", el("table", head, body), class_="scroll")


def wide(picture: Markup) -> Markup:
    """A picture that scrolls where the window is narrow."""
    return el("figure", el("div", picture, class_="scroll"))
