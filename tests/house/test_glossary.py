"""The glossary is short, in order, and each of its words stands in the file that it names."""

import re

import pytest

from bluegreen_cli.stage import ROOT

ROWS = re.findall(r"(?m)^\| ([^|]+) \| [^|]+ \| `([^`]+)` \|$", (ROOT / "docs" / "glossary.md").read_text())
MOST = 42


def test_it_has_few_words_in_order():
    words = [word for word, _ in ROWS]

    assert 0 < len(words) <= MOST
    assert words == sorted(words)


@pytest.mark.parametrize(("word", "file"), ROWS)
def test_a_word_stands_in_its_file(word, file):
    path = ROOT / file if (ROOT / file).is_file() else ROOT / "shared" / "bluegreen" / file
    text = re.sub(r"[_\s]+", " ", path.read_text()).lower()

    assert all(part.split()[0][:6] in text for part in word.split(", "))
