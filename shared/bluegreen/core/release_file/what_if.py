"""What the judge would have said of a release by other thresholds: the same looks, judged from the first on.

It ends with the first verdict that would have ended the bake. What the release did afterwards nobody knows, and where
it was taken back before that, how it would have gone on is not known either: then there is no verdict.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from json import JSONDecoder
from typing import Any, NamedTuple

from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.finding import HOLDS, Verdict
from bluegreen.core.judge.look import by_other_thresholds
from bluegreen.core.judge.written_look import WrittenLook
from bluegreen.core.release_file.encoding import JSON, SpoiltFile, opened
from bluegreen.core.release_file.unbroken import UnbrokenBake

# Within a string of JSON its quotes would be escaped. What follows a look in a record is looked for first: that is
# quicker than to read the look twice.
_MARK, _NEXTS = '"judged":{', ('},"checked":{', '},"messages":[')
_SETTINGS = ("watch", "thresholds")
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


def looks_of(bodies: Iterable[bytes], release: str) -> list[WrittenLook]:
    """Of stored versions, each written look once; read without the rest of the record."""
    return _looks((body.decode(errors="replace") for body in bodies), release)


def looks_in(files: Iterable[bytes], service: str, release: str) -> list[WrittenLook]:
    """The same of release files: their versions are not put together for it, nor is each byte compared."""
    parts = [opened(file) for file in files]
    for number, part in enumerate(parts, start=1):
        if part[:3] != (service, release, number):
            raise SpoiltFile(f"it speaks of {part.release}, part {part.number}")
    try:
        return _looks((ending for part in parts for ending in part.endings(_MARK)), release)
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise SpoiltFile(f"a look in it cannot be read ({type(error).__name__})") from None


def supposed(looks: Sequence[WrittenLook], thresholds: Thresholds) -> Supposed | None:
    """By these thresholds; None where no look is kept.

    No client is left out at first: that takes an alarm away at most, so without one it makes no difference.
    """
    looks = [by_other_thresholds(look, thresholds) for look in looks]
    whole = UnbrokenBake(apart=False)
    found = _judged(looks, whole)
    if whole.alarmed and any(row.client_paths for look in looks for row in look.intervals):
        return _judged(looks, UnbrokenBake(apart=True))
    return found


def _judged(looks: Sequence[WrittenLook], bake: UnbrokenBake) -> Supposed | None:
    held, result = False, None
    for look in looks:
        found = bake.judged(look, is_last=look is looks[-1])
        if found is None:
            continue
        held = held or found.finding.verdict in HOLDS
        result = Supposed(found.finding.verdict, found.finding.says, found.at, held)
        if result.final:
            break
    return result


def _looks(texts: Iterable[str], release: str) -> list[WrittenLook]:
    written = list[str]()
    for text in texts:
        start = text.find(_MARK)
        if start < 0:
            continue
        start += len(_MARK) - 1
        ends = [end for end in (text.find(each, start) for each in _NEXTS) if end > 0]
        look = text[start : min(ends) + 1] if ends else _object(text, start)
        if not written or look != written[-1]:
            written.append(look)
    found: list[dict[str, Any]] = JSON.validate_json(f"[{','.join(written)}]")
    if len(found) != len(written):
        raise ValueError("what was taken for a look is none")
    return [*_validated(look for look in found if look.get("release") == release)]


def _object(text: str, start: int) -> str:
    _, end = _decode(text, start)
    return text[start:end]


def _validated(written: Iterable[dict[str, Any]]) -> Iterator[WrittenLook]:
    """Settings are the same in each look of most bakes: they are read once."""
    known: dict[str, tuple[Any, Any]] = dict.fromkeys(_SETTINGS, (None, None))
    for look in written:
        read = WrittenLook.model_validate(
            look | {name: made for name, (raw, made) in known.items() if raw == look.get(name)}
        )
        known = {name: (look.get(name), getattr(read, name)) for name in _SETTINGS}
        yield read
