"""checklist: the way of a new set-up into production, ticked as far as the doctor and the journal prove it.

A tick is something that was looked at now, or stands in the journal. What nobody can prove from here stays a person's,
and is never ticked: an empty box is no fault.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, NamedTuple

from bluegreen.core.phases import SERVING, Phase
from bluegreen.core.record import Record
from bluegreen_cli import doctor, screen
from bluegreen_cli.doctor import Examined
from bluegreen_cli.doctor.findings import Result
from bluegreen_cli.terminal.exits import Exit
from bluegreen_cli.terminal.place import Place


class Mark(Enum):
    PROVEN = "proven"
    OPEN = "open"
    FAULT = "fault"
    YOURS = "yours"


_SIGNS = {Mark.PROVEN: "✓", Mark.OPEN: "☐", Mark.FAULT: "✕", Mark.YOURS: "·"}
_MOODS = {Mark.PROVEN: "good", Mark.FAULT: "bad"}
Proof = Callable[[Record], bool]


class Item(NamedTuple):
    """`checks`: of the doctor; `proof`: of the journal. With neither it is a person's to tick."""

    section: str
    words: str
    checks: tuple[str, ...] = ()
    proof: Proof | None = None


def _releases(record: Record) -> list[Phase]:
    return [past.outcome for past in record.past if not past.back]


def _serving(record: Record, least: int) -> bool:
    return sum(outcome in SERVING for outcome in _releases(record)) >= least


def _gone_back(record: Record) -> bool:
    return any(past.outcome is Phase.ROLLED_BACK and past.asked for past in record.past)


def _passed_checks(record: Record) -> bool:
    ready = record.release is not None and record.release.phase is Phase.READY
    return ready or _serving(record, 1)


_BEFORE, _DAY_1, _DAY_2 = "Before the first deployment", "Day 1: to the idle environment", "Day 2: the first switch"
_WEEK_1, _WEEK_2, _AFTER = "Week 1: confidence", "Week 2: automation", "After each deployment"
_APPS = ("apps", "addresses of apps", "deployable")

ITEMS = (
    Item(_BEFORE, "both apps exist, answer at their addresses and can be deployed", _APPS),
    Item(_BEFORE, "both apps are equal: variables, sizes, databases", ("equal apps",)),
    Item(_BEFORE, "what leads traffic is set up, and production answers", ("production", "traffic setting")),
    Item(_BEFORE, "a DNS record that leads to production has a TTL of 5 minutes or less"),
    Item(_BEFORE, "the buckets are made, and the journal's honours its promise", ("state bucket", "telemetry bucket")),
    Item(_BEFORE, "all secrets are set, and strong", ("secrets", "functions' settings")),
    Item(_BEFORE, "both environments pass the health checks of bluegreen.yml", ("checks declared", "health")),
    Item(_BEFORE, "GitHub's webhook arrives, and the token may write", ("webhook", "token may write")),
    Item(_BEFORE, "the functions are deployed, and the watch fires each minute", ("functions deployed", "schedule")),
    Item(_BEFORE, "people are told, and that was tried", ("channels", "notices delivered")),
    Item(_BEFORE, "the smoke checks pass in a place that is not production"),
    Item(_DAY_1, "a release has passed its health and smoke checks on the idle environment", proof=_passed_checks),
    Item(_DAY_1, "it was looked at for an hour before anybody switched: bluegreen monitor --for 1h"),
    Item(_DAY_2, "a release has taken over, and served production", proof=lambda r: _serving(r, 1)),
    Item(_DAY_2, "a person switched, in a quiet hour, and looked for four: bluegreen monitor --for 4h"),
    Item(_WEEK_1, "three releases have served production", proof=lambda r: _serving(r, 3)),
    Item(_WEEK_1, "a person has practised going back: bluegreen rollback; bluegreen undo ends it", proof=_gone_back),
    Item(_WEEK_1, "a way back stands by, and is proven", ("way back",)),
    Item(_WEEK_2, "releases switch by themselves: auto_switch in bluegreen.yml"),
    Item(_WEEK_2, "a release was watched to its end, and proven", proof=lambda r: Phase.LIVE in _releases(r)),
    Item(_AFTER, "no notice is undelivered, and nothing is stuck", ("notices delivered", "release in flight")),
    Item(_AFTER, "what happened is written down, and the runbooks say what was learnt"),
    Item(_AFTER, "everybody on call has done a rollback on the local cloud: make demo ARGS='--story manual'"),
)  # fmt: skip


class Ticked(NamedTuple):
    item: Item
    mark: Mark
    why: str

    @property
    def facts(self) -> dict[str, Any]:
        facts = {"section": self.item.section, "item": self.item.words, "mark": self.mark.value, "why": self.why}
        return {**facts, "proven_by": list(self.item.checks) or (["journal"] if self.item.proof else [])}


def checklist(place: Place, name: str, as_json: bool) -> Exit:
    """Exit status 1 with a fault, 3 while something that could be proven is not."""
    service = place.service(name or None)
    examined = [*doctor.examine(place.path, place.env)]
    record = place.newest(service).record
    found = [_ticked(item, examined, record) for item in ITEMS]
    if as_json:
        screen.document([each.facts for each in found])
    else:
        _show(found)
    marks = {each.mark for each in found}
    return Exit.REFUSED if Mark.FAULT in marks else Exit.DOUBT if Mark.OPEN in marks else Exit.DONE


def _ticked(item: Item, examined: list[Examined], record: Record) -> Ticked:
    if item.proof is not None:
        proven = item.proof(record)
        return Ticked(item, Mark.PROVEN if proven else Mark.OPEN, "the journal has it" if proven else "not yet")
    if not item.checks:
        return Ticked(item, Mark.YOURS, "nobody can see that from here")
    findings = [each.finding for each in examined if each.check in item.checks]
    for result, mark in ((Result.FAULT, Mark.FAULT), (Result.SKIPPED, Mark.OPEN), (Result.DOUBT, Mark.OPEN)):
        worst = next((each for each in findings if each.result is result), None)
        if worst is not None:
            return Ticked(item, mark, worst.what)
    return Ticked(item, Mark.PROVEN, "the doctor finds it fine")


def _show(found: list[Ticked]) -> None:
    for section, ticked in _sections(found):
        screen.say(section)
        for each in ticked:
            screen.headline(f"{_SIGNS[each.mark]} {each.item.words}", _MOODS.get(each.mark, ""), "  ")
            if each.mark in (Mark.FAULT, Mark.OPEN):
                screen.tell(each.why, indent="    ")
    screen.say()
    screen.tell("✓ proven, ☐ not yet, ✕ at fault, · yours to tick: nobody can see it from here")


def _sections(found: list[Ticked]) -> Iterator[tuple[str, list[Ticked]]]:
    for section in dict.fromkeys(each.item.section for each in found):
        yield section, [each for each in found if each.item.section == section]
