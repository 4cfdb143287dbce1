"""`bluegreen deploy-functions`: the doctor, the staging and the deployment in one, without doctl and its plug-in.

It sends what DigitalOcean's own deployer sends (deployer.py). The functions' access key says which namespace it is;
the triggers want a token that may make them, which that of releases need not.
"""

import os
from collections.abc import Callable
from pathlib import Path

from bluegreen_cli import config as configuration
from bluegreen_cli import doctor, layout
from bluegreen_cli.deployer import deploy
from bluegreen_cli.doctor.findings import Result
from bluegreen_cli.doctor.namespaces import Ours
from bluegreen_cli.doctor.patient import Paths, Patient, given
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT, stage

_TOKEN = "BLUEGREEN_DIGITALOCEAN_TOKEN"


def run(config: Path, env: Path, out: Path, python: str, tell: Callable[[str], None]) -> None:
    """`Faulty` where the doctor finds a fault: nothing is deployed then."""
    _examine(config, env, tell)
    written = configuration.read(config)
    sizes = stage(written, out, python)
    tell(f"staged {len(sizes)} functions in {out}")
    settings = given(env)
    ours, api = _namespace(config, env)
    token = os.environ.get("DIGITALOCEAN_ACCESS_TOKEN") or settings.get(_TOKEN, "")
    key = settings["BLUEGREEN_FUNCTIONS_KEY"]
    done = deploy(out, settings, ours.api_host, key, api, token, ours.name)
    tell(f"deployed {len(done.functions)} functions and {len(done.triggers)} trigger to {ours.label}")


def _examine(config: Path, env: Path, tell: Callable[[str], None]) -> None:
    found = [each.finding for each in doctor.examine(config, env)]
    faults = [finding for finding in found if finding.result is Result.FAULT]
    for finding in found:
        if finding.result is Result.DOUBT:
            tell(finding.line)
    if faults:
        raise Faulty([*(finding.line for finding in faults), "nothing was deployed: `bluegreen doctor` has all of it"])


def _namespace(config: Path, env: Path) -> tuple[Ours, str]:
    patient = Patient(Paths(config, env, ROOT, layout.LAYOUTS[0]))
    with patient.http:
        if patient.ours is None:
            raise Faulty(
                ["BLUEGREEN_FUNCTIONS_KEY: no namespace of this account takes it: `bluegreen setup` makes one"]
            )
        return patient.ours, patient.file.apis.digitalocean
