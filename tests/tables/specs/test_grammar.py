"""The core of the small languages: tokens with their places, and a cursor that no text can lead too deep."""

import pytest
from celwacht.tables.grammar import Alphabet, Cursor, Token
from hypothesis import given
from hypothesis import strategies as st

SUMS = Alphabet(blank=r"\s+", number=r"[0-9]+", sign=r"[+()]")


def unreadable(text, at):
    return SyntaxError(f"{text[at]} at {at}")


def cut(text):
    return SUMS.tokens(text, unreadable)


def value(text, depth=9):
    """sum := part { '+' part };  part := number | '(' sum ')'"""
    at = Cursor(cut(text), words=("sign",), depth=depth, too_deep=lambda token, _: SyntaxError(f"too deep at {token.offset}"))

    def whole():
        return sum(at.listed(part, "+"))

    def part():
        if bracket := at.accepts("("):
            at.deeper(bracket)
            inside = whole()
            at.expects(")", lambda token, wanted: SyntaxError(f"{wanted} at {token.offset}"))
            at.back()
            return inside
        token = at.take()
        if token.kind != "number":
            raise SyntaxError(f"number at {token.offset}")
        return int(token.text)

    result = whole()
    assert at.at_end and at.take() == at.take() == at.here  # the end can be taken for ever
    return result


def test_tokens_have_places_and_an_end():
    assert cut("1 + 22") == [Token("number", "1", 0), Token("sign", "+", 2), Token("number", "22", 4), Token("end", "", 6)]


def test_values():
    assert value("1 + (2 + 3) + ((4))") == 10


@pytest.mark.parametrize("text, says", [("1 + x", "x at 4"), ("1 +", "number at 3"), ("(1", "\\) at 2"), ("((((1))))", "too deep at 3")])
def test_the_place_of_what_is_wrong(text, says):
    with pytest.raises(SyntaxError, match=says):
        value(text, depth=3)


@given(st.text(alphabet="01 +()\n", max_size=30))
def test_pieces_are_the_whole_text(text):
    """Nothing is lost between the pieces but blanks, and every piece stands where it says."""
    found = cut(text)
    assert all(text[t.offset : t.offset + len(t.text)] == t.text for t in found)
    assert "".join(t.text for t in found) == "".join(text.split())


def test_a_kind_that_fits_nothing_is_no_endless_loop():
    with pytest.raises(SyntaxError):
        Alphabet(empty="x*").tokens("y", unreadable)
