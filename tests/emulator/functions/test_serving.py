"""The platform behind a real HTTP server, as clients find it."""

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.app import create_app
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.wire import Server
from tests.emulator.functions.processes import is_alive
from tests.waiting import until


@pytest.fixture(scope="module")
def server(cloud):
    served = Server(create_app(cloud.platform))
    yield served
    served.close()


@pytest.mark.parametrize("host", ["http://127.0.0.1", "https://api.digitalocean.com"])
def test_an_absolute_request_target_is_understood(server, host):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(f"GET {host}/api/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"python:3.11"' in answer


@pytest.mark.slow
def test_many_callers_at_once_get_their_own_answers(cloud, server):
    cloud.deploy("echo", "import time\ndef main(event): time.sleep(0.05); return event")
    url = f"{server.url}/api/v1/namespaces/_/actions/echo?blocking=true&result=true"

    with httpx.Client(auth=("dof_v1_tests", "secret")) as client, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: client.post(url, json={"n": n}).json(), range(24)))

    assert found == [{"n": n} for n in range(24)]


def test_one_function_calls_another_with_a_key_from_its_environment(cloud, server):
    code = """
        import base64, json, os, urllib.request
        def main(event, context):
            request = urllib.request.Request(
                f"{os.environ['HOST']}/api/v1/namespaces/{context.namespace}/actions/echo?blocking=true&result=true",
                data=json.dumps({"from": "caller"}).encode(),
                headers={
                    "Authorization": "Basic " + base64.b64encode(os.environ["KEY"].encode()).decode(),
                    "Content-Type": "application/json",
                },
            )
            return json.load(urllib.request.urlopen(request))
    """
    cloud.deploy("echo", "def main(event): return event")
    environment = {"HOST": server.url, "KEY": "dof_v1_tests:secret"}
    cloud.deploy("caller", code, parameters=[{"key": k, "value": v, "init": True} for k, v in environment.items()])

    assert cloud.call("caller").json() == {"from": "caller"}


def test_a_new_deployment_ends_the_old_ones_processes(cloud):
    code = "import os\ndef main(): return {'pid': os.getpid()}"
    cloud.deploy("replaced", code)
    old = cloud.call("replaced").json()["pid"]

    cloud.deploy("replaced", code)
    new = cloud.call("replaced").json()["pid"]

    assert is_alive(new)
    assert not is_alive(old)


@pytest.mark.slow
def test_closing_ends_every_process(tmp_path):
    platform = Platform("tests", {}, Clock(), PlatformSettings(any_python=True), tmp_path)
    code = """
import os, pathlib, time
def main(event):
    pathlib.Path(event["file"]).write_text(str(os.getpid()))
    time.sleep(event["s"])
    return {}
"""
    platform.catalog.put_action(
        "fn", {"exec": {"kind": "python:3.11", "code": code}, "limits": {"timeout": 60_000}}, True
    )
    idle, busy = tmp_path / "idle", tmp_path / "busy"
    platform.invoke("fn", {"file": str(idle), "s": 0}).wait(60)
    platform.invoke("fn", {"file": str(tmp_path / "other"), "s": 0}).wait(60)
    running = platform.invoke("fn", {"file": str(busy), "s": 60})
    until(busy.exists, what="the function runs")

    platform.close()

    assert running.wait(60).outcome.result == {"error": "command exited"}
    assert not [file for file in (idle, busy) if is_alive(int(file.read_text()))]


@pytest.mark.slow
def test_processes_end_with_the_emulator_even_if_it_is_killed(tmp_path):
    code = f"""
import pathlib, sys, time
sys.path.insert(0, {str(Path(__file__).parents[3] / "emulator")!r})
from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.settings import PlatformSettings
platform = Platform("tests", {{}}, Clock(), PlatformSettings(any_python=True), pathlib.Path({str(tmp_path)!r}))
main = "import os\\ndef main(): return {{'pid': os.getpid()}}"
platform.catalog.put_action("fn", {{"exec": {{"kind": "python:3.11", "code": main}}}}, True)
print(platform.invoke("fn", {{}}).wait(60).outcome.result["pid"], flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as emulator:
        pid = int(emulator.stdout.readline())
        assert is_alive(pid)
        emulator.kill()

    until(lambda: not is_alive(pid), what="the function's process has ended")
