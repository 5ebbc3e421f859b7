"""Tables as publishers print them: subtotals in one column, heads of groups, decimal commas, whole numbers with zeros behind the point."""

import pytest
from celwacht.disclosure.audit.model.facts import Inference
from celwacht.publish.own_tables.audit_command import Order, judged

GROUPS_LAST = """\
Regio;Jongens;Meisjes
Noord;;
Groningen;12;x
Drenthe;14;9
Totaal Noord;26;27
Zuid;;
Limburg;20;21
Brabant;x;17
Totaal Zuid;45;38
Totaal;71;65
"""
GROUPS_FIRST = """\
area,number,other
Total,75,42
Total North,30,19
N1,12,8
N2,c,11
Total South,45,23
S1,20,c
S2,25,9
"""
DECIMAL_COMMA = "Jaar;Gemeente;Aantal\r\n2023;A;12,0\r\n2023;B;<5\r\n2023;C;20,0\r\n2023;Totaal;35,0\r\n2024;A;10,0\r\n2024;B;11,0\r\n2024;C;x\r\n2024;Totaal;28,0\r\n"
WIDE = "area;2022;2023\nA;12,0;x\nB;13,0;15,0\nTotal;25,0;22,0\n"
FRENCH = "Commune;2021;2022\nEnsemble;100,5;110,5\nVille A;40,5;*\nVille B;35,0;36,0\nVille C;25,0;30,5\n"
TABLES = {
    "totals after their groups, heads of groups blank": (GROUPS_LAST, [18, 25]),
    "totals before their groups": (GROUPS_FIRST, [14, 18]),
    "a decimal comma": (DECIMAL_COMMA, [3, 7]),
    "a decimal comma with a byte order mark": ("\ufeff" + DECIMAL_COMMA, [3, 7]),
    "floats of a data frame": (DECIMAL_COMMA.replace(",", ".").replace(";", ","), [3, 7]),
    "years as columns": (WIDE, [7]),
    "decimals that are some": (FRENCH, [440]),
}


@pytest.mark.parametrize("name", TABLES)
def test_what_falls_exactly(name, tmp_path):
    """Each was an all-clear, a question or a contradiction before. (Of floats: multiples of 10 tenths were taken for rounded figures.)"""
    content, values = TABLES[name]
    (tmp_path / "t.csv").write_text(content, encoding="utf-8", newline="")
    found, _ = judged(Order(tmp_path / "t.csv", marks=("c=withheld",)))
    assert sorted(f.least for f in found.findings if f.verdict is Inference.EXACT) == values and not found.set_aside
