"""A look says by which rule it was judged, so the number goes up whenever the judge may say something else of it."""

import hashlib

import pytest

from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.judge.look import judged
from bluegreen.core.judge.written_look import RULE
from tests.release_file.drawn_looks import Drawn

BAKES = 60
# What the newest rule makes of them, as SHA-256 of its verdicts, reasons and evidence.
SAYS = {2: "71df8e246199f9843128fde3a5ba01ef57bc29d2da5b4289ce15bf2f4b580d28"}


def said() -> str:
    found = hashlib.sha256()
    for seed in range(BAKES):
        evidence = Evidence()
        for look in Drawn(seed).looks():
            finding, evidence, _ = judged(look, evidence)
            found.update(f"{seed} {finding.verdict.value} {finding.says} {gathered(evidence)}\n".encode())
    return found.hexdigest()


def gathered(evidence) -> list[str]:
    """In six digits: the last ones are the machine's."""
    return [f"{value:.6g}" for test in evidence.counted.tests for values in test for value in values]


@pytest.mark.slow
def test_the_number_of_the_rule_goes_up_where_it_says_something_else():
    """Where this fails on purpose: raise `RULE`, and write down here what the new one says. `bluegreen replay` tells
    by it that a release of before was not changed. It is a sample: who changes the judge raises it, whether or not
    the change shows here."""
    assert {RULE: said()} == SAYS
