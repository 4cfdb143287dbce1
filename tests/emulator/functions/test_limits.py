"""Time limits, logs, cold and warm processes, throttling, and accidents of accepted calls."""

from pathlib import Path

import pytest

from tests.emulator.functions.processes import is_alive
from tests.waiting import until

SLEEPING = """
import time
def main(event):
    print("before", flush=True)
    try:
        time.sleep(event.get("seconds", 60))
    finally:
        open(event.get("trace", "trace"), "w").write("cleaned up")
    return {}
"""


@pytest.mark.slow
def test_a_call_is_killed_at_its_time_limit_without_cleaning_up(cloud, tmp_path):
    cloud.deploy("slow", SLEEPING, limits={"timeout": 2000})
    trace = tmp_path / "trace"

    record = cloud.record("slow", {"trace": str(trace)})

    assert record["response"]["result"] == {"error": "The action exceeded its time limits of 2000 milliseconds."}
    assert record["response"]["status"] == "action developer error"
    assert annotation(record, "timeout") is True
    assert 2000 <= record["duration"] < 60_000
    assert record["logs"][0].endswith("Z stdout: before")
    assert not trace.exists()


def test_loading_counts_towards_the_time_limit(cloud):
    cloud.deploy("heavy", "import time\ntime.sleep(5)\ndef main(event): return {}", limits={"timeout": 150})

    assert cloud.record("heavy")["response"]["result"] == {
        "error": "The action exceeded its time limits of 150 milliseconds during initialization."
    }


@pytest.mark.slow
def test_what_a_function_started_dies_with_it(cloud, tmp_path):
    code = """
        import pathlib, subprocess, time
        def main(event):
            child = subprocess.Popen(["sleep", "600"])
            pathlib.Path(event["file"]).write_text(str(child.pid))
            time.sleep(60)
    """
    cloud.deploy("parent", code, limits={"timeout": 2000})
    file = tmp_path / "pid"

    cloud.record("parent", {"file": str(file)})

    child = int(file.read_text())
    until(lambda: not is_alive(child), what="the child of the function has ended")
    assert not is_alive(child)


def test_the_default_time_limit_is_three_seconds(cloud):
    cloud.api.put("/actions/plain", json={"exec": {"kind": "python:3.11", "code": "def main(): return {}"}})

    assert cloud.api.get("/actions/plain").json()["limits"] == {
        "timeout": 3000,
        "memory": 256,
        "logs": 16,
        "concurrency": 1,
    }


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"timeout": 900_001}, "duration 900001 milliseconds exceeds allowed threshold of 900000 milliseconds"),
        ({"memory": 64}, "memory 64 MB below allowed threshold of 128 MB"),
        ({"memory": 2048}, "memory 2048 MB exceeds allowed threshold of 1024 MB"),
        ({"timeout": "60000"}, "duration limit must be whole number"),
    ],
)
def test_limits_outside_the_platforms_own_are_refused(cloud, limits, text):
    body = {"exec": {"kind": "python:3.11", "code": "def main(): return {}"}, "limits": limits}

    answer = cloud.api.put("/actions/refused", json=body)

    assert answer.status_code == 400
    assert text in answer.json()["error"]


def test_the_log_tells_its_streams_apart_and_is_cut_at_its_limit(cloud):
    code = """
        import sys
        def main(event):
            print("out")
            print("err", file=sys.stderr)
            sys.stdout.write("no newline")
            for number in range(event.get("lines", 0)):
                print("x" * 99)
            return {}
    """
    cloud.deploy("logging", code, limits={"logs": 1, "timeout": 10_000})

    lines = [line.split("Z ", 1)[1] for line in cloud.record("logging")["logs"]]
    cut = cloud.record("logging", {"lines": 5000})["logs"]

    assert sorted(lines) == ["stderr: err", "stdout: no newline", "stdout: out"]
    assert cut[-1] == "Logs were truncated because the total bytes size exceeds the limit of 1024 bytes."
    assert len(cut) < 14


def test_every_run_leaves_its_lines_on_disk(cloud):
    cloud.deploy("hooks/page", "def main(event): print('seen'); return {'body': 'x'}", annotations=web())
    cloud.web.get("/hooks/page").raise_for_status()

    text = Path(cloud.platform.log_file("hooks/page")).read_text()

    assert "stdout: seen\n" in text
    assert text.endswith("-- success\n")


def test_a_cold_call_says_how_long_loading_took(cloud):
    cloud.deploy("warming", "def main(event): return {}")

    assert annotation(cloud.record("warming"), "initTime") is not None
    assert annotation(cloud.record("warming"), "initTime") is None


def test_processes_can_be_made_to_start_cold_each_time(start):
    cloud = start(cold=True)
    cloud.deploy("counting", "n = 0\ndef main(event):\n global n\n n += 1\n return {'n': n}")

    assert [cloud.call("counting").json()["n"] for _ in range(2)] == [1, 1]


def test_idle_processes_are_thrown_away_in_time(start):
    kept, thrown_away = start(keep_warm=600), start(keep_warm=0)
    for cloud in (kept, thrown_away):
        cloud.deploy("counting", "n = 0\ndef main(event):\n global n\n n += 1\n return {'n': n}")

    assert [kept.call("counting").json()["n"] for _ in range(2)] == [1, 2]
    assert [thrown_away.call("counting").json()["n"] for _ in range(2)] == [1, 1]


def test_a_minute_takes_so_many_calls_and_no_more(start, still_clock):
    cloud = start(still_clock, invocations_per_minute=3)
    cloud.deploy("quick", "def main(): return {}")

    statuses = [cloud.call("quick").status_code for _ in range(4)]
    refused = cloud.call("quick")
    still_clock.move(seconds=61)

    assert statuses == [200, 200, 200, 429]
    assert refused.json()["error"] == "Too many requests in the last minute (count: 4, allowed: 3)."
    assert cloud.call("quick").status_code == 200


def test_so_many_calls_run_at_once_and_no_more(start):
    cloud = start(concurrent_invocations=2)
    cloud.deploy("slow", "import time\ndef main(event): time.sleep(60)", limits={"timeout": 100_000})

    statuses = [cloud.api.post("/actions/slow").status_code for _ in range(3)]

    assert statuses == [202, 202, 429]
    assert cloud.call("slow").json()["error"] == "Too many concurrent requests in flight (count: 3, allowed: 2)."


@pytest.mark.slow
def test_an_accepted_call_can_be_lost_or_run_twice(start):
    cloud = start()
    code = "n = 0\ndef main(event, context):\n global n\n n += 1\n return {'n': n, 'id': context.activation_id}"
    cloud.deploy("counting", code)
    cloud.platform.accidents.lose_next()
    cloud.platform.accidents.run_next_twice()

    lost = cloud.api.post("/actions/counting")
    twice = cloud.api.post("/actions/counting").json()["activationId"]

    def ran_twice():
        result = cloud.api.get(f"/activations/{twice}/result").json().get("result", {})
        return result if result.get("n") == 2 else None

    result = until(ran_twice, what="the second run has ended")

    assert lost.status_code == 202
    assert cloud.api.get(f"/activations/{lost.json()['activationId']}").status_code == 404
    assert result == {"n": 2, "id": twice}


@pytest.mark.slow
def test_calls_that_are_waited_for_are_never_lost(start):
    cloud = start(lose_accepted=1.0)
    cloud.deploy("kept", "def main(): return {'ran': True}")

    assert cloud.call("kept").json() == {"ran": True}
    lost = cloud.api.post("/actions/kept").json()["activationId"]
    assert cloud.platform.activations.get(lost) is None


def annotation(record, key):
    return next((pair["value"] for pair in record["annotations"] if pair["key"] == key), None)


def web():
    return [{"key": "web-export", "value": True}]
