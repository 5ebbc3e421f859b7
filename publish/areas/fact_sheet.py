"""The fact sheet of a region: its profile on paper, in Dutch, as tagged PDF; the same texts give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

from celwacht.publish.areas.figures import NONE, Value, said
from celwacht.publish.areas.profile import Part, Profile, Row, Tile, parts_of, segments
from celwacht.publish.areas.wording import WHY_DOT, day, in_language, starred, words
from celwacht.publish.formats.pdf.card import card
from celwacht.publish.formats.pdf.pdf_writer import Part as PaperPart
from celwacht.publish.formats.pdf.pdf_writer import Stack, pdf
from celwacht.publish.publication.publication import WITHHELD

MOST_ROWS = 8
"""Rows of a breakdown on the sheet."""
MOST_YEARS, MOST_BESIDE = 3, 2
"""Columns of years and of other regions on the sheet."""
MADE_UP = "VERZONNEN GEGEVENS: deze cijfers gaan over niemand, ook waar een echte gemeente staat. "


def fact_sheet(profile: Profile) -> bytes:
    """One A4: the indicators over the years and beside other regions, and bars of 100 % with their figures."""
    title = f"Jeugdzorg in {profile.region.full}"
    stand = profile.tiles[0].period.title.nl if profile.tiles else ""
    subtitle = f"{MADE_UP if profile.made_up else ''}Gepubliceerde cijfers over {stand}, bijgewerkt op {day(profile.modified)}. Bron: {profile.source}."
    parts = [_indicators(profile), *(_breakdown(profile, one) for one in profile.parts)]
    parts.append(
        PaperPart("Bij deze cijfers", f"{words('nl', 'sheetBars')} {WHY_DOT.nl} {words('nl', 'rounded')} {words('nl', 'neutral')}")
    )
    return pdf(title, subtitle, parts, lang="nl", tight=True)


def _indicators(profile: Profile) -> PaperPart:
    """Own years, the newest last, and the regions beside it in the newest."""
    beside = profile.beside[:MOST_BESIDE]
    years = max((t.trend.periods[-MOST_YEARS:] for t in profile.tiles if t.trend), key=len, default=())
    codes = [p.code for p in years] or [t.period.code for t in profile.tiles[:1]]
    titles = [starred(p, "nl") for p in years] or [starred(t.period, "nl") for t in profile.tiles[:1]]
    head = ("Indicator", "Waarvan", *titles, *(f"{r.full}, {titles[-1]}" for r in beside)) if titles else ("Indicator", "Waarvan")
    rows = []
    for t in profile.tiles:
        own = {t.period.code: t.values[0]}
        if t.trend is not None:
            own |= {p.code: v for p, v in zip(t.trend.periods, t.trend.values[0])}
        numbers = [own.get(code, NONE).text() or "–" for code in codes] + [v.text() or "–" for v in t.values[1 : 1 + len(beside)]]
        rows.append((t.indicator.title.nl, t.indicator.unit.nl, *numbers))
    return PaperPart("Zes cijfers", "", head, rows, (False, False, *[True] * (len(head) - 2)))


def _breakdown(profile: Profile, part: Part) -> PaperPart:
    head = ("Categorie", part.unit, *(f"% {r.full}" for r in profile.regions))
    shown = parts_of(part)[:MOST_ROWS]  # the total is 100
    rows = [(r.title.nl, r.count.text() or "–", *(v.text() or "–" for v in r.shares)) for r in shown]
    stacks = [_stack(profile.regions[k].full, shown, k) for k in range(len(profile.regions))] if part.divides and len(shown) > 1 else []
    stacks = [s for s in stacks if s.pieces]
    return PaperPart(f"{part.title.nl}, {starred(part.period, 'nl')}", "", head, rows, (False, *[True] * (len(head) - 1)), stacks=stacks)


def _stack(name: str, rows: Sequence[Row], region: int) -> Stack:
    """The bar of a region; none where nothing of it is shown."""
    if all(r.shares[region].number is None for r in rows):
        return Stack(name, (), "")
    pieces = [(-1 if n is None else n, length) for n, length in segments(rows, region) if length > 0]
    told = "; ".join(f"{r.title.nl} {heard(r.shares[region])}" for r in rows)
    return Stack(name, pieces, told)


def heard(value: Value) -> str:
    """A share for who cannot see it: a dot alone says nothing."""
    if value.state == WITHHELD:
        return words("nl", "not")
    return f"{value.text()} %" if value.number is not None else "–"


def picture(profile: Profile, language: str) -> bytes:
    """What other sites show beside a link to the page: the region, and its first indicators that are shown."""
    said_ = [
        (t.values[0].text(language), in_language(t.indicator.title, language), in_language(t.indicator.unit, language))
        for t in profile.tiles
        if t.values[0].number is not None
    ]
    period = in_language(profile.tiles[0].period.title, language) if profile.tiles else ""
    foot = f"{words(language, 'madeUp')} " if profile.made_up else ""
    title, subtitle = words(language, "title", name=profile.region.full), words(language, "lead", period=period)
    return card(title, subtitle, said_, foot + words(language, "source", source=profile.source), language)


def change_text(tile: Tile, language: str = "nl") -> str:
    """'+0,3 procentpunt'; '' where there is nothing to compare with."""
    if tile.change is None:
        return "–"
    places = tile.values[0].decimals
    return f"{said(tile.change, places, language, sign=True)} {words(language, 'points')}"
