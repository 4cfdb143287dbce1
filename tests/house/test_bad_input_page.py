"""docs/bad-input.md says what the tests try, and each of its lines is tried."""

from tests.house.bad_input_page import PAGE, SECTIONS, rows, written


def test_it_is_up_to_date():
    assert PAGE.read_text() == written(), "make house ARGS=--write makes it anew"


def test_every_mark_is_on_the_page_once():
    found = list(rows())
    assert {row.section for row in found} == {*SECTIONS}
    assert len({(row.section, row.comes) for row in found}) == len(found)
