"""Staged functions under the real protocol, `/init` with the zip and `/run` with an event; and the bench made of it."""

import json

import pytest
from typer.testing import CliRunner

from benchmarks.cold import starting
from benchmarks.cold.command import app
from benchmarks.cold.functions import EVENTS, environment, settings
from bluegreen_cli import archive
from bluegreen_cli.stage import folder_of, stage
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server
from tests.cli.conftest import PYTHON

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store():
    return starting.FirstRequest(Spaces({"KEY": ("secret", {"": "fullaccess"})}, ["state", "telemetry"]).app)


@pytest.fixture(scope="module")
def staged(store, tmp_path_factory):
    server = Server(store)
    out = tmp_path_factory.mktemp("cold") / "staged"
    stage(settings(server.url), out, PYTHON, local=True)
    yield out
    server.close()


@pytest.mark.parametrize("name", EVENTS)
def test_a_staged_function_answers_under_the_real_protocol(name, staged, store):
    found = starting.start(archive.packed(folder_of(staged, name)), environment(name), EVENTS[name](), store)

    said = json.dumps(found.answer)
    assert "a bug" not in said
    assert found.answer.get("statusCode", 200) < 300, said
    assert "error" not in found.answer
    assert (store.at is None) == (name in ("hooks/deployment", "ops/dashboard")), said
    assert found.peak_mb < 100


def test_a_zip_without_a_function_is_refused_in_the_platforms_words(store, tmp_path):
    (tmp_path / "main.py").write_text("def main(): ...")

    with pytest.raises(RuntimeError, match=r"answered 502: .*Zip file does not include '__main__.py'"):
        starting.start(archive.packed(tmp_path), {}, {}, store)


def test_a_function_that_cannot_be_loaded_is_refused(store, tmp_path):
    (tmp_path / "__main__.py").write_text("import nobody_has_this")

    with pytest.raises(RuntimeError, match=r"answered 502: .*Cannot start action"):
        starting.start(archive.packed(tmp_path), {}, {}, store)


@pytest.mark.search
def test_the_bench_compares_with_the_naive_bundle(tmp_path):
    done = CliRunner().invoke(app, ["--rounds", "1", "--functions", "rollback", "--json", str(tmp_path / "cold.json")])
    rows = json.loads((tmp_path / "cold.json").read_text())

    assert done.exit_code == 0, done.output
    assert [row["name"] for row in rows] == ["rollback", "naive"]
    assert {"name", "zip_mb", "cold_ms", "naive_ms", "rss_mb"} <= set(rows[0])
    assert rows[0]["zip_mb"] < 5 < rows[1]["zip_mb"]
    assert rows[0]["cpu_ms"] < rows[0]["naive_cpu_ms"] / 2
