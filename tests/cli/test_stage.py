"""The tree that doctl deploys as it is."""

import fnmatch
import json
import re
import shutil
import zipfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path, PurePosixPath

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen_cli import archive, layout, project
from bluegreen_cli.faults import Faulty
from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT, stage
from tests.cli.conftest import PYTHON

# src/util.ts and src/finder-builder.ts of the deployer: what it leaves out, and what makes it build.
LEFT_OUT = ("*.gitignore", "*.DS_Store", "*.git/*", "*.nimbella*", "*.deployed*", "*_tmp_*", "*.#*", "*~", "*.sw[px]")
BUILDS = ("build.sh", "build.cmd", "package.json", ".include", ".source", ".ignore", "requirements.txt")


def functions(tree):
    read = project.read((tree / "project.yml").read_text())
    return {p.full_name(f): tree / "packages" / p.name / f.name for p in read.packages for f in p.functions}


@pytest.mark.slow
def test_every_function_has_its_code_its_settings_and_its_libraries_and_nothing_else(staged, written):
    assert sorted(found.name for found in staged.iterdir()) == [".bluegreen-staged", "packages", "project.yml"]
    for folder in functions(staged).values():
        assert sorted(found.name for found in folder.iterdir()) == ["__main__.py", "bluegreen.json", "virtualenv"]
        assert json.loads((folder / "bluegreen.json").read_text()) == written


@pytest.mark.slow
def test_the_deployer_leaves_nothing_out_and_builds_nothing(staged):
    paths = [path.relative_to(staged).as_posix() for path in staged.rglob("*") if not path.is_dir()]

    assert [path for path in paths for pattern in LEFT_OUT if fnmatch.fnmatch(path, pattern)] == []
    assert [name for folder in functions(staged).values() for name in BUILDS if (folder / name).exists()] == []
    assert not any((staged / path).is_symlink() for path in paths)


def archives(staged, name):
    """Of one function: what its archives hold, by name."""
    found = {}
    for path in sorted((functions(staged)[name] / "virtualenv" / "lib" / f"python{PYTHON}").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            found |= {entry: archive.read(entry) for entry in archive.namelist()}
    return found


def test_the_libraries_are_bytecode_that_is_trusted_unchecked_and_no_sources(staged):
    folder = functions(staged)["hooks/github"] / "virtualenv" / "lib"
    compiled = {name: body for name, body in archives(staged, "hooks/github").items() if name.endswith(".pyc")}
    compiled |= {str(path): path.read_bytes() for path in folder.rglob("*.pyc")}

    assert len(compiled) > 300
    for name, body in compiled.items():
        assert body[:8] == MAGIC_NUMBER + b"\1\0\0\0", name
        assert "__pycache__" not in name
    assert [*folder.rglob("*.py")] == []


def test_the_files_are_few_for_unpacking_is_most_of_a_cold_start(staged):
    for name, folder in functions(staged).items():
        assert sum(path.is_file() for path in folder.rglob("*")) < 40, name


def test_a_function_carries_what_it_can_reach_of_bluegreen_and_nothing_else(staged):
    of_github, of_status = archives(staged, "hooks/github"), archives(staged, "status")

    assert "bluegreen/entrypoints/hooks_github.pyc" in of_github
    assert "bluegreen/entrypoints/status.pyc" not in of_github
    assert "bluegreen/entrypoints/hooks_github.pyc" not in of_status
    assert "bluegreen/page/style.css" in archives(staged, "ops/dashboard")
    assert "bluegreen/page/style.css" not in of_github


def test_nothing_of_ours_is_imported_by_a_name_made_at_run_time():
    ours = [path.read_text() for path in (ROOT / "shared").rglob("*.py")]

    assert not [text for text in ours if "import_module" in text or "__import__" in text]


def test_licences_travel_with_the_libraries(staged):
    names = [PurePosixPath(name) for name in archives(staged, "status")]
    all_described = {name.parts[0] for name in names if name.parts[0].endswith(".dist-info")}

    assert len(all_described) > 10
    for described in all_described:
        files = [name.relative_to(described).as_posix() for name in names if name.parts[0] == described]
        assert [name for name in files if "LICEN" in name] or described.startswith("s3transfer"), described


def test_a_function_stays_far_below_the_platforms_limit(staged):
    """Those that judge migrations carry PostgreSQL's parser, 0.8 MB of it."""
    sizes = {name: len(archive.packed(folder)) / 1e6 for name, folder in functions(staged).items()}

    assert {name for name, size in sizes.items() if size > 5} == {"deploy", "ops/watch"}
    assert max(sizes.values()) < 5.8


@pytest.mark.slow
def test_the_same_sources_give_the_same_bytes(staged, written, tmp_path):
    stage(written, tmp_path / "again", PYTHON, local=True)

    ours, theirs = functions(staged)["ops/watch"], functions(tmp_path / "again")["ops/watch"]
    assert archive.packed(ours) == archive.packed(theirs)


def test_comments_stay_behind_as_the_deployer_would_fill_in_names_in_them_too(staged):
    text = (staged / "project.yml").read_text()

    assert (ROOT / "project.yml").read_text().startswith("#")
    assert not [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert yaml.safe_load(text) == yaml.safe_load((ROOT / "project.yml").read_text())


def test_a_wrong_bluegreen_yml_is_refused_with_all_its_faults_and_nothing_is_written(written, tmp_path):
    written["state"].pop("bucket")
    written["services"]["web"]["watch"]["over"] = "soon"
    (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump(written))

    done = CliRunner().invoke(
        app, ["stage", "--config", str(tmp_path / "bluegreen.yml"), "--out", str(tmp_path / "out")]
    )

    assert done.exit_code == 2
    assert " state.bucket: is wanted" in done.output
    assert "services.web.watch.over" in done.output
    assert [found.name for found in tmp_path.iterdir()] == ["bluegreen.yml"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is not there"),
        ("state: [", "is not YAML"),
        ("state: 2026-11-23", "a section is wanted"),
        ("state: .nan", "no number to compare with"),
        ("- a list", "bluegreen.yml"),
        ("services: {}\nstate: {}\nservices: {}", "'services' is written twice"),
        ("[" * 3000 + "]" * 3000, "is nested too deeply"),
        ("state: \udcff", "is not UTF-8 text"),
    ],
)
def test_what_cannot_be_settings_at_all_is_said_so(text, said, tmp_path):
    if text is not None:
        (tmp_path / "bluegreen.yml").write_text(text, errors="surrogateescape")

    done = CliRunner().invoke(
        app, ["stage", "--config", str(tmp_path / "bluegreen.yml"), "--out", str(tmp_path / "out")]
    )

    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_was_not_staged_is_never_replaced(written, tmp_path):
    (tmp_path / "project.yml").touch()
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(Faulty, match="was not staged"):
        stage(written, tmp_path)

    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_anothers_functions_are_not_replaced(written, tmp_path):
    theirs = tmp_path / "packages" / "shop" / "pay" / "__main__.py"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("def main(event): ...")
    (tmp_path / "project.yml").write_text("packages: []")

    with pytest.raises(Faulty, match="was not staged"):
        stage(written, tmp_path)

    assert theirs.read_text() == "def main(event): ..."


@pytest.mark.slow
def test_what_was_staged_before_there_was_a_mark_is_replaced(written, tmp_path):
    stage(written, tmp_path / "out", PYTHON, local=True)
    (tmp_path / "out" / ".bluegreen-staged").unlink()

    stage(written, tmp_path / "out", PYTHON, local=True)

    assert (tmp_path / "out" / ".bluegreen-staged").is_file()


def test_a_folder_of_ones_own_is_not_replaced_whatever_it_is_called(written, tmp_path, monkeypatch):
    diary = tmp_path / "mine" / "private" / "diary.txt"
    diary.parent.mkdir(parents=True)
    diary.write_text("dear")
    monkeypatch.chdir(tmp_path / "mine" / "private")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for place in (tmp_path / "mine", Path("."), tmp_path / "link"):
        with pytest.raises(Faulty):
            stage(written, place, kind="hardened")
    assert diary.read_text() == "dear"


def test_a_place_below_a_file_is_refused(written, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(Faulty, match=r"cannot be made: .* name another folder"):
        stage(written, tmp_path / "file" / "out")


@pytest.mark.slow
def test_a_function_that_is_too_heavy_is_refused_and_the_tree_from_before_stays(written, tmp_path):
    before = tmp_path / "out" / "packages"
    before.mkdir(parents=True)

    with pytest.raises(Faulty, match=r"hooks/github: \d+\.\d MB zipped, over 1"):
        stage(written, tmp_path / "out", limit=1_000_000)

    assert [found.name for found in tmp_path.rglob("*")] == ["out", "packages"]


def test_a_function_without_code_is_named(written, tmp_path):
    shutil.copy(ROOT / "project.yml", tmp_path)
    shutil.copytree(ROOT / "packages", tmp_path / "packages", ignore=shutil.ignore_patterns("health"))

    with pytest.raises(Faulty, match=r"project.yml names checks/health, but .* is not there") as refused:
        stage(written, tmp_path / "out", root=tmp_path)

    assert len(refused.value.faults) == 1


def of(folder):
    """A staged project.yml, by function."""
    read = project.read((folder / "project.yml").read_text())
    return {p.full_name(f): f for p in read.packages for f in p.functions}


@pytest.mark.slow
def test_the_hardened_layout_is_two_projects_and_the_one_on_the_web_holds_no_key_that_opens_more(written, tmp_path):
    out = tmp_path / "out"
    stage(written, out, PYTHON, kind="hardened", local=True)

    whole, private, hooks = of(ROOT), of(out / "private"), of(out / "hooks")
    assert sorted(found.name for found in out.iterdir()) == [".bluegreen-staged", "hooks", "private"]
    assert {*private, *hooks} == {*whole}
    assert {*hooks} == {
        "hooks/github",
        "hooks/alert",
        "hooks/slack",
        "hooks/deployment",
        "ops/dashboard",
        "ops/metrics",
    }
    assert all(private[name] == whole[name] and not whole[name].web for name in private)
    for name, function in hooks.items():
        wakes = {"BLUEGREEN_FUNCTIONS_KEY"} & {*whole[name].environment}  # ops/metrics wakes nobody
        assert {*whole[name].environment} - {*function.environment} == wakes
        assert not {*layout.NOT_ON_THE_WEB} & {*function.environment}
        assert (out / "hooks" / "packages" / name / "__main__.py").is_file()
    assert not (out / "private" / "packages" / "ops" / "dashboard").exists()
    assert sorted(path.name for path in (out / "private" / "packages").iterdir()) == ["checks", "default", "ops"]


@pytest.mark.slow
def test_a_value_stays_in_quotes_whatever_it_holds(written, tmp_path):
    stage(written, tmp_path / "out", PYTHON, kind="hardened", local=True)
    odd = dict.fromkeys(re.findall(r"\$\{(\w+)", (ROOT / "project.yml").read_text()), "a: b # c {d}")

    read = project.read((tmp_path / "out" / "hooks" / "project.yml").read_text(), odd)

    assert {value for p in read.packages for f in p.functions for value in f.environment.values()} == {"a: b # c {d}"}


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("BLUEGREEN_ALERT_SECRET:", "BLUEGREEN_DIGITALOCEAN_TOKEN:", "hooks/alert is on the web and gets"),
        ("web: false", "web: true", "deploy is on the web, so it belongs to package hooks"),
    ],
)
def test_a_project_that_would_not_keep_the_layouts_promise_is_refused(was, now, said):
    text = project.without_comments((ROOT / "project.yml").read_text()).replace(was, now, 1)

    with pytest.raises(Faulty, match=said):
        layout.parts(text, "hardened")


@pytest.mark.slow
def test_the_command_stages_the_layout_and_says_what_is_next(written, tmp_path):
    (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump(written))
    where = ["--config", str(tmp_path / "bluegreen.yml"), "--out", str(tmp_path / "out")]

    done = CliRunner().invoke(app, ["stage", *where, "--layout", "hardened"])
    assert done.exit_code == 0, done.output
    assert done.output.count("doctl serverless deploy") == 2

    done = CliRunner().invoke(app, ["stage", *where, "--layout", "hard"])
    assert (done.exit_code, "layout 'hard' is not known (known: default, hardened)" in done.output) == (2, True)
