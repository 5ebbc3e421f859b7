"""A small folder laid out as table_specs/, so that the tests of the language do not hang on the standard tables."""

import shutil
from pathlib import Path

from celwacht.tables.yaml.read import PACKAGED

TABLE = """\
version: 1
id: proef
title: {nl: Proef, en: Trial}
description:
  nl: Een tabel om mee te proeven.
source: jeugdhulp
unit: trajecten
moment: instroom
where: crisis == '01' and leeftijd < 18
dimensions:
  - name: RegioS
    classification: regio
    levels: [land, provincie]
  - name: Hulpvorm
    classification: hulpvorm
periods: [halfjaar, jaar]
measures:
  - kind: count
    name: Trajecten
    title: {nl: Trajecten}
  - kind: share
    name: Aandeel
    title: {nl: Aandeel}
    of: Trajecten
    within: Hulpvorm
policy: statline
"""
SET = """\
version: 1
id: october
title: {nl: Eerste halfjaar}
description: {nl: Voorlopige cijfers.}
tables: [proef]
periods:
  - {year: 0, part: HJ01, status: Voorlopig}
"""
_HEAD = "version: 1\nid: {0}\ntitle: {{nl: {0}}}\n"
CLASSIFICATIONS = {
    "regio": "kind: regio\nfield: gemeente\nunknown: {nl: Onbekend}\n",
    "hulpvorm": """\
kind: codes
field: hulpvorm
tree:
  code: T1
  title: {nl: Totaal}
  level: totaal
  children:
    - {code: A1, title: {nl: Een}, level: hulpvorm, values: ['01', '02']}
    - {code: A2, title: {nl: Twee}, level: hulpvorm, values: ['11']}
""",
    "leeftijd": """\
kind: ranges
field: leeftijd
tree:
  code: T1
  title: {nl: Totaal}
  level: totaal
  children:
    - {code: L1, title: {nl: Jong}, level: klasse, below: 12}
    - {code: L2, title: {nl: Oud}, level: klasse, from: 12}
""",
    "samenloop": """\
kind: combinaties
field: vorm
base: [{name: JH, values: [JH]}, {name: JB, values: [JB]}]
codes: [{code: T1, title: {nl: Totaal}, level: totaal}]
""",
}


def table_specs(folder: Path) -> Path:
    """Fills a folder with the table `proef`, the set `october`, classifications and policies."""
    for name in ("classifications", "policies", "sets"):
        (folder / name).mkdir()
    for name, text in CLASSIFICATIONS.items():
        (folder / "classifications" / f"{name}.yaml").write_text(_HEAD.format(name) + text, encoding="utf-8")
    for name in ("statline.yaml", "strict.yaml"):
        shutil.copy(PACKAGED / "policies" / name, folder / "policies")
    (folder / "proef.yaml").write_text(TABLE, encoding="utf-8")
    (folder / "sets" / "october.yaml").write_text(SET, encoding="utf-8")
    return folder
