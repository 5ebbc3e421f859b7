"""The looks of the report of the loss. Colours differ in grey print too, and do not lean on red against green.

Withheld cells: vermilion (primary) and blue (secondary), a pair that people with any common colour deficiency tell
apart; zeros grey; the darker the more is lost (in dark: the brighter).
"""

from __future__ import annotations

_LIGHT = """
--page:#fff;--ink:#17202a;--soft:#5a6672;--line:#d5dbe1;--card:#f5f7f9;--published:#e6ebf0;--rounded:#dcebe7;
--zero:#b4bdc6;--secondary:#4d9fd0;--primary:#a63603;--bad:#a63603;--mark:#17202a;--heat:#2b6ca3;--onheat:#fff;
--shade1:#c3ddee;--shade2:#93c2e0;--shade3:#5b9fcb;--shade4:#2f78ad;--shade5:#134a75;
"""
_DARK = """
--page:#12161b;--ink:#e8edf2;--soft:#9aa7b4;--line:#333d47;--card:#1a2027;--published:#252d36;--rounded:#203231;
--zero:#56626e;--secondary:#4a9fd8;--primary:#ffa056;--bad:#ffa056;--mark:#e8edf2;--heat:#5fb0e6;
--onheat:#0c1116;--shade1:#234357;--shade2:#2c6488;--shade3:#3c88b8;--shade4:#65b0dd;--shade5:#b3dcf5;
"""
_SHADES = "\n".join(f".shade{i}{{fill:var(--shade{i})}}.run.shade{i}{{fill:none;stroke:var(--shade{i})}}" for i in range(1, 6))

CSS = (
    """
:root{color-scheme:light dark;@LIGHT}@media (prefers-color-scheme:dark){:root{@DARK}}
@media print{:root{color-scheme:light;@LIGHT}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
section,figure,tr{break-inside:avoid}body{font-size:11px}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 24px 60px}
h1{font-size:1.7em;line-height:1.2;margin:.2em 0 .1em}
h2{font-size:1.15em;margin:2.6em 0 .3em;padding-top:.5em;border-top:1px solid var(--line)}
p{margin:.4em 0 1em;max-width:75ch}.soft{color:var(--soft)}
.flag{display:inline-block;border:1.5px solid var(--primary);color:var(--primary);font-weight:700;
font-size:.78em;letter-spacing:.08em;padding:.1em .6em;border-radius:3px;margin-right:.7em}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:10px;margin:1.4em 0}
.tile{background:var(--card);border-radius:6px;padding:.7em .9em;border-left:4px solid var(--line)}
.tile b{display:block;font-size:1.55em;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.86em}.tile.primary{border-color:var(--primary)}
.tile.secondary{border-color:var(--secondary)}.tile.zero{border-color:var(--zero)}figure{margin:0}
.scroll{overflow-x:auto}.scroll>svg{min-width:680px}.scroll>table{min-width:560px}
.chart{display:block;width:100%;height:auto;font-size:12px}.chart text{fill:var(--ink)}
.chart .small{font-size:10px;fill:var(--soft)}.chart .small.strong{fill:var(--ink)}
.chart .title{font-size:13px;font-weight:600}.chart .figure{font-size:10.5px}.chart .end{text-anchor:end}
.chart .mid{text-anchor:middle}.chart .strong,.chart .head{font-weight:600}.chart .onheat{fill:var(--onheat)}
.published{fill:var(--published)}.rounded{fill:var(--rounded)}.primary{fill:var(--primary)}
.secondary{fill:var(--secondary)}.zero{fill:var(--zero)}.bad{fill:var(--bad)}.ink{fill:var(--ink)}
.track{fill:var(--published)}.heat{fill:var(--heat)}.ghost{fill:none;stroke:var(--soft);stroke-dasharray:3 2}
.outline{fill:none;stroke:var(--ink);stroke-width:1.5}.axis{stroke:var(--soft)}
.mark{stroke:var(--mark);stroke-width:1.5;stroke-dasharray:5 3}.bracket{fill:none;stroke:var(--soft)}
.hit{fill:transparent}.hit:hover{fill:var(--ink);fill-opacity:.12}.gap{stroke:var(--page);fill:none}
.run{fill:none;stroke-width:1;shape-rendering:crispEdges}.run.primary{stroke:var(--primary)}
.run.secondary{stroke:var(--secondary)}.run.zero{stroke:var(--zero)}
@SHADES
.legend{display:flex;flex-wrap:wrap;gap:.3em 1.4em;font-size:.88em;max-width:none;margin:.2em 0 .8em}
.key{white-space:nowrap}.key svg{margin-right:.45em;vertical-align:-1px}
table{border-collapse:collapse;width:100%;font-size:.9em;font-variant-numeric:tabular-nums}
th{text-align:left;color:var(--soft);font-weight:500;border-bottom:1px solid var(--line);vertical-align:bottom}
th,td{padding:.35em .9em .35em 0}td{border-bottom:1px solid var(--line);vertical-align:top}
.n{text-align:right;white-space:nowrap}th.n{white-space:normal}td.strong{font-weight:600}.bar{display:block;margin:.45em 0 0 auto}
details{margin:.8em 0}summary{cursor:pointer;color:var(--soft)}a{color:inherit}
.pill{display:inline-block;border-radius:3px;padding:0 .45em;font-size:.86em;border:1.5px solid var(--line);
white-space:nowrap}
.pill.primary{border-color:var(--primary)}.pill.secondary{border-color:var(--secondary)}
ul{margin:.2em 0;padding-left:1.1em}
""".replace("@LIGHT", _LIGHT)
    .replace("@DARK", _DARK)
    .replace("@SHADES", _SHADES)
)
