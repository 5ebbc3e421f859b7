"""One reader of region files: what is there, and what it says of a file that is not as it should be."""

import pytest
from celwacht.tables import home, region_files
from celwacht.tables.problems import ProblemsFound


def test_the_files_of_the_installation():
    assert region_files.divisions() == (2016, 2017, 2020, 2023) and region_files.has(2023) and not region_files.has(2019)
    assert {"gemeente": "GM0014", "naam": "Groningen"}.items() <= region_files.gemeenten(2023)[0].items()
    assert region_files.wijken()[0]["wijk"].startswith("WK")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "regions").mkdir()
    (tmp_path / home.ALONE).write_text("")
    with home.using(tmp_path):
        yield tmp_path / "regions"


@pytest.mark.parametrize(
    "content, says",
    [
        (
            None,
            "regions/gemeenten_2023.csv: there is no such file of regions. Copy the folder regions of the installation, and change what differs.",
        ),
        (
            b"GM0014;Groningen\n",
            "regions/gemeenten_2023.csv:1: there is no column 'gemeente'. The first line names the columns, with commas between them.",
        ),
        (b"gemeente,naam\nGM0014,Gr\xf6ningen\n", "regions/gemeenten_2023.csv: this is not UTF-8. Save the file again as CSV in UTF-8."),
        (b"", "regions/gemeenten_2023.csv:1: there is no column 'gemeente'. The first line names the columns, with commas between them."),
    ],
)
def test_a_file_that_is_not_as_it_should_be(project, content, says):
    """A word with the place and a remedy, not an error inside celwacht."""
    if content is not None:
        (project / "gemeenten_2023.csv").write_bytes(content)
    with pytest.raises(ProblemsFound) as found:
        region_files.gemeenten(2023)
    assert str(found.value) == f"{says} [region-file]"


def test_a_byte_order_mark_is_no_part_of_the_first_column(project):
    (project / "wijken_2020.csv").write_text("\ufeffwijk,naam\nWK001400,Centrum\n", encoding="utf-8")
    assert region_files.wijken() == ({"wijk": "WK001400", "naam": "Centrum"},)
