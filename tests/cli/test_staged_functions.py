"""Staged functions, run as the platform runs them: unpacked, in a bare Python, behind the libraries of its image."""

import io
import json
import subprocess
import sys
import textwrap
import zipfile

import pytest

from bluegreen.settings import OPTIONAL, PREFIX
from bluegreen_cli import archive, project
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server

pytestmark = pytest.mark.slow

READ = project.read((ROOT / "project.yml").read_text())
FUNCTIONS = {p.full_name(f): (p.name, f) for p in READ.packages for f in p.functions}

# DigitalOcean's launcher (github.com/nimbella/openwhisk-runtime-python): the virtualenv, the image, the folder last.
LAUNCHER = """
    import json, os, sys
    image, event = sys.argv[1:]
    sys.path.append(image)
    script = os.path.abspath("virtualenv/bin/activate_this.py")
    with open(script) as code:
        exec(code.read(), {"__file__": script})
    sys.path.append(os.getcwd())
    from main__ import main
    answer = main(json.loads(event), None)
    places = {name: sys.modules[name].__file__ for name in ("botocore", "pydantic", "httpx", "bluegreen")}
    print(json.dumps({"answer": answer, "places": places}))
"""


@pytest.fixture(scope="module")
def unpacked(staged, tmp_path_factory):
    """Unpacks a function; the libraries, which all have in common, once."""
    folder = tmp_path_factory.mktemp("function")

    def unpack(name):
        package, function = FUNCTIONS[name]
        code = archive.packed(staged / "packages" / package / function.name)
        with zipfile.ZipFile(io.BytesIO(code)) as zipped:
            own = [m for m in zipped.namelist() if "/" not in m or m.endswith(("/bluegreen.zip", "/pgparse.abi3.so"))]
            wanted = own if (folder / "virtualenv").exists() else zipped.namelist()
            zipped.extractall(folder, wanted)
        (folder / "__main__.py").replace(folder / "main__.py")
        return folder

    return unpack


@pytest.fixture
def image(tmp_path):
    """Libraries that an image brings along: too old for us."""
    for name in ("botocore", "pydantic", "httpx", "urllib3"):
        (tmp_path / "image" / name).mkdir(parents=True)
        (tmp_path / "image" / name / "__init__.py").write_text("raise ImportError('the old one of the image')")
    return tmp_path / "image"


@pytest.mark.parametrize("name", ["deploy", "ops/watch"])
def test_whoever_judges_migrations_has_postgresqls_parser(unpacked, name):
    ask = """
        import os
        script = os.path.abspath("virtualenv/bin/activate_this.py")
        exec(open(script).read(), {"__file__": script})
        from bluegreen.core.migrations.tree import parsed
        print(len(parsed("SELECT 1; DROP TABLE users")))
    """
    asked = [sys.executable, "-I", "-S", "-B", "-c", textwrap.dedent(ask)]
    done = subprocess.run(asked, cwd=unpacked(name), env={}, capture_output=True, text=True, timeout=60)
    assert done.stdout == "2\n", done.stderr


def test_a_rollback_imports_no_judge_no_page_and_no_writer_of_documentation(unpacked):
    """And looks for nothing to throw away until it is called, then as ever."""
    ask = """
        import gc, json, os, sys
        script = os.path.abspath("virtualenv/bin/activate_this.py")
        exec(open(script).read(), {"__file__": script})
        sys.path.append(os.getcwd())
        from main__ import main
        before = gc.isenabled()
        main({}, None)
        print(json.dumps([before, gc.isenabled(), gc.get_freeze_count() > 0, sorted(sys.modules)]))
    """
    asked = [sys.executable, "-I", "-S", "-B", "-c", textwrap.dedent(ask)]
    done = subprocess.run(asked, cwd=unpacked("rollback"), env={}, capture_output=True, text=True, timeout=60)
    before, afterwards, frozen, modules = json.loads(done.stdout.splitlines()[-1])

    assert (before, afterwards, frozen) == (False, True, True)
    spared = (
        "bluegreen.core.judge.verdict",
        "bluegreen.page",
        "bluegreen.core.html",
        "bluegreen.core.migrations",
        "botocore.docs.bcdoc",
    )
    assert [name for name in modules if name.startswith(spared)] == []
    assert "bluegreen.core.judge.written_look" in modules


def run(folder, image, event, environment=None):
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", textwrap.dedent(LAUNCHER), str(image), json.dumps(event)],
        cwd=folder,
        env=environment or {},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_loads_its_own_libraries_and_says_which_settings_it_lacks(name, unpacked, image):
    folder = unpacked(name)

    done = run(folder, image, {})

    assert all(place.startswith(str(folder / "virtualenv")) for place in done["places"].values()), done["places"]
    lacking = FUNCTIONS[name][1].environment.keys() - {f"{PREFIX}{field.upper()}" for field in OPTIONAL}
    said = json.dumps(done["answer"])
    assert all(f"{setting}: is not set" in said for setting in lacking), said


def test_a_function_reads_and_writes_its_journal_with_the_trimmed_libraries(unpacked, image, written):
    spaces = Server(Spaces({"KEY": ("secret", {"": "fullaccess"})}, [written["state"]["bucket"]]).app)
    try:
        folder = unpacked("status")
        written["state"]["endpoint"] = spaces.url
        written["services"]["web"]["signals"] = ["router"]  # which nobody is
        (folder / "bluegreen.json").write_text(json.dumps(written))
        settings = {"BLUEGREEN_SPACES_KEY": "KEY", "BLUEGREEN_SPACES_SECRET": "secret"}

        answer = run(folder, image, {}, settings)["answer"]
    finally:
        spaces.close()

    assert answer["ok"], answer
    assert answer["what"] == "web: blue active v1.2.0, green idle v1.1.0"
