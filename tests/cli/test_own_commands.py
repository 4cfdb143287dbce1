"""A next step that is printed by `bluegreen` is a command of `bluegreen`, where it has one that does exactly that."""

import shlex

import pytest

from bluegreen.core import advice
from bluegreen.core.environment import Environment
from bluegreen_cli.terminal.own_commands import with_own_commands

CALLS = [
    ("rollback", {}, "bluegreen rollback --service web"),
    ("rollback", {"undo": "true"}, "bluegreen undo --service web"),
    ("rollback", {"native": "true"}, "bluegreen rollback --native --service web"),
    ("rollback", {"to": "v1.2.0"}, "bluegreen rollback --to v1.2.0 --service web"),
    ("switch", {}, "bluegreen switch --service web"),
    ("abort", {}, "bluegreen abort --service web"),
    ("status", {}, "bluegreen status web"),
    ("deploy", {"pause": "true"}, "bluegreen pause --service web"),
    ("deploy", {"resume": "true"}, "bluegreen resume --service web"),
    ("deploy", {"tag": "v1"}, "bluegreen deploy v1 --service web"),
    ("deploy", {"tag": "v1", "lift": "true"}, "bluegreen deploy v1 --lift --service web"),
    ("deploy", {"tag": "v1", "restore": "true"}, "bluegreen deploy v1 --restore --service web"),
    ("deploy", {"tag": "v1;$(id)'x"}, "bluegreen deploy 'v1;$(id)'\"'\"'x' --service web"),
]
OTHERS = [
    "doctl serverless functions invoke status -p service:web -p seen:true",
    "doctl serverless functions invoke abort -p set:shop",
    "doctl serverless functions invoke deploy -p service:web -p tag:v1 -p lift:perhaps",
    "doctl apps list --format ID",
    "push a newer tag",
    "",
]


@pytest.mark.parametrize(("function", "given", "ours"), CALLS)
def test_a_call_becomes_a_command_that_is_taken(function, given, ours, desk):
    said = with_own_commands(f"a mistake? {advice.invoke(function, 'web', **given)}; or push a newer tag")

    assert said == f"a mistake? {ours}; or push a newer tag"
    done = desk.say(*shlex.split(ours)[1:])
    assert "Usage" not in done.output


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("`rollback -p to:v1.2.0` releases it", "`bluegreen rollback --to v1.2.0` releases it"),
        ("`deploy -p tag:…` releases any other", "`bluegreen deploy TAG` releases any other"),
        ("`deploy -p set:shop -p tag:v1`", "`deploy -p set:shop -p tag:v1`"),
        ("`status` shows both", "`status` shows both"),
    ],
)
def test_what_answers_say_in_short_becomes_a_command_too(said, ours):
    assert with_own_commands(said) == ours


@pytest.mark.parametrize("text", OTHERS)
def test_what_no_command_does_stays(text):
    assert with_own_commands(text) == text


@pytest.mark.parametrize("tag", ["v1 2", "v1;reboot", "v1$(id)", "v1'", "v1`id`", "v1&x"])
def test_a_tag_is_one_word_of_the_printed_command(tag):
    assert f"tag:{tag}" in shlex.split(advice.invoke("deploy", "web", tag=tag))


@pytest.mark.slow
def test_after_a_rollback_status_says_how_it_is_undone(desk):
    desk.ready()
    assert desk.say("switch", "--yes").exit_code == 0
    desk.active = "blue"
    assert desk.say("rollback", "--yes").exit_code == 0
    assert desk.newest().record.active is Environment.BLUE
    assert "was the rollback a mistake? bluegreen undo --service web: v1.3.0 on green gets all" in status(desk)

    del desk.env["BLUEGREEN_FUNCTIONS_KEY"]
    assert "doctl serverless functions invoke rollback -p service:web -p undo:true" in status(desk)


def status(desk):
    return " ".join(desk.say("status").output.split())
