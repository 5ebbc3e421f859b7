"""Days and headers as files of other countries have them."""

import pytest
from celwacht.tables.text_files import field_name, ungrouped
from celwacht.tables.written_days import FORMS, digits_of


@pytest.mark.parametrize(
    "form, text",
    {
        "JJJJMMDD": "20240312",
        "JJJJ-MM-DD": "2024-03-12",
        "DD-MM-JJJJ": "12-03-2024",
        "DD/MM/JJJJ": "12/03/2024",
        "DD.MM.JJJJ": "12.03.2024",
        "JJJJ/MM/DD": "2024/03/12",
        "DD-MMM-JJJJ": "12-Mar-2024",
        "DD MMM JJJJ": "12 mrt 2024",
        "MMM DD, JJJJ": "Mar 12, 2024",
        "JJJJ-Www-D": "2024-W11-2",
        "MM/DD/JJJJ": "03/12/2024",
    }.items(),
)
def test_a_day_in_each_form(form, text):
    """12 March 2024; in any other form it is none, but for what two forms share."""
    assert digits_of(text, form) == "20240312"
    others = {one for one in FORMS if digits_of(text, one) and one != form}
    assert others <= {"DD/MM/JJJJ", "MM/DD/JJJJ"}


@pytest.mark.parametrize(
    "text",
    [
        "12-Xyz-2024",
        "2024-3-1",
        "12-03-24",
        "12-03-2024 noon",
        "20240312 10:00",
        "",
        "12-03-2024 ",
        "2023-W53-1",
        "2024-W11",
        "2024-W11-8",
        "Mars-12-2024",
        "\u0661\u0662-03-2024",
    ],
)
def test_what_is_no_day(text):
    assert [form for form in FORMS if digits_of(text, form)] == []


@pytest.mark.parametrize(
    "text", ["12 March 2024", "12 maart 2024", "12. M\u00e4rz 2024", "12 mars 2024", "12 MRT 2024", "12 Mar 2024 10:15"]
)
def test_a_month_in_full(text):
    """In any capitals, with the full stop that German days have."""
    assert digits_of(text, "DD MMM JJJJ") == "20240312"


@pytest.mark.parametrize("text", ["3/12/2024", "3/12/2024 10:15 AM", "03/12/2024 22:15:30", "3/12/2024 09:00:00.000Z"])
def test_a_day_of_one_digit_and_an_hour_behind_it(text):
    """As spreadsheets and databases write them; the hour is not looked at."""
    assert digits_of(text, "MM/DD/JJJJ") == "20240312"


@pytest.mark.parametrize(
    "cell, name",
    {
        "D.O.B": "d_o_b",
        "Date of birth": "date_of_birth",
        "Pr\u00e9nom": "prenom",
        "2nd diagnosis": "n2nd_diagnosis",
        "Kj\u00f8nn": "kjonn",
        "Stra\u00dfe": "strasse",
        "\u00a7": "",
    }.items(),
)
def test_a_header_becomes_the_name_of_a_field(cell, name):
    assert field_name(cell) == name


@pytest.mark.parametrize(
    "text, plain",
    {
        "1.927,50": "1927.50",
        "1,927.50": "1927.50",
        "-1 927": "-1927",
        "1.234.567": "1234567",
        "1,234,567.8": "1234567.8",
        "1.234": "1.234",
        "1.00,00": "1.00,00",
        "1.234.567.89": "1.234.567.89",
        "12,50": "12,50",
    }.items(),
)
def test_what_stands_between_thousands(text, plain):
    """Gone where nothing else can be meant: a lone 1.234 may be a number with three decimals."""
    assert ungrouped(text) == plain
