"""doctl, where it is installed: is it as new as the oldest that was tried? `bluegreen` itself needs it for nothing."""

import re
import shutil
import subprocess
from collections.abc import Iterator

from bluegreen_cli.doctor.findings import Finding, doubt, fine
from bluegreen_cli.doctor.patient import Patient

OLDEST = (1, 166, 0)  # `make deploy`, `spaces keys create` and `serverless key create` were tried with it
_SECONDS = 10
_VERSION = re.compile(r"doctl version (\d{1,4})\.(\d{1,4})\.(\d{1,4})")


def version(patient: Patient) -> Iterator[Finding]:
    program, wanted = shutil.which("doctl"), ".".join(map(str, OLDEST))
    if program is None:
        yield fine("doctl: is not installed here; `bluegreen` needs it for nothing")
        return
    said = _VERSION.search(_said(program))
    if said is None:
        yield doubt("doctl: does not say which version it is", f"{wanted} is the oldest that was tried")
    elif tuple(map(int, said.groups())) < OLDEST:
        what = f"doctl: is {'.'.join(said.groups())}, and {wanted} is the oldest that was tried"
        yield doubt(what, "https://docs.digitalocean.com/reference/doctl/how-to/install/")
    else:
        yield fine(f"doctl: is {'.'.join(said.groups())}")


def _said(program: str) -> str:
    try:
        done = subprocess.run([program, "version"], capture_output=True, text=True, timeout=_SECONDS, errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
