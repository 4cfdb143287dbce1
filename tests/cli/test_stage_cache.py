"""What the functions carry is fetched by its hash, kept, and held to what it was before it is used again."""

import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bluegreen_cli import sums
from bluegreen_cli.faults import Faulty
from bluegreen_cli.libraries import libraries
from bluegreen_cli.stage import ROOT, stage
from tests.cli.conftest import PYTHON
from tests.waiting import until

pytestmark = pytest.mark.slow

LOCK = (ROOT / "requirements-functions.lock").read_text()
(SMALL,) = re.findall(r"(?m)^annotated-types==.*?# via", LOCK, re.S)  # a package without dependencies, to be quick
MODULE = "annotated_types/__init__.py"


def alter(found):
    """As an edit in .build does, which shares its files with what is kept."""
    with (found / MODULE).open("a") as file:
        file.write("import os\n")


SPOILT = {
    "a source that was altered": alter,
    "a source cut short": lambda found: os.truncate(found / MODULE, 100),
    "an emptied file": lambda found: os.truncate(found / MODULE, 0),
    "a file that is gone": lambda found: (found / MODULE).unlink(),
    "bytecode, which runs unchecked": lambda found: next(found.rglob("__init__*.pyc")).write_bytes(b"other"),
    "a module that was added": lambda found: (found / "sitecustomize.py").write_text("import os\n"),
    "a link": lambda found: (found / "more.py").symlink_to(__file__),
    "a folder that is a link": lambda found: (found / "more").symlink_to(ROOT / "shared"),
    "no list of sums": lambda found: (found.parent / "SHA256SUMS").unlink(),
    "an empty list of sums": lambda found: os.truncate(found.parent / "SHA256SUMS", 0),
    "half a list of sums": lambda found: os.truncate(found.parent / "SHA256SUMS", 200),
    "nothing but a folder": lambda found: [shutil.rmtree(found), (found.parent / "SHA256SUMS").unlink()],
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """A folder with a small lock, and what it names, fetched."""
    root = tmp_path_factory.mktemp("fetched")
    (root / "requirements-functions.lock").write_text(SMALL + "\n")
    libraries(root, PYTHON)
    return root


@pytest.fixture
def root(fetched, tmp_path):
    shutil.copytree(fetched, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """pip finds nothing: what is not kept cannot be had."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("offline")
def test_what_is_kept_as_it_was_made_is_used_again_without_the_network(root, capfd):
    assert (libraries(root, PYTHON) / MODULE).is_file()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_is_kept_but_not_as_it_was_made_is_made_anew_and_said(spoil, root, capfd):
    before = content(libraries(root, PYTHON))
    spoil(libraries(root, PYTHON))

    assert content(libraries(root, PYTHON)) == before
    assert "is not as it was made" in capfd.readouterr().err
    assert content(libraries(root, PYTHON)) == before
    assert capfd.readouterr().err == ""
    kept = sorted(path.name for path in (root / ".stage_cache").iterdir())
    assert [name for name in kept if not re.fullmatch(r"[0-9a-f]{16}|\.gitignore", name)] == []


@pytest.mark.usefixtures("offline")
def test_what_is_spoilt_is_never_used_where_nothing_else_can_be_had(root, written):
    shutil.copy(ROOT / "project.yml", root)
    shutil.copytree(ROOT / "packages", root / "packages")
    alter(libraries(root, PYTHON))

    with pytest.raises(Faulty, match="pip could not fetch"):
        stage(written, root / "out", PYTHON, root=root)

    assert not (root / "out").exists()


def test_several_that_find_it_spoilt_at_once_all_get_it_whole(root):
    before = content(libraries(root, PYTHON))
    alter(libraries(root, PYTHON))

    with ThreadPoolExecutor(3) as together:
        assert set(together.map(lambda _: libraries(root, PYTHON), range(3))) == {libraries(root, PYTHON)}

    assert content(libraries(root, PYTHON)) == before


def test_a_fetch_that_breaks_off_leaves_nothing_that_would_be_used(root):
    """Killed at any time: a folder has its name only once it is whole."""
    shutil.rmtree(root / ".stage_cache")
    imports = "from pathlib import Path; from bluegreen_cli.libraries import libraries"
    call = f"{imports}; libraries(Path({str(root)!r}), {PYTHON!r})"
    with subprocess.Popen([sys.executable, "-c", call], start_new_session=True) as process:
        until(lambda: list(root.glob(".stage_cache/[!.]*")), what="the fetch's own folder")
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL  # it was not done yet

    assert [path.name for path in (root / ".stage_cache").iterdir() if re.fullmatch(r"[0-9a-f]{16}", path.name)] == []
    assert (libraries(root, PYTHON) / MODULE).is_file()


@pytest.mark.parametrize(
    ("lock", "why"),
    [
        (SMALL.partition(" ")[0] + "\n", "hashes"),  # without any
        (re.sub(r"sha256:\w+", f"sha256:{'0' * 64}", SMALL), "DO NOT MATCH"),  # another package under this name
    ],
)
def test_a_library_that_is_not_the_one_of_the_lock_is_refused(lock, why, tmp_path):
    (tmp_path / "requirements-functions.lock").write_text(lock)

    with pytest.raises(Faulty, match=f"pip could not fetch requirements-functions.lock: (?s:.*){why}"):
        libraries(tmp_path, PYTHON)

    assert [path.name for path in (tmp_path / ".stage_cache").iterdir()] == [".gitignore"]


def test_the_sums_are_those_that_sha256sum_reads(root):
    entry = libraries(root, PYTHON).parent
    done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=entry, timeout=60)

    assert (done.returncode, sums.differences(entry)) == (0, [])
