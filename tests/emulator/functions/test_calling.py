"""How main is called, and what becomes of its answer."""

import re
import time
from pathlib import Path

import pytest

from tests.waiting import stays, until


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def main(): return {'args': 0}", {"args": 0}),
        ("def main(event): return {'args': event}", {"args": {"x": 1}}),
        ("def main(event, context=None): return {'args': context is not None}", {"args": True}),
        ("def main(*args, **kw): return {'args': [len(args), len(kw)]}", {"args": [0, 0]}),
        ("def main(a, b, c): return {}", {"error": "main() missing 1 required positional argument: 'c'"}),
        ("from functools import partial\nmain = partial(dict)", None),
        ("def main(event): return None", {}),
        ("def main(event): return []", {}),
        ("def main(event): return 0", {}),
    ],
)
def test_the_number_of_arguments_decides_what_main_gets(cloud, code, expected):
    cloud.deploy("arity", code)

    found = cloud.call("arity", {"x": 1}).json()

    assert found == expected or (expected is None and "__code__" in found["error"])


def test_the_context_tells_where_the_function_runs(cloud):
    code = """
        def main(event, context):
            return vars(context) | {"left": context.get_remaining_time_in_millis()}
    """
    cloud.deploy("ops/context", code, limits={"timeout": 20_000})

    asked = time.time() * 1000
    answer = cloud.call("ops/context")
    found = answer.json()

    assert len(found) == 9
    assert re.fullmatch("[0-9a-f]{32}", found["request_id"])
    assert found["function_name"] == "/tests/ops/context"
    assert found["function_version"] == "0.0.1"
    assert found["activation_id"] == answer.headers["x-openwhisk-activation-id"]
    assert (found["api_host"], found["api_key"], found["namespace"]) == ("http://functions.test", "", "tests")
    assert 0 < found["left"] <= 20_000
    assert asked - 1 <= found["deadline"] - found["left"] <= time.time() * 1000 + 1


def test_the_api_key_is_given_where_the_platform_and_the_function_want_it(start):
    cloud = start(provide_api_key=True)
    code = "def main(event, context): return {'key': context.api_key}"
    cloud.deploy("asking", code, annotations=[{"key": "provide-api-key", "value": True}])
    cloud.deploy("silent", code)

    assert cloud.call("asking").json() == {"key": "dof_v1_tests:secret"}
    assert cloud.call("silent").json() == {"key": ""}


def test_an_exception_is_an_application_error_with_its_text(cloud):
    cloud.deploy("raising", "def main(event): raise ValueError('too late')")

    record = cloud.record("raising")

    assert record["response"]["result"] == {"error": "too late"}
    assert (record["response"]["status"], record["response"]["success"]) == ("application error", False)
    assert any(line.endswith("stderr: ValueError: too late") for line in record["logs"])


@pytest.mark.parametrize("answer", ["[1]", "'text'", "7", "{'x': float('nan')}", "{'x': float('inf')}"])
def test_what_is_not_an_object_is_a_developer_error(cloud, answer):
    cloud.deploy("shape", f"def main(event): return {answer}")

    record = cloud.record("shape")

    assert record["response"]["result"] == {"error": "The function did not return a dictionary."}
    assert record["response"]["status"] == "action developer error"


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\ndef main(event): return {'at': datetime.datetime(2026, 1, 1)}",
        "def main(event): return {'raw': b'bytes'}",
        "def main(event): return {'text': '\\ud800'}",
        "def main(event):\n x = {}\n x['x'] = x\n return x",
        "async def main(event): return {}",
        "import sys\ndef main(event): sys.exit(0)",
        "import os\ndef main(event): os._exit(3)",
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_answer_that_is_not_json_kills_the_process(cloud, code):
    counted = "calls = 0\n" + code
    cloud.deploy("deadly", counted)

    assert cloud.record("deadly")["response"] == {
        "result": {"error": "command exited"},
        "status": "action developer error",
        "success": False,
    }


def test_event_and_result_go_through_json(cloud):
    cloud.deploy("echo", "def main(event): return {'event': event, 'tuple': (1, 2), 3: 'ü'}")

    assert cloud.call("echo", {"ä": [None, 1.5, True]}).json() == {
        "event": {"ä": [None, 1.5, True]},
        "tuple": [1, 2],
        "3": "ü",
    }


def test_globals_live_as_long_as_the_process(cloud):
    counting = "n = 0\ndef main(event):\n global n\n n += 1\n return {'n': n}"
    cloud.deploy("counting", counting)

    assert [cloud.call("counting").json()["n"] for _ in range(3)] == [1, 2, 3]

    cloud.deploy("counting", counting)
    assert cloud.call("counting").json() == {"n": 1}


def test_a_new_process_follows_one_that_died(cloud):
    code = """
        import os
        n = 0
        def main(event):
            global n
            n += 1
            if event.get("die"):
                os._exit(1)
            return {"n": n}
    """
    cloud.deploy("dying", code)

    assert cloud.call("dying").json() == {"n": 1}
    assert cloud.call("dying", {"die": True}).status_code == 502
    assert cloud.call("dying").json() == {"n": 1}


def test_a_process_takes_one_call_at_a_time(cloud, tmp_path):
    code = """
        import os, pathlib, time
        def main(event):
            folder = pathlib.Path(event["folder"])
            (folder / str(os.getpid())).touch()
            while not (folder / "go").exists():
                time.sleep(0.01)
            return {"pid": os.getpid()}
    """
    cloud.deploy("busy", code, limits={"timeout": 100_000})

    ids = [cloud.api.post("/actions/busy", json={"folder": str(tmp_path)}).json()["activationId"] for _ in range(3)]
    until(lambda: len(list(tmp_path.iterdir())) == 3, what="three calls run at the same time")
    (tmp_path / "go").touch()
    for id_ in ids:
        until(lambda id_=id_: cloud.api.get(f"/activations/{id_}").is_success, what="the call has ended")

    pids = {cloud.api.get(f"/activations/{id_}/result").json()["result"]["pid"] for id_ in ids}
    assert {str(pid) for pid in pids} | {"go"} == {found.name for found in tmp_path.iterdir()}


def test_threads_stand_still_between_calls(cloud, tmp_path):
    code = """
        import os, pathlib, threading, time
        def tick(file):
            with file.open("a") as ticks:  # it only grows: what is written anew is empty for a moment
                for _ in range(100_000):
                    ticks.write(".")
                    ticks.flush()
                    time.sleep(0.01)
        def main(event):
            file = pathlib.Path(event["file"])
            if not file.exists():
                threading.Thread(target=tick, args=(file,), daemon=True).start()
            began = file.stat().st_size if file.exists() else 0
            while not file.exists() or file.stat().st_size == began:
                time.sleep(0.01)
            return {"pid": os.getpid()}
    """
    cloud.deploy("ticking", code)
    ticks = tmp_path / "ticks"

    pid = cloud.call("ticking", {"file": str(ticks)}).json()["pid"]
    until(
        lambda: f"{pid} (" in (stat := Path(f"/proc/{pid}/stat").read_text()) and ") T " in stat, what="it is stopped"
    )
    before = ticks.stat().st_size

    stays(lambda: ticks.stat().st_size == before, 0.3, "the count")
    cloud.call("ticking", {"file": str(ticks)}).raise_for_status()
    assert ticks.stat().st_size > before


@pytest.mark.slow
def test_a_result_over_1_mb_is_an_application_error(cloud):
    cloud.deploy("large", "def main(event): return {'x': 'x' * event['size']}")

    assert cloud.call("large", {"size": 1024 * 1024 - 20}).status_code == 200
    answer = cloud.call("large", {"size": 1024 * 1024})
    assert answer.status_code == 502
    assert answer.json()["error"].startswith(
        "The action produced a response that exceeded the allowed length: 1048585 > 1048576 bytes."
    )
