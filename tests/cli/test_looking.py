"""status, history, show, logs: what a person at a terminal sees of the journal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bluegreen.core.phases import Phase
from bluegreen_cli.main import app

BLUEGREEN = Path(sys.executable).parent / "bluegreen"
EVIL = "v1.3.0\x1b[2J\x1b]0;owned\x07\u202egnp.exe\nv9.9.9 is live"


def test_status_says_what_serves_what_is_on_its_way_and_what_a_rollback_would_do(desk):
    desk.ready()
    desk.counted(requests=734)

    done = desk.say("status")

    assert done.exit_code == 0, done.output
    assert "web: v1.3.0 is ready to take over; v1.2.0 serves production on blue" in " ".join(done.output.split())
    assert "734 requests in 30 s, 0 % failed, 95 % within 25 ms" in " ".join(done.output.split())
    assert "bluegreen switch --service web" in " ".join(done.output.split())
    assert "rollback" in done.output
    assert max(map(len, done.output.splitlines())) <= 80


def test_status_before_the_first_release_writes_nothing(desk):
    done = desk.say("status", "web")

    assert done.exit_code == 0, done.output
    assert "nothing has been released here yet" in " ".join(done.output.split())
    assert desk.newest() is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("status", "--for", "10m"), "--for says how long --watch looks: pass both, or neither"),
        (("status", "--watch", "--direct"), "--watch goes with neither --direct nor --seen: they answer once"),
        (("status", "--watch", "--seen", "true"), "--watch goes with neither --direct nor --seen"),
        (("status", "web", "--service", "api"), "web and --service api are two services: pass one, or none for all"),
        (("history", "--window", "7d"), "--window says how far back --stats looks: pass both, or neither"),
    ],
)
def test_what_would_be_passed_over_is_refused(desk, given, says):
    done = desk.say(*given)

    assert done.exit_code == 2
    assert says in " ".join(done.output.split())


def test_status_as_json_is_the_functions_answer(desk):
    desk.ready()

    found = json.loads(desk.say("status", "--json").stdout)

    assert found["ok"] is True
    assert found["services"]["web"]["release"]["tag"] == "v1.3.0"


def test_status_without_a_spaces_key_asks_the_function(desk):
    desk.ready()
    desk.env = {name: value for name, value in desk.env.items() if "SPACES" not in name}

    done = desk.say("status")

    assert done.exit_code == 0, done.output
    assert "web: blue active v1.2.0" in done.output
    assert desk.calls == [("status", {})]


def test_status_watched_shows_a_state_once_and_ends(desk):
    desk.ready()

    done = desk.say("status", "--watch", "--for", "0s", "--json")

    [line] = done.output.splitlines()
    assert json.loads(line)[0]["release"] == {"tag": "v1.3.0", "phase": "ready", "reason": "2 smoke checks passed"}


def test_history_of_all_services_newest_first(desk):
    desk.second_service()
    desk.ready()
    desk.over()

    done = desk.say("history")

    said = " ".join(done.output.split())
    assert done.exit_code == 0
    assert "web: 1 releases are over" in said or "web: 1 release is over" in said
    assert "v1.3.0 live 10 of 10 checks passed" in said
    assert "nothing has been released yet" in said
    [fact] = json.loads(desk.say("history", "web", "--json").stdout)
    assert (fact["tag"], fact["outcome"], fact["over"]) == ("v1.3.0", "live", True)


@pytest.mark.slow
def test_a_release_is_shown_step_by_step_also_when_it_is_over(desk):
    desk.ready()
    desk.write(*[lambda record: record.with_release(troubles=record.in_flight.troubles + 1)] * 5)
    desk.over()
    desk.write(*[lambda record: record.model_copy(update={"newest_tag": f"v{record.last_notice}"})] * 3)

    done = desk.say("show", "v1.3.0")

    said = " ".join(done.output.split())
    assert done.exit_code == 0, done.output
    assert "web v1.3.0: live at" in said
    assert "ready 10 of 10 checks passed" in said or "2 smoke checks passed" in said
    assert "asked by a push by anna" in said
    found = json.loads(desk.say("show", "web-1", "--json").stdout)
    assert (found["outcome"], found["over"]) == ("live", True)
    assert [step["phase"] for step in found["steps"]] == ["ready", "live"]
    assert json.loads(desk.say("show", "latest", "--json").stdout) == found


def test_a_release_that_is_not_known_is_said_with_those_that_are(desk):
    desk.ready()

    done = desk.say("show", "v9.9.9", "--json")

    assert done.exit_code == 4
    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["exit"]) == (False, 4)
    assert "web has no release v9.9.9 (known: v1.3.0)" in answer["what"]


def test_no_release_yet_is_said(desk):
    assert "nothing has been released yet" in " ".join(desk.say("history").output.split())
    done = desk.say("show", "latest")
    assert (done.exit_code, "nothing has been released yet" in done.output) == (4, True)


@pytest.mark.parametrize("words", [("show", "v1"), ("logs", "v1"), ("monitor", "--for", "0s"), ("switch", "--yes")])
def test_of_two_services_one_has_to_be_named(desk, words):
    desk.second_service()

    done = desk.say(*words)

    assert done.exit_code == 2, done.output
    assert "which service? --service NAME says it (known: api, web)" in " ".join(done.output.split())


@pytest.mark.parametrize("words", [("status", "shop"), ("history", "shop"), ("show", "v1", "--service", "shop")])
def test_a_service_that_is_not_known_is_said(desk, words):
    done = desk.say(*words)

    assert (done.exit_code, "service 'shop' is not known (known: web)" in done.output) == (2, True)


@pytest.mark.parametrize("words", [("status",), ("history",), ("show", "v1"), ("switch",), ("monitor",)])
def test_without_bluegreen_yml_it_is_said_in_a_sentence(desk, words, tmp_path):
    from typer.testing import CliRunner

    from bluegreen_cli.main import app

    done = CliRunner().invoke(app, [*words, "--config", str(tmp_path / "none.yml"), "--env", str(tmp_path / "none")])

    assert done.exit_code == 2
    assert "none.yml is not there: `bluegreen init` writes one" in " ".join(done.output.split())


def test_a_store_that_does_not_answer_is_no_bug(desk):
    desk.written["state"]["endpoint"] = "http://127.0.0.1:9"

    done = desk.say("history")

    assert done.exit_code == 5, done.output
    assert "Traceback" not in done.output


@pytest.mark.slow
@pytest.mark.parametrize("words", [("status",), ("history",), ("show", "latest"), ("status", "--direct")])
def test_what_others_chose_reaches_no_terminal_raw(desk, words):
    desk.ready(tag="v1.3.0")
    evil = {"tag": EVIL, "reason": EVIL, "by": EVIL}
    desk.write(lambda record: record.with_release(**evil))
    desk.over(tag=EVIL, reason=EVIL, outcome=Phase.FAILED)

    done = desk.say(*words)

    assert done.exit_code == 0, done.output
    assert "v1.3.0" in done.output
    for raw in ("\x1b", "\x07", "\u202e", "\r"):
        assert raw not in done.output
    assert not [line for line in done.output.splitlines() if line.startswith("v9.9.9")]


def test_a_narrow_terminal_gets_narrow_lines(desk, monkeypatch):
    desk.ready()
    monkeypatch.setenv("COLUMNS", "40")

    for words in (("status",), ("history",), ("show", "latest")):
        assert max(map(len, desk.say(*words).output.splitlines())) <= 40


def test_logs_need_a_token_and_say_which_command_does_without(desk):
    desk.ready()

    done = desk.say("logs", "v1.3.0")

    app = desk.web["environments"]["green"]["app"]
    assert done.exit_code == 2
    assert f"doctl apps logs {app} --deployment dep-1 --type build" in " ".join(done.output.split())


def test_a_bug_is_said_without_a_traceback(desk, monkeypatch):
    desk.ready()
    monkeypatch.setattr("botocore.session.Session.create_client", lambda *_, **given: {}["a secret of ours"])

    done = desk.say("history", "--json")

    assert done.exit_code == 1
    assert "a bug in Bluegreen" in json.loads(done.stdout)["what"]
    assert "a secret of ours" not in done.output


@pytest.mark.slow
def test_whoever_reads_only_the_first_line_gets_no_traceback(desk):
    desk.ready()
    program = f"{BLUEGREEN} history {' '.join(desk.files())} | true"

    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, timeout=60)

    assert (done.stderr, "Traceback" in done.stdout) == ("", False)


@pytest.mark.parametrize(("name", "says"), [("secrets.env", "is not there"), ("folder", "is a folder")])
def test_a_file_of_secrets_that_was_named_has_to_be_there(desk, tmp_path, name, says):
    (tmp_path / "folder").mkdir()

    done = desk.runner.invoke(app, ["status", *desk.files(), "--env", str(tmp_path / name)])

    assert done.exit_code == 2
    assert f"{name} {says}: --env names the file with the secrets" in " ".join(done.output.split())


def test_whoever_has_no_clone_is_told_where_the_docs_are(desk):
    assert "github.com/bluegreen-deploy/bluegreen/tree/main/docs" in desk.runner.invoke(app, ["--help"]).output
