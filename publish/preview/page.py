"""A preview as one page: no script, nothing fetched. Confidential: it tells which cells are sensitive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from celwacht.publish.preview import lines
from celwacht.publish.preview.trial import Asked, Trial
from celwacht.publish.publication.texts import MADE_UP
from celwacht.publish.review.loss_report.markup import Markup, el, join
from celwacht.publish.review.loss_report.style import CSS

MOST_ROWS = 20_000
WORDS = {
    "nl": {
        "flag": "VERTROUWELIJK",
        "banner": "Proefversie, niet gepubliceerd. De pagina laat zien welke cellen gevoelig zijn: niet doorgeven.",
        "policy": "beleid",
        "cells": "cellen",
        "sensitive": "gevoelig",
        "withheld": "niet getoond",
        "share": "waarde niet getoond",
        "verdict": "oordeel",
        "marks": ".s gevoelig; .p niet getoond om een andere cel te beschermen; .0 een nul die het beleid niet toont. "
        "Lezers zien voor alle drie hetzelfde teken.",
        "more": "De eerste {n} regels; de tabel heeft er meer.",
    },
    "en": {
        "flag": "CONFIDENTIAL",
        "banner": "A trial, not published. This page tells which cells are sensitive: do not pass it on.",
        "policy": "policy",
        "cells": "cells",
        "sensitive": "sensitive",
        "withheld": "withheld",
        "share": "value withheld",
        "verdict": "verdict",
        "marks": ".s sensitive; .p withheld to protect another cell; .0 a zero that the policy does not print. "
        "Readers see one and the same symbol for all three.",
        "more": "The first {n} rows; the table has more.",
    },
}
_LOOK = ".primary{color:#a63603;background:none}.secondary{color:#2b6ca3}.zero,.nothing{color:var(--soft)}td.differs{font-weight:700}"


def page(asked: Asked, trials: Sequence[Trial], language: str) -> str:
    """The whole page: what each policy withholds, then every measure of the table."""
    word = WORDS[language]
    title = lines.in_language(_words(asked.spec.title), language)
    body = [
        el("header", el("span", word["flag"], class_="flag"), word["banner"], el("h1", title), el("p", asked.spec.id, class_="soft")),
        _summary(trials, word),
        el("p", word["marks"], class_="soft"),
    ]
    shown = lines.published(trials)
    body += [el("p", el("strong", lines.in_language(MADE_UP, language)))] if shown and shown[0].made_up else []
    for number, measure in enumerate(shown[0].measures if shown else ()):
        body += [el("h2", lines.in_language(measure.title, language)), _figures(trials, number, language)]
    head = el("head", el("meta", charset="utf-8"), el("title", f"{word['flag']}: {title}"), el("style", Markup(CSS + _LOOK)))
    first = f"<!-- {word['flag']}: {word['banner']} -->\n"
    return "<!DOCTYPE html>\n" + first + el("html", head, el("body", el("main", *body)), lang=language) + "\n"


def _words(title):
    """A title of a specification as words for readers."""
    from celwacht.publish.publication.publication import Words

    return Words(title.nl, title.en)


def _summary(trials: Sequence[Trial], word: dict[str, str]) -> Markup:
    names = ("policy", "cells", "sensitive", "withheld", "share", "verdict")
    rows = [el("tr", [el("th", word[n]) for n in names])]
    for t in trials:
        figures = (t.policy, *(f"{t.counts[k]:,}" for k in ("cells", "sensitive", "withheld")), f"{t.share_withheld:.2f} %", t.verdict)
        rows.append(el("tr", [el("td", f) for f in figures]))
        rows += [el("tr", el("td", reason, colspan=len(names))) for reason in getattr(t.outcome, "reasons", ())]
    return el("table", *rows)


def _figures(trials: Sequence[Trial], measure: int, language: str) -> Markup:
    names, columns = lines.head(trials, language)
    rows = [el("tr", [el("th", n) for n in names], [el("th", c, class_="n") for c in columns])]
    several = len(lines.published(trials))
    shown = 0
    for row in islice(lines.rows(trials, measure, language), MOST_ROWS):
        cells = []
        for i, (figure, kind) in enumerate(zip(row.figures, row.kinds, strict=True)):
            beside = row.kinds[i // several * several : (i // several + 1) * several]
            differs = len({k == "published" for k in beside}) > 1
            cells.append(el("td", figure, class_=f"n {kind}" + (" differs" if differs else "")))
        rows.append(el("tr", [el("td", t) for t in row.titles], cells))
        shown += 1
    more = el("p", WORDS[language]["more"].format(n=MOST_ROWS), class_="soft") if shown == MOST_ROWS else None
    return join(el("div", el("table", *rows), class_="scroll"), more)
