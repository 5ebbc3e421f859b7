"""A period that is written in another way is refused with the code that was meant."""

import pytest
from celwacht.tables.periods import Period


@pytest.mark.parametrize(
    ("text", "meant"),
    {
        "2024": "2024JJ00",
        "2024H1": "2024HJ01",
        "2024-Q3": "2024KW03",
        "2024kw4": "2024KW04",
        "2024hj02": "2024HJ02",
        "2024JJ": "2024JJ00",
    }.items(),
)
def test_what_was_meant_is_said(text, meant):
    """And it is a period."""
    with pytest.raises(ValueError, match=f"did you mean {meant}"):
        Period.parse(text)
    assert Period.parse(meant).code == meant


@pytest.mark.parametrize("text", ["2024HJ03", "2024H5", "april", "", "2024J2", "1999"])
def test_nothing_is_guessed_where_nothing_is_near(text):
    """No suggestion that is no period."""
    with pytest.raises(ValueError) as caught:
        Period.parse(text)
    assert "did you mean" not in str(caught.value)
