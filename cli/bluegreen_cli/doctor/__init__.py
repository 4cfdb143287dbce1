"""The doctor: all that would fail in a deployment or in a release is asked for beforehand, and everything at once.

A fault hides only what rests on it. Names of settings are told, their values never.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bluegreen.core.errors import BluegreenError, described
from bluegreen_cli.doctor.findings import Finding, Result, failed, fault, fine, skipped
from bluegreen_cli.doctor.mends import MENDS
from bluegreen_cli.doctor.patient import Paths, Patient, given
from bluegreen_cli.doctor.table import CHECKS, DoctorCheck
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT

_NAMED = 5  # checks that a line names

__all__ = ["Examined", "examine", "given", "lines"]


class Examined(NamedTuple):
    """`because_of`: the check that is at fault, where it kept this one from being made."""

    check: str
    finding: Finding
    because_of: str = ""

    @property
    def facts(self) -> dict[str, str]:
        result, what, mend = self.finding
        return {"check": self.check, "result": result.value, "what": what, "mend": mend}


def examine(path: Path, env: Path, root: Path = ROOT, kind: str = "default") -> Iterator[Examined]:
    """What each check found, in the table's order; a check that has nothing to say says that all is fine."""
    patient, hidden = Patient(Paths(path, env, root, kind)), dict[str, str]()  # check → what is at fault
    with patient.http:
        for check in CHECKS:
            cause = next((hidden[each] for each in check.needs if each in hidden), "")
            found = [_not_looked_at(check.name, cause)] if cause else [*_made(check, patient)] or [fine(check.name)]
            if cause or any(finding.result is Result.FAULT for finding in found):
                hidden[check.name] = cause or check.name
            yield from (Examined(check.name, _with_mend(check, finding), cause) for finding in found)


def lines(found: Iterable[Examined]) -> Iterator[str]:
    """As a person reads them: what one fault has hidden is one line at the end, however much that is."""
    hidden: dict[str, list[str]] = {}
    for each in found:
        if each.because_of:
            hidden.setdefault(each.because_of, []).append(each.check)
        else:
            yield each.finding.line
    for cause, names in hidden.items():
        many = f"{len(names)} checks (--json names them)" if len(names) > _NAMED else ", ".join(names)
        yield skipped(f"not looked at, because of {cause}", many).line


def _with_mend(check: DoctorCheck, finding: Finding) -> Finding:
    if finding.mend or finding.result not in (Result.FAULT, Result.DOUBT):
        return finding
    return finding._replace(mend=MENDS.get(check.name, ""))


def _not_looked_at(name: str, cause: str) -> Finding:
    return skipped(f"{name}: not looked at, because of {cause}")


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
