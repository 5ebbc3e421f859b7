"""The fact sheet of a region: its profile on paper, in Dutch, as tagged PDF; the same texts give the same bytes."""

from __future__ import annotations

from celwacht.publish.areas.figures import said
from celwacht.publish.areas.profile import Part, Profile, Tile
from celwacht.publish.areas.wording import WHY_DOT, day, words
from celwacht.publish.formats.pdf.pdf_writer import Part as PaperPart
from celwacht.publish.formats.pdf.pdf_writer import pdf

DEEPEST, MOST_ROWS = 1, 8
"""Levels of a breakdown on the sheet, and rows."""
MADE_UP = "VERZONNEN GEGEVENS: deze cijfers gaan over niemand, ook waar een echte gemeente staat. "


def fact_sheet(profile: Profile) -> bytes:
    """One A4, or two where a region has much."""
    title = f"Jeugdzorg in {profile.region.full}"
    stand = profile.tiles[0].period.title.nl if profile.tiles else ""
    subtitle = f"{MADE_UP if profile.made_up else ''}Gepubliceerde cijfers over {stand}, bijgewerkt op {day(profile.modified)}. Bron: {profile.source}."
    parts = [_indicators(profile), *(_breakdown(profile, one) for one in profile.parts)]
    parts.append(PaperPart("Bij deze cijfers", f"{WHY_DOT.nl} {words('nl', 'rounded')} {words('nl', 'neutral')}"))
    return pdf(title, subtitle, parts, lang="nl")


def _indicators(profile: Profile) -> PaperPart:
    head = ("Indicator", "Waarvan", *(r.full for r in profile.regions), "Verschil met een jaar eerder")
    rows = [(t.indicator.title.nl, t.indicator.unit.nl, *(v.text() or "–" for v in t.values), change_text(t)) for t in profile.tiles]
    return PaperPart("Zes cijfers", "", head, rows, (False, False, *[True] * (len(head) - 2)))


def _breakdown(profile: Profile, part: Part) -> PaperPart:
    head = ("", part.unit, *(f"% {r.full}" for r in profile.regions))
    shown = [r for r in part.rows[1:] if r.depth <= DEEPEST]  # the total is 100
    rows = [(r.title.nl, r.count.text() or "–", *(v.text() or "–" for v in r.shares)) for r in shown[:MOST_ROWS]]
    return PaperPart(f"{part.title.nl}, {part.period.title.nl}", "", head, rows, (False, *[True] * (len(head) - 1)))


def change_text(tile: Tile, language: str = "nl") -> str:
    """'+0,3 procentpunt'; '' where there is nothing to compare with."""
    if tile.change is None:
        return "–"
    places = tile.values[0].decimals
    return f"{said(tile.change, places, language, sign=True)} {words(language, 'points')}"
