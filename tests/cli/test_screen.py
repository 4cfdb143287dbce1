"""What is printed: in one place, so that nothing of others' words acts on a terminal."""

import ast
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bluegreen.core.credentials import hidden
from bluegreen.door.log import Log
from bluegreen_cli import screen
from bluegreen_cli.stage import ROOT

CLI = ROOT / "cli" / "bluegreen_cli"
BLUEGREEN = Path(sys.executable).parent / "bluegreen"
RAW = "a\x1b[31mb\x9b2Jc\x07d\u202ee\u2066f\r\nforged\u2028g\x00h\ud800i"


def test_nobody_prints_but_the_screen():
    printing = re.compile(r"(?<![\w.])print\((?!')|typer\.echo\b|sys\.std(?:out|err)\.write\(|typer\.secho\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted({*CLI.rglob("*.py")} - {CLI / "screen.py"})
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if printing.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("out", ["say", "tell", "headline"])
def test_what_cannot_be_seen_becomes_a_sign(out, capsys):
    getattr(screen, out)(RAW, *(["bad"] if out == "headline" else []))

    said = capsys.readouterr().out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066\ud800]", said)
    assert "\N{REPLACEMENT CHARACTER}" in said


def test_a_line_is_one_line_and_holds_no_credential():
    assert "\n" not in screen.line("a\nb\r\nc\u2028d\u2029e\x85f")
    assert "s3cr3t-value-1234" not in screen.line("password=s3cr3t-value-1234")


def test_rows_keep_to_the_width(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    screen.rows([("target", "x" * 100), ("a term that is very long indeed", "some words that need several lines")])

    assert max(map(len, capsys.readouterr().out.splitlines())) <= 30


def test_a_log_line_is_one_line_in_ascii(capsys):
    Log("status")("order placed", why=RAW)

    said = capsys.readouterr().out
    assert said.isascii()
    assert said.count("\n") == 1
    assert "\x1b" not in said


def test_a_stream_of_few_letters_gets_what_it_has(monkeypatch, tmp_path):
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        screen.say("v1 ✓ über, v2 ✕ …")

    assert (tmp_path / "out").read_text() == "v1 + ?ber, v2 x ...\n"


def in_a_terminal(environment, out="headline('web is well', 'good')", stream="stdout"):
    """A headline as a terminal gets it."""
    ours, theirs = pty.openpty()
    program = f"from bluegreen_cli import screen; screen.{out}"
    env = {**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm", **environment}
    subprocess.run([sys.executable, "-c", program], **{stream: theirs}, env=env, check=True, timeout=60)
    os.close(theirs)
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    return said


def test_colour_is_for_terminals_that_want_it(capsys):
    screen.headline("web is well", "good")
    assert capsys.readouterr().out == "web is well\n"
    assert in_a_terminal({}) == "\x1b[32mweb is well\x1b[0m\r\n"
    assert in_a_terminal({"NO_COLOR": "1"}) == "web is well\r\n"
    assert in_a_terminal({"TERM": "dumb"}) == "web is well\r\n"


@pytest.mark.slow
def test_an_entry_is_whole_where_a_program_reads_it_and_in_rows_on_a_terminal(capsys):
    words = " ".join(["fault"] * 30)
    screen.entry(words, 2, err=True)
    assert capsys.readouterr().err == f"{words}\n"

    rows = in_a_terminal({"COLUMNS": "80"}, f"entry({words!r}, 2, err=True)", "stderr").splitlines()
    assert (max(map(len, rows)) <= 80, [row[:2] for row in rows[1:]]) == (True, ["  "] * (len(rows) - 1))


@pytest.mark.slow
def test_whoever_stops_reading_gets_no_traceback():
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {BLUEGREEN} --help | head -1 >/dev/null; {BLUEGREEN} --version | true"],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_each_shell(shell):
    given = {
        **os.environ,
        "_BLUEGREEN_COMPLETE": f"source_{shell}",
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }
    script = subprocess.run(
        [BLUEGREEN, "--show-completion", shell], capture_output=True, text=True, env=given, timeout=60
    )
    assert "bluegreen" in script.stdout, script.stderr


@pytest.mark.slow
def test_completion_knows_the_commands():
    given = {"COMP_WORDS": "bluegreen ro", "COMP_CWORD": "1", "_BLUEGREEN_COMPLETE": "complete_bash"}
    done = subprocess.run([BLUEGREEN], capture_output=True, text=True, env={**os.environ, **given}, timeout=60)

    assert done.stdout.split() == ["rollback"]


def said_in(path):
    """Texts of a source that are sentences: what a program puts into them is a word."""
    for node in ast.walk(ast.parse(path.read_text())):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "word" for part in parts)
        if isinstance(node, ast.JoinedStr | ast.Constant) and text.count(" ") >= 2:
            yield text


def test_what_we_say_ourselves_is_not_hidden_as_a_credential():
    folders = ("cli/bluegreen_cli/evidence", "cli/bluegreen_cli/terminal", "shared/bluegreen/core")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "credentials" not in path.parts]
    found = [(path.name, text) for path in sources for text in said_in(path) if hidden(text) != text]
    assert len(sources) > 100
    assert found == []


def test_an_address_is_never_broken_for_it_is_to_be_copied(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    address = "https://github.com/holi-labs/holi/compare/0010210c8da4...091dd30f3cbe"
    screen.rows([("Configuration", "of both"), ("Commits", f"0010210c8d → 091dd30f3c, {address} and what follows it")])

    said = capsys.readouterr().out.splitlines()
    assert f"    {address}" in said
    assert max(map(len, said)) <= 80
    assert said[-1].strip() == "and what follows it"
