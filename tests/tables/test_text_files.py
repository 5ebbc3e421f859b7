"""Text of any coding; and how long a cell of CSV may be, for one reader only."""

import csv
import io

import pytest
from celwacht.publish.own_tables import audit_readers
from celwacht.tables.text_files import longest_cell, text_of


def test_the_limit_of_a_cell_is_that_of_one_reader():
    """It is one of the process: an audit of a short table once made every later reader of long cells in the process fail."""
    before = csv.field_size_limit()
    with pytest.raises(csv.Error), longest_cell(3):
        list(csv.reader(io.StringIO("abcd")))
    assert csv.field_size_limit() == before


def test_reading_a_short_table_leaves_the_limit(tmp_path):
    """Found by the whole suite: six tests of other rooms failed after an audit in their worker."""
    before, path = csv.field_size_limit(), tmp_path / "t.csv"
    path.write_text("area,boys,girls\nnorth,1,2\nsouth,3,4\n")
    audit_readers.read_table(path)
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_comes_back(coding):
    """As spreadsheets of several years save it."""
    assert text_of("Één gemeente; Súdwest-Fryslân".encode(coding)) == "Één gemeente; Súdwest-Fryslân"
