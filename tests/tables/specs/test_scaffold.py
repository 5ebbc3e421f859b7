"""`celwacht new`: what it writes is right from the first line, and it never overwrites."""

import pytest
from celwacht.tables.counting.check_specs import check
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.read_spec import read_table, read_tables
from celwacht.tables.specs.scaffold import new_table


def test_a_new_table_is_valid(tmp_path):
    """No problem, and a comment beside what may be changed; the schema that the first line names is there."""
    path = new_table("mijn_tabel", tmp_path)
    assert path == tmp_path / "mijn_tabel.yaml" and check([path]) == []
    assert read_table(path).id == "mijn_tabel"
    first, *rest = path.read_text(encoding="utf-8").splitlines()
    assert (tmp_path / first.partition("$schema=")[2]).is_file()
    assert sum("#" in line for line in rest) >= 8


def test_a_new_table_can_start_from_a_standard_table(tmp_path):
    """The same table under another name."""
    example = next(iter(read_tables().values()))
    copy = read_table(new_table("mijn_tabel", tmp_path, example.id))
    assert copy.model_copy(update={"id": example.id}) == example
    with pytest.raises(ProblemsFound, match="there is no table 'geen' to start from"):
        new_table("andere_tabel", tmp_path, "geen")


def test_nothing_is_overwritten(tmp_path):
    """The second time is refused, and the file is as it was."""
    path = new_table("mijn_tabel", tmp_path)
    path.write_text("van mij", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"exists already, and is left as it is\. Take another name\. \[exists\]$"):
        new_table("mijn_tabel", tmp_path)
    assert path.read_text(encoding="utf-8") == "van mij"


@pytest.mark.parametrize(
    "id, suggestion",
    {
        "Mijn tabel": "mijn_tabel",
        "crisis-instroom.yaml": "crisis_instroom",
        "Crisis één": "crisis_een",
        "../x": "",
        "a": "",
        "x\n": "",
        "": "",
        "９９": "",
        "9abc": "",
        "abc\x00": "abc",
        "x" * 41: "x" * 40,
        "..\\abc": "abc",
        "/etc/passwd": "etc_passwd",
    }.items(),
    ids=ascii,
)
def test_a_bad_name_is_refused_with_a_better_one(tmp_path, id, suggestion):
    """Nothing is written, nothing of the name reaches a path, and the message can be printed."""
    with pytest.raises(ProblemsFound) as caught:
        new_table(id, tmp_path)
    [problem] = caught.value.problems
    assert problem.rule == "bad-id" and problem.message.isprintable()
    assert problem.message.endswith(f" Try '{suggestion}'." if suggestion else "such as begun_by_reason.")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_must_be_there(tmp_path):
    """No folder is made by surprise."""
    with pytest.raises(ProblemsFound, match="there is no such folder"):
        new_table("mijn_tabel", tmp_path / "geen")
