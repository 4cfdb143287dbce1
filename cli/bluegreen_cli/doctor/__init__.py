"""The doctor: all that would fail in a deployment or in a release is asked for beforehand, and everything at once.

A fault hides only what rests on it. Names of settings are told, their values never.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bluegreen.core.errors import BluegreenError, described
from bluegreen_cli.doctor.findings import Finding, Result, failed, fault, fine, skipped
from bluegreen_cli.doctor.mends import MENDS
from bluegreen_cli.doctor.patient import Paths, Patient, given
from bluegreen_cli.doctor.table import CHECKS, DoctorCheck
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT

__all__ = ["Examined", "examine", "given"]


class Examined(NamedTuple):
    check: str
    finding: Finding

    @property
    def facts(self) -> dict[str, str]:
        result, what, mend = self.finding
        return {"check": self.check, "result": result.value, "what": what, "mend": mend}


def examine(path: Path, env: Path, root: Path = ROOT, kind: str = "default") -> Iterator[Examined]:
    """What each check found, in the table's order; a check that has nothing to say says that all is fine."""
    patient, hidden = Patient(Paths(path, env, root, kind)), set[str]()
    with patient.http:
        for check in CHECKS:
            needed = next((each for each in check.needs if each in hidden), "")
            found = [_not_looked_at(check, needed)] if needed else [*_made(check, patient)] or [fine(check.name)]
            if needed or any(finding.result is Result.FAULT for finding in found):
                hidden.add(check.name)
            yield from (Examined(check.name, _with_mend(check, finding)) for finding in found)


def _with_mend(check: DoctorCheck, finding: Finding) -> Finding:
    if finding.mend or finding.result not in (Result.FAULT, Result.DOUBT):
        return finding
    return finding._replace(mend=MENDS.get(check.name, ""))


def _not_looked_at(check: DoctorCheck, needed: str) -> Finding:
    return skipped(f"{check.name}: not looked at, because of {needed}")


def _made(check: DoctorCheck, patient: Patient) -> Iterator[Finding]:
    """Whatever comes back, it is a finding, and the others are made."""
    try:
        yield from check.ask(patient)
    except Faulty as error:
        yield from (fault(each) for each in error.faults)
    except BluegreenError as error:
        yield failed(check.name, error)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw hides nothing else
        yield fault(f"{check.name}: {described(error)}")
