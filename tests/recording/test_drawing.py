"""The moving picture of a terminal: what was there, when it was there, in every reader."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.recording.drawing import LAST_LOOK, LINE, LONGEST_WAIT, drawing
from tests.recording.terminal import COLUMNS, Row, Run, record

SVG = "{http://www.w3.org/2000/svg}"
KEPT = sorted((Path(__file__).parents[2] / "docs" / "terminal").glob("*.svg"))


def texts(picture):
    return ["".join(each.itertext()) for each in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_a_program_is_recorded_with_colours_and_what_is_typed(tmp_path):
    program = "print('\\x1b[31mbad\\x1b[0m <&>'); print('said', input('name? '))"
    rows = record([sys.executable, "-c", program], tmp_path, {}, [("name? ", "anna\n")])

    assert ["".join(run.text for run in row.runs) for row in rows] == ["bad <&>", "name? anna", "said anna"]
    assert rows[0].runs[0] == Run(0, "bad", "red", False)
    assert rows[0].at <= rows[1].at <= rows[2].at
    assert texts(drawing(rows, COLUMNS, 24, "a <title>")) == ["bad <&>", "name? anna", "said anna"]


def test_rows_come_one_after_the_other_and_long_waits_are_cut():
    rows = [Row(0.0, [Run(0, "a", "default", False)]), Row(60.0, [Run(0, "b", "default", True)])]
    picture = drawing(rows, 80, 1, "t")

    whole = LONGEST_WAIT + LAST_LOOK
    assert f"@keyframes k1 {{ 0% {{ opacity: 0 }} {100 * LONGEST_WAIT / whole:.2f}% {{ opacity: 1 }} }}" in picture
    assert f"translateY({-LINE}px)" in picture  # the second row pushes the first one out


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_those_of_the_documents_act_on_nothing_and_show_no_token(path):
    picture = path.read_text()

    assert len(KEPT) == 2
    parts = {each.tag.removeprefix(SVG) for each in ElementTree.fromstring(picture).iter()}
    assert parts == {"svg", "title", "style", "rect", "g", "text", "tspan"}
    assert "href" not in picture
    assert "bgt_" not in picture.replace("bgt_·", "")
    assert max(map(len, texts(picture))) <= COLUMNS
