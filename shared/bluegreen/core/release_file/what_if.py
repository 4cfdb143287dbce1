"""What the judge would have said of a release by other thresholds: the same looks, judged from the first on.

It ends with the first verdict that would have ended the bake. What the release did afterwards nobody knows, and where
it was taken back before that, how it would have gone on is not known either: then there is no verdict.
"""

from collections.abc import Sequence
from datetime import datetime
from json import JSONDecoder
from typing import NamedTuple

from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.finding import HOLDS, Verdict
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.judge.look import WrittenLook, by_other_thresholds, judged
from bluegreen.core.release_file.calm import shortened

_MARK = ',"judged":{'  # within a string of JSON its quotes would be escaped
_decode = JSONDecoder().raw_decode


class Supposed(NamedTuple):
    """`verdict`: the one that ends the bake, or the last. `held`: people would have been told of a hold before."""

    verdict: Verdict
    says: str
    at: datetime
    held: bool

    @property
    def final(self) -> bool:
        return self.verdict in _ENDS


_ENDS = (Verdict.GOOD, Verdict.BAD, Verdict.UNPROVEN)


def looks_of(bodies: Sequence[bytes], release: str) -> list[WrittenLook]:
    """Of stored versions, each written look once; read without the rest of the record."""
    found, before = list[WrittenLook](), ""
    for body in bodies:
        text = body.decode(errors="replace")
        start = text.find(_MARK)
        if start < 0:
            continue
        start += len(_MARK) - 1
        _, end = _decode(text, start)
        if text[start:end] != before:
            before = text[start:end]
            found.append(WrittenLook.model_validate_json(before))
    return [look for look in found if look.release == release]


def supposed(looks: Sequence[WrittenLook], thresholds: Thresholds) -> Supposed | None:
    """By these thresholds; None where no look is kept."""
    evidence, held, result = Evidence(), False, None
    for look in shortened([by_other_thresholds(look, thresholds) for look in looks]):
        finding, evidence, at = judged(look, evidence)
        held = held or finding.verdict in HOLDS
        result = Supposed(finding.verdict, finding.says, at, held)
        if result.final:
            break
    return result
