"""Each command of the runbooks and of the terminal's pages is run, against the local cloud, as it is written."""

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bluegreen.core.phases import Phase
from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT
from bluegreen_demo.stories import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # a cloud is started, and releases are watched, in real time
PAGES = ("runbooks.md", "terminal.md", "manual-control.md", "health-endpoints.md", "checklist.md")
SHORTER = {"10m": "1s", "5m": "2s", "1m": "1s", "1h": "1s", "4h": "1s"}
ACTS = {"rollback", "undo", "switch", "approve", "abort", "deploy", "pause", "resume"}
ELSEWHERE = {"shop.example.com", "localhost:3000"}  # addresses of a reader's own
NAMES_ONLY = re.compile(r"bluegreen(?: [a-z]+)?|bluegreen --(?:install|show)-completion|bluegreen .*(?:…|URL).*")


def documented() -> list[str]:
    """Commands in code blocks and in the text, each once, in the order of the pages."""
    found: dict[str, None] = {}
    for name in PAGES:
        text = (ROOT / "docs" / name).read_text()
        blocks = re.findall(r"(?m)^ {4,}(?:\$ )?(bluegreen .*)$", text)
        found |= dict.fromkeys([*blocks, *re.findall(r"`(bluegreen [^`\n]+)`", text)])
    return [command for command in found if not NAMES_ONLY.fullmatch(command)]


def words(stage: Stage, command: str) -> list[str]:
    """As a shell takes it, with short times, on this cloud, and without a terminal."""
    given = [SHORTER.get(word, word) for word in shlex.split(command.split(" || ")[0].split(" | ")[0])][1:]
    address = f"{stage.cloud.production}/api/health"
    given = [address if any(place in word for place in ELSEWHERE) else word for word in given]
    lasts = "--watch" in given or given[0] == "monitor"
    given += ["--for", "1s"] if lasts and "--for" not in given else []
    return [*given, "--yes"] if given[0] in ACTS and not {"--yes", "--direct"} & set(given) else given


def run(stage: Stage, folder: Path, *given: str) -> Result:
    env = folder / "demo.env"
    env.write_text("".join(f"{name}={value}\n" for name, value in stage.cloud.environ.items()))
    named = {
        "BLUEGREEN_CONFIG": str(stage.cloud.folder / "bluegreen.yml"),
        "BLUEGREEN_ENV": str(env),
        "BLUEGREEN_FUNCTIONS_HOST": stage.cloud.at.functions,
    }
    return CliRunner().invoke(app, given, env=named)


@pytest.fixture
def well(stage: Stage, tmp_path: Path) -> Callable[[str], str]:
    """Runs a command that has to end well."""

    def call(command: str) -> str:
        done = run(stage, tmp_path, *words(stage, command))
        assert done.exit_code == 0, (command, done.stdout, done.stderr)
        return " ".join(done.stdout.split())

    return call


def test_the_deployment_by_hand_as_the_runbook_has_it(stage: Stage, well):
    stage.cloud.parts.repository.release("v1.3.0")
    page = (ROOT / "docs" / "runbooks.md").read_text()
    steps = re.findall(r"(?m)^ {4,}(bluegreen .*)$", page.partition("## A deployment fails")[0])
    assert [step.split()[1] for step in steps] == [
        "status", "deploy", "status", "health", "show", "switch", "monitor", "rollback", "undo",
    ]  # fmt: skip

    for step in steps:
        if "health green" in step or step.startswith("bluegreen switch"):
            stage.watcher.await_("it is ready", lambda r: r.release and r.release.phase is Phase.READY, stage.patience)
        said = well(step)
        if step.startswith("bluegreen rollback"):
            assert "going back from v1.3.0 to v1.2.0 on blue" in said
            stage.watcher.await_("it is back", lambda r: r.release is None and r.active.value == "blue", 60)
    record = stage.watcher.await_(
        "it is live", lambda r: r.release is None and r.active.value == "green", stage.patience
    )

    assert record.past[0].outcome is Phase.LIVE
    assert "v1.3.0 serves production on green" in well("bluegreen status")


def test_a_release_is_shown_with_its_logs_and_its_history(stage: Stage, well):
    assert "switching" in well("bluegreen show v1.3.0")
    assert "v1.3.0 live" in well("bluegreen history")
    assert "build of deployment" in well("bluegreen logs v1.3.0 --type build")


def test_a_pause_and_what_ends_it(stage: Stage, well):
    assert "web is paused" in well('bluegreen pause --reason "the database is being moved"')
    assert "paused by" in well("bluegreen status")
    assert "web goes on" in well("bluegreen resume")


@pytest.mark.parametrize("page", ["evidence.md", "statistics.md"])
def test_the_pages_on_what_a_release_did_as_they_are_written(stage: Stage, tmp_path: Path, monkeypatch, page: str):
    """Each line in its order, in one folder; what the page has in a file is in that file."""
    stage.watcher.await_("its file is there", lambda r: bool(r.gathered and r.gathered.over), stage.patience)
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / page).read_text()
    for content in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        Path("thresholds.yml").write_text(content)

    for line in re.findall(r"(?m)^ {4}((?:bluegreen|openssl) .*)$", text):
        if line.startswith("openssl"):
            subprocess.run(shlex.split(line), check=True)
            continue
        done = run(stage, tmp_path, *shlex.split(line)[1:])
        assert done.exit_code == 0, (line, done.output)
    if page == "evidence.md":
        kinds = {path.name.partition(".")[2] for path in Path("review").iterdir()}
        assert kinds == {"html", "intoto.json", "dsse.json"}


def test_every_command_that_is_written_anywhere_is_one(stage: Stage, tmp_path: Path, monkeypatch):
    """What it finds depends on the moment; that it is understood does not. Some write files where they are called."""
    monkeypatch.chdir(tmp_path)
    wrong = []
    for command in documented():
        if command.startswith("bluegreen deploy") or "--direct" in command:
            continue  # below: they would change what the others meet
        done = run(stage, tmp_path, *words(stage, command))
        if done.exit_code == 2 or "Traceback" in done.stderr or "Usage:" in done.stderr:
            wrong.append((command, done.exit_code, done.stderr[-300:]))

    assert wrong == []


def test_deploys_and_what_goes_without_functions_are_understood(stage: Stage, tmp_path: Path):
    """Without a folder to read they end at that, after their words were understood."""
    wrong = []
    for command in documented():
        if not (command.startswith("bluegreen deploy") or "--direct" in command):
            continue
        done = run(stage, tmp_path, *words(stage, command), "--config", str(tmp_path / "none.yml"))
        if "none.yml is not there" not in " ".join((done.stdout + done.stderr).split()):
            wrong.append((command, done.stderr[-300:]))

    assert wrong == []
