"""`bluegreen token`: what it prints opens the page, once bluegreen.yml has the hash."""

import re

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen.core.errors import Unsigned
from bluegreen.core.inbound.bearers import Right, bearer
from bluegreen.settings import parse
from bluegreen_cli.main import app
from tests.build import written


def made(*arguments):
    said = CliRunner().invoke(app, ["token", *arguments])
    assert said.exit_code == 0, said.output
    return re.findall(r"bgt_[\w-]{43}", said.output), yaml.safe_load(said.output.partition("functions`:")[2])


def test_a_token_opens_what_it_was_made_for_and_is_not_in_the_settings():
    [token], settings = made("anna", "--right", "read", "--right", "operate")
    file, faults = parse({**written(), **settings})

    assert faults == []
    who = bearer(f"Bearer {token}", file.tokens)
    assert (who.name, who.may(Right.OPERATE), who.may(Right.RELEASE)) == ("anna", True, False)
    assert token not in str(settings)
    with pytest.raises(Unsigned):
        bearer(f"Bearer {token[:-1]}x" if token[-1] != "x" else f"Bearer {token[:-1]}y", file.tokens)


def test_each_token_is_another_one():
    assert made("anna")[0] != made("anna")[0]


@pytest.mark.parametrize(
    "tokens",
    [
        {"anna": {"rights": [], "hash": "sha256:" + "0" * 64}},
        {"anna": {"rights": ["read"], "hash": "secret in plain text"}},
        {"anna": {"rights": ["root"], "hash": "sha256:" + "0" * 64}},
        {"A B": {"rights": ["read"], "hash": "sha256:" + "0" * 64}},
        {name: {"rights": ["read"], "hash": "sha256:" + "0" * 64} for name in ("anna", "ben")},
    ],
)
def test_a_token_that_cannot_be_one_is_a_fault_in_the_settings(tokens):
    assert parse({**written(), "tokens": tokens})[1]


@pytest.mark.parametrize("name", ["true", "null", "on"])
def test_a_name_that_yaml_would_read_otherwise_is_quoted(name):
    assert list(made(name)[1]["tokens"]) == [name]


@pytest.mark.parametrize("name", ["a: b", "1", "a # b", "[x", "Anna", "anna b", "", "anna\n", "a" * 32, "../x"])
def test_a_name_that_bluegreen_yml_refuses_gets_no_token(name):
    settings = {name: {"rights": ["read"], "hash": "sha256:" + "0" * 64}}
    done = CliRunner().invoke(app, ["token", name])

    assert parse({**written(), "tokens": settings})[1]
    assert (done.exit_code, "bgt_" in done.output) == (2, False)
    assert "small letters, digits, hyphens between are wanted" in done.output


def test_a_right_that_there_is_not_is_told_with_those_that_there_are(tmp_path):
    tokens = {"anna": {"rights": ["god"], "hash": "sha256:" + "0" * 64}}
    (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump({**written(), "tokens": tokens}))
    done = CliRunner().invoke(app, ["status", "--config", str(tmp_path / "bluegreen.yml")])

    said = " ".join(done.output.split())
    assert "allowed is 'read', 'operate' or 'release', in tokens.anna.rights.0" in said
    assert ("[hidden]" in said, "items" in said, "at least" in said) == (False, False, False)
