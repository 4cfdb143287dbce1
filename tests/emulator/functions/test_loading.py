"""How a function's code gets into its process, and what it finds there."""

import pytest

ENVIRONMENT = """
import os, sys
def main(event, context):
    return {"env": dict(os.environ), "path": sys.path, "cwd": os.getcwd(), "name": __name__, "file": __file__}
"""


def test_a_function_sees_only_its_own_environment(cloud, monkeypatch):
    monkeypatch.setenv("FROM_THE_LAPTOP", "1")
    cloud.api.put("/packages/ops", params={"overwrite": "true"}, json={"parameters": init(A="package", B="package")})
    cloud.deploy("ops/env", ENVIRONMENT, parameters=init(B="function", C={"not": "text"}))
    cloud.api.put("/packages/ops", params={"overwrite": "true"}, json={"parameters": init(A="package", B="package")})

    env = cloud.call("ops/env").json()["env"]

    assert {name for name in env if not name.startswith("__OW_")} == {"PATH", "A", "B", "C"}
    assert (env["A"], env["B"], env["C"]) == ("package", "function", '{"not": "text"}')
    assert env["__OW_ACTION_NAME"] == "/tests/ops/env"
    assert env["__OW_API_HOST"] == "http://functions.test"


def test_the_working_directory_is_fresh_and_last_in_the_path(cloud):
    cloud.deploy("where", ENVIRONMENT)

    found = cloud.call("where").json()

    assert found["path"][-1] == found["cwd"]
    assert found["file"].endswith("/main__.py")
    assert found["name"] == "main__"
    assert not [place for place in found["path"] if "site-packages" in place]


def test_a_zip_is_unpacked_and_its_main_renamed(cloud):
    main = """
        import os, helper
        if __name__ == "__main__":
            raise RuntimeError("never runs")
        def main(event):
            return {"files": sorted(os.listdir(".")), "helper": helper.VALUE}
    """
    cloud.deploy("zipped", {"__main__.py": main, "helper.py": "VALUE = 42", "bluegreen.json": "{}"})

    assert cloud.call("zipped").json() == {
        "files": ["__pycache__", "bluegreen.json", "helper.py", "main__.py"],
        "helper": 42,
    }


def test_libraries_of_the_emulator_are_not_there(cloud):
    importing = """
        def main(event):
            __import__(event["library"])
            return {"found": True}
    """
    cloud.deploy("importing", importing)

    for library in ("flask", "werkzeug", "functions_framework", "httpx", "boto3", "pydantic", "emulator", "bluegreen"):
        assert cloud.call("importing", {"library": library}).json() == {"error": f"No module named '{library}'"}


def test_a_library_in_the_zip_is_used_even_if_the_emulator_has_its_own(cloud):
    main = "import flask, click\ndef main(event): return {'flask': flask.OURS, 'click': click.OURS}"
    cloud.deploy("own", {"__main__.py": main, "flask.py": "OURS = 1", "click/__init__.py": "OURS = 2"})

    assert cloud.call("own").json() == {"flask": 1, "click": 2}


def test_a_module_of_the_standard_library_hides_a_sibling_of_the_same_name(cloud):
    main = "import queue\ndef main(event): return {'sibling': hasattr(queue, 'OURS')}"
    cloud.deploy("hidden", {"__main__.py": main, "queue.py": "OURS = 1"})

    assert cloud.call("hidden").json() == {"sibling": False}


def test_preinstalled_libraries_come_before_the_functions_own(start, tmp_path):
    (tmp_path / "vendored.py").write_text("OURS = False")
    cloud = start(preinstalled=(tmp_path,))
    main = "import vendored\ndef main(event): return {'ours': vendored.OURS}"
    cloud.deploy("hidden", {"__main__.py": main, "vendored.py": "OURS = True"})

    assert cloud.call("hidden").json() == {"ours": False}


def test_a_virtualenv_is_activated_by_its_script(cloud):
    activate = """
        import os, sys
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "lib"))
    """
    files = {
        "__main__.py": "import inside\ndef main(event): return {'inside': inside.HERE}",
        "virtualenv/bin/activate_this.py": activate,
        "virtualenv/lib/inside.py": "HERE = True",
    }
    cloud.deploy("venv", files)

    assert cloud.call("venv").json() == {"inside": True}


def test_a_virtualenv_without_the_script_stops_the_start(cloud):
    cloud.deploy("broken", {"__main__.py": "def main(event): return {}", "virtualenv/lib/x.py": ""})

    record = cloud.record("broken")

    assert record["response"]["result"] == {"error": "Cannot start function. Check logs for details."}
    assert record["response"]["status"] == "action developer error"
    assert record["logs"][0].endswith("stderr: Invalid virtualenv: Zip file does not include 'activate_this.py'.")


def test_an_import_error_is_told_in_the_log_only(cloud):
    cloud.deploy("missing", "import nowhere\ndef main(event): return {}")

    record = cloud.record("missing")

    assert record["response"]["result"] == {"error": "Cannot start function. Check logs for details."}
    assert record["logs"][0].endswith("Z stderr: Invalid function: No module named 'nowhere'")


def test_a_zip_without_main_and_a_main_that_is_not_there_cannot_start(cloud):
    cloud.deploy("nomain", {"other.py": ""})
    cloud.deploy("noname", "def other(event): return {}")

    assert "does not include '__main__.py'" in cloud.record("nomain")["logs"][0]
    assert "has no attribute 'main'" in cloud.record("noname")["logs"][0]


def test_another_entry_function_can_be_named(cloud):
    exec_ = {"kind": "python:3.11", "code": "def entry(event): return {'entry': True}", "main": "entry"}
    cloud.api.put("/actions/entry", json={"exec": exec_}).raise_for_status()

    assert cloud.call("entry").json() == {"entry": True}


@pytest.mark.slow
def test_sys_exit_while_loading_ends_the_process(cloud):
    cloud.deploy("leaving", "import sys\nsys.exit('no settings')\ndef main(event): return {}")

    record = cloud.record("leaving")

    assert record["response"]["result"] == {"error": "The action did not initialize and exited unexpectedly."}
    assert record["logs"][0].endswith("stderr: no settings")


def init(**values):
    return [{"key": key, "value": value, "init": True} for key, value in values.items()]
