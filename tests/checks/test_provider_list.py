"""The list of providers of the office, however it was saved."""

import pytest
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.provider_list import FILE, read_provider_list


@pytest.mark.parametrize(
    "content",
    [
        b"aanbieder,naam\n12345678,Huis\n",
        b"\xef\xbb\xbfaanbieder;naam;soort\r\n12345678;Huis;x\r\n",
        b'"naam", "aanbieder"\n"Huis", "12345678"\n\n',
        "aanbieder;naam\n12345678;Huis\n;Zonder nummer é\n".encode("cp1252"),
    ],
)
def test_one_provider(tmp_path, content):
    """A list of one line is not taken for a header and nothing, nor for a header of one more line; commas or semicolons."""
    (tmp_path / FILE).write_bytes(content)
    assert {number: row["naam"] for number, row in read_provider_list(tmp_path / FILE).items()} == {"12345678": "Huis"}


@pytest.mark.parametrize("content", [b"", b"12345678\n", b"number,naam\n12345678,Huis\n", b"\xff\xfea\0"])
def test_a_list_that_is_none(tmp_path, content):
    """Without the column every provider would be unknown: refused, and told what is expected. No file is no list."""
    assert read_provider_list(tmp_path / FILE) == {}
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ProblemsFound, match="with the column aanbieder"):
        read_provider_list(tmp_path / FILE)
