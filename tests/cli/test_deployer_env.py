"""`.env` as doctl's deployer reads it: each line with what dotenv 16.6.1 made of it under Node."""

import pytest

from bluegreen_cli.doctor.deployer_env import parse

# Recorded: `npm pack dotenv@16`, then require("./lib/main.js").parse(text) for each.
READ_BY_DOTENV = {
    "A=plain": "plain",
    "A=a#b": "a",
    "A=a # b": "a",
    "A='a#b' # c": "a#b",
    'A="a#b"': "a#b",
    "A=`a#'b\"`": "a#'b\"",
    'A="a\\nb"': "a\nb",
    "A='a\\nb'": "a\\nb",
    "A=a\\nb": "a\\nb",
    "A=a\\b": "a\\b",
    'A="a\\"b"': 'a\\"b',
    "A='a\nb'": "a\nb",
    "A=a'b": "a'b",
    "A=${HOME}": "${HOME}",
    "A=a \t": "a",
    "A= a b ": "a b",
    "A=": "",
    "A=\nB=1": "",
    "export A=a": "a",
    "A: a": "a",
    "A=1\r\nB=2\r\n": "1",
    "A=1\nA=2": "2",
    "\ufeffA=a": "a",
    "A=a\ufeff": "a",
    "A=a\xa0": "a",
    "A=a\x85": "a\x85",
    "A=a\x1c": "a\x1c",
    "A=x\u2028B=2": "x\u2028B=2",
}


@pytest.mark.parametrize("text", READ_BY_DOTENV)
def test_a_value_is_what_node_makes_of_it(text):
    assert parse(text)["A"] == READ_BY_DOTENV[text]


def test_a_name_of_other_letters_is_no_setting_there():
    assert parse("Ä=1") == {}
