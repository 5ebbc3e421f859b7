"""Bars of reports: every name whole, on a wide page and on a narrow one, and bars as long as their figures."""

import re
from html import unescape
from types import SimpleNamespace

from celwacht.publish.publication.publication import PublicCode, Words
from celwacht.publish.reports.bars_drawing import bars_svg

LONG = "(Voorlopige) ondertoezichtstelling: gezagsbeëindigende maatregel"
BARS = [(LONG, 25.0, "25"), ("Voogdij: herstel gezag & meer", 100.0, "100"), ("Onbekend", 0.0, ".")]
TABLE = SimpleNamespace(unit="trajecten", periods=(PublicCode("2024JJ00", Words("2024")),))


def test_names_are_whole_and_bars_are_as_long_as_their_figures():
    drawings = re.findall(r"<svg.*?</svg>", bars_svg(TABLE, BARS, "en"))
    assert [re.search(r'class="([^"]*)"', d)[1] for d in drawings] == ["bars-drawn", "bars-drawn narrow"]
    for drawn in drawings:
        said = [unescape(t) for t in re.findall(r"<text[^>]*>([^<]*)</text>", drawn)]
        assert said[0] == "trajectories, 2024" and "…" not in "".join(said)
        assert all(label in " ".join(said) for label, _, _ in BARS) and [s for s in said if s in ("25", "100", ".")] == ["25", "100", "."]
        widths = [float(w) for w in re.findall(r'<rect[^>]* width="([\d.]+)"', drawn)]
        assert widths[0] * 4 == widths[1] and widths[2] == 0
        high = float(re.search(r'viewBox="0 0 \d+ ([\d.]+)"', drawn)[1])
        assert max(float(y) for y in re.findall(r'<rect[^>]* y="([\d.]+)"', drawn)) + 17 <= high
