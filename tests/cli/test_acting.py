"""rollback, undo, switch, abort, deploy: what it does is said, a person confirms, the function does it."""

import json

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from tests.cli.desk import AtTerminal


@pytest.fixture
def terminal(desk):
    """Somebody sits there."""
    desk.runner = AtTerminal()


def flat(done):
    return " ".join(done.output.split())


@pytest.mark.slow
def test_a_switch_says_its_effect_and_keeps_who_and_why(desk, terminal):
    desk.ready()

    done = desk.say("switch", "--by", "anna", "--reason", "reviewed", typed="y\n")

    assert done.exit_code == 0, done.output
    assert "Target v1.3.0 on green gets all requests; v1.2.0 on blue gets none" in flat(done)
    assert desk.calls == [("switch", {"service": "web", "reason": "reviewed", "by": "anna"})]
    lines = desk.newest().record.in_flight.history
    assert "anna (reviewed) said: switch" in [line.says for line in lines]
    assert desk.newest().record.active is Environment.GREEN


def test_whoever_says_no_does_nothing(desk, terminal):
    desk.ready()

    done = desk.say("switch", typed="n\n")

    assert (done.exit_code, desk.calls) == (6, [])
    assert "nothing was done" in done.output


def test_without_a_terminal_yes_has_to_be_said(desk):
    desk.ready()

    done = desk.say("abort")

    assert (done.exit_code, desk.calls) == (6, [])
    assert "--yes says that it is meant" in flat(done)


def test_who_asks_is_whoever_is_logged_in(desk, monkeypatch):
    monkeypatch.setenv("LOGNAME", "ben")
    desk.ready()

    done = desk.say("abort", "--yes", "--json")

    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["exit"]) == (True, 0)
    assert desk.newest().record.past[0].outcome is Phase.ABORTED
    assert desk.newest().record.past[0].reason == "aborted by ben"


def test_a_rollback_says_where_production_goes(desk, terminal):
    desk.write(lambda record: record.model_copy(update={"newest_tag": "v1.2.0"}))

    done = desk.say("rollback", "--reason", "the shop is down", "--by", "anna", typed="y\n")

    assert done.exit_code == 0, done.output
    assert "Target v1.1.0 on green gets all requests; v1.2.0 on blue gets none" in flat(done)
    assert desk.newest().record.active is Environment.GREEN
    assert "rollback asked for by anna: the shop is down" in desk.newest().record.model_dump_json()


def test_what_is_not_possible_is_refused_before_anybody_is_asked(desk):
    desk.write(lambda record: record)
    desk.write(lambda record: record.model_copy(update={"newest_tag": "v1.2.0"}))

    done = desk.say("switch", "--yes", "--json")

    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["exit"]) == (1, 1)
    assert "no release is in flight, so there is nothing to switch to" in answer["what"]
    assert desk.calls == []


def test_what_has_changed_since_it_was_shown_is_not_done(desk, terminal, monkeypatch):
    desk.ready()

    def confirmed(*words, **more):
        desk.over(outcome=Phase.ABORTED)
        desk.ready(tag="v1.4.0", number=2)
        return True

    monkeypatch.setattr("typer.confirm", confirmed)
    done = desk.say("abort")

    assert (done.exit_code, desk.calls) == (1, [])
    assert "meanwhile something else has happened" in flat(done)


def test_a_deploy_says_what_it_replaces_and_what_follows(desk):
    desk.web["checks"]["smoke"] = {"requests": [{"get": "/login"}]}
    desk.env["BLUEGREEN_FUNCTIONS_HOST"] = "http://127.0.0.1:9"

    done = desk.say("deploy", "v1.3.0", "--yes", "--no-auto-switch")

    assert "v1.3.0 goes to green, in place of v1.1.0; production stays on v1.2.0" in flat(done)
    assert "1 of health, 1 of smoke" in flat(done)
    assert "`bluegreen switch` moves production" in flat(done)
    assert done.exit_code == 5
    assert "doctl serverless functions invoke deploy" in flat(done)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("deploy", "v1.2.0"), "v1.2.0 is active already"),
        (("deploy", "v1.3.0", "--target", "blue"), "target blue is the active environment"),
        (("deploy", "nightly-7"), "nightly-7"),
        (("undo",), "rollback"),
        (("abort",), "no release is in flight, so there is nothing to abort"),
    ],
)
def test_a_refusal_says_why_and_calls_nothing(desk, words, says):
    done = desk.say(*words, "--yes")

    assert (done.exit_code, desk.calls) == (1, []), done.output
    assert says in flat(done)


def test_without_a_key_it_is_said_what_does_the_same(desk):
    desk.env["BLUEGREEN_FUNCTIONS_KEY"] = "half-a-key"

    done = desk.say("rollback", "--yes")

    assert done.exit_code == 2
    assert "doctl serverless functions invoke rollback -p service:web" in flat(done)
    assert "bluegreen rollback --direct --service web" in flat(done)
    assert "half-a-key" not in done.output


def test_without_a_host_it_is_said_where_to_find_it(desk):
    desk.env["BLUEGREEN_FUNCTIONS_HOST"] = ""
    desk.written["apis"] = {"digitalocean": "http://127.0.0.1:9"}

    done = desk.say("rollback", "--yes")

    assert done.exit_code == 2
    assert "BLUEGREEN_FUNCTIONS_HOST" in flat(done)
    assert "doctl serverless namespaces list" in flat(done)


def test_an_emergency_waits_for_no_reading(desk):
    """The store is away: with --yes the function is called all the same."""
    desk.env |= {"BLUEGREEN_SPACES_SECRET": "another"}

    done = desk.say("rollback", "--yes")

    assert desk.calls[0][0] == "rollback"
    assert "what it would do could not be read" in flat(done)


def test_a_key_that_the_platform_refuses_is_said(desk):
    desk.env["BLUEGREEN_FUNCTIONS_KEY"] = "dof_v1_id:another"

    done = desk.say("rollback", "--yes")

    assert done.exit_code == 2, done.output
    assert "the token is not accepted" in flat(done)
    assert "another" not in done.output


@pytest.mark.parametrize("words", [("--direct", "--to", "v1.1.0"), ("--direct", "--native")])
def test_what_wants_the_functions_does_not_go_directly(desk, words):
    assert desk.say("rollback", *words).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [("--to", "v1.1.0", "--native"), ("--to", "v1.1.0", "--reason", "slow"), ("--native", "--by", "anna")],
)
def test_what_the_function_would_refuse_is_refused_before_anybody_is_asked(desk, terminal, words):
    desk.ready()
    done = desk.say("rollback", *words)

    assert done.exit_code == 2, done.output
    assert "go with neither" in flat(done) or "cannot be combined" in flat(done)
    assert desk.calls == []


@pytest.mark.parametrize("words", [("deploy", ""), ("rollback", "--to", "")])
def test_an_empty_tag_is_no_tag_and_leads_nowhere(desk, words):
    """`--to "$TAG"`, where the variable is not set, must not go to whatever was before."""
    done = desk.say(*words, "--yes")

    assert (done.exit_code, desk.calls) == (2, []), done.output
    assert "is empty: a release's tag is wanted, such as v1.2.0" in flat(done)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("rollback", "--to", "v9"), 1, "v9 is not known to have served production; may be gone back to: v1.1.0"),
        (("rollback", "--to", "v9"), 1, "`bluegreen deploy TAG` releases any other"),
        (("rollback", "--to", "v1.2.0"), 1, "v1.2.0 is active already"),
        (("rollback", "--native"), 1, "App Platform's own rollback of blue cannot help: no release is known"),
        (("deploy", "v1.3.0", "--target", "red"), 2, "target:red is not known (allowed: auto, blue, green)"),
    ],
)
def test_what_cannot_be_done_is_known_before_anybody_is_asked(desk, terminal, words, code, says):
    desk.write(lambda record: record)

    done = desk.say(*words)

    assert (done.exit_code, desk.calls) == (code, []), done.output
    assert says in flat(done)
    assert desk.say(*words, "--yes").exit_code == code
    assert desk.calls == []


def test_a_deploy_that_nobody_has_taken_yet_is_not_called_accepted(desk, terminal):
    done = desk.say("deploy", "v1.3.0", typed="n\n")

    assert "Begins at once" in flat(done)
    assert "accepted" not in flat(done)


def test_a_pause_says_its_effect_and_who(desk, terminal):
    desk.ready()

    done = desk.say("pause", "--by", "anna", "--reason", "the database moves", typed="y\n")

    assert done.exit_code == 0, done.output
    assert "Target no new tag begins on web; what a push brings waits" in flat(done)
    assert desk.newest().record.paused.by == "anna"
    said = flat(desk.say("status"))
    assert "web is paused by anna since" in said
    assert "the database moves" in said


def test_what_is_paused_already_is_not_paused_again(desk):
    desk.say("pause", "--yes", "--by", "anna")

    done = desk.say("pause", "--yes", "--by", "ben")

    assert (done.exit_code, "is paused by anna" in flat(done)) == (1, True)
    assert desk.say("resume", "--yes").exit_code == 0
    assert desk.newest().record.paused is None


def test_while_paused_a_deploy_is_refused_before_anything_is_called(desk):
    desk.say("pause", "--yes", "--by", "anna")
    before = len(desk.calls)

    done = desk.say("deploy", "v1.3.0", "--yes")

    assert (done.exit_code, len(desk.calls)) == (1, before)
    assert "is paused by anna" in flat(done)
    assert "to go on: bluegreen resume --service web" in flat(done)


def test_an_override_is_for_those_whom_the_window_names(desk):
    desk.web["freeze"] = [{"from_day": "mon", "to_day": "mon", "override": ["anna"]}]

    done = desk.say("deploy", "v1.3.0", "--yes", "--by", "anna")
    assert (done.exit_code, "web is frozen until" in flat(done)) == (1, True)
    done = desk.say("deploy", "v1.3.0", "--yes", "--override", "--by", "ben")
    assert (done.exit_code, "may be overridden by anna, and not by ben" in flat(done)) == (1, True), done.output
