"""POST_DEPLOY jobs: once a deployment is live, their commands are run with /bin/sh."""

import os
import signal
import subprocess
import threading
from dataclasses import dataclass

from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.deployment import Deployment
from bluegreen_emulator.digitalocean.lifecycle import Lifecycle
from bluegreen_emulator.digitalocean.spec import environment

LIMIT = 20.0  # seconds


@dataclass
class JobRun:
    app: str
    deployment: str
    job: str
    phase: str = "RUNNING"  # then SUCCEEDED or FAILED, as for job invocations
    output: str = ""


class Jobs:
    """Runs each job in a thread of its own; `runs` tells what became of them."""

    def __init__(self) -> None:
        self.runs: list[JobRun] = []
        self._threads: list[threading.Thread] = []

    def start(self, lifecycle: Lifecycle, app: App, deployment: Deployment) -> None:
        for job in deployment.spec.get("jobs", []):
            if job.get("kind") != "POST_DEPLOY" or not job.get("run_command"):
                continue
            env = environment(deployment.spec, job, lifecycle.vault, lifecycle.known(app))
            run = JobRun(app.name, deployment.id, job["name"])
            self.runs.append(run)
            thread = threading.Thread(target=_run, args=(run, job["run_command"], env), daemon=True)
            self._threads = [*(t for t in self._threads if t.is_alive()), thread]
            thread.start()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join(LIMIT + 1)


def _run(run: JobRun, command: str, env: dict[str, str]) -> None:
    environ = {"PATH": os.environ.get("PATH", "/usr/bin:/bin")} | env
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            run.output = process.communicate(timeout=LIMIT)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            run.output = f"stopped after {LIMIT:g} s"
    run.phase = "SUCCEEDED" if process.returncode == 0 else "FAILED"
