"""Mistakes around a bucket that loses versions, or its promise."""

from typing import Any

from bluegreen.core import lost_journal as core_lost_journal
from bluegreen.core.record import Record
from bluegreen.steps import requested, switching
from bluegreen.watch import bucket_versioning, lost_journal, past_the_journal
from tests.simulation.mutants.mutation import Patch, mutant


def _holds_all(cloud: Any, version: Any) -> str:
    return ""


@mutant
def what_routers_have_applied_tells_nothing_of_the_journal() -> list[Patch]:
    return [(module, "why_lost", _holds_all) for module in (requested, switching, lost_journal)]


@mutant
def a_lost_journal_is_told_with_every_watch() -> list[Patch]:
    noted = core_lost_journal.lost

    def forgetful(record: Record, *given: Any) -> Any:
        outcome = noted(record, *given)
        return outcome._replace(record=outcome.record.model_copy(update={"lost": ""}))

    return [(core_lost_journal, "lost", forgetful)]


@mutant
def the_watch_does_not_ask_whether_versions_are_kept() -> list[Patch]:
    return [(bucket_versioning, "versions_kept", lambda objects: "")]


@mutant
def that_versions_are_kept_is_told_with_every_watch() -> list[Patch]:
    return [(past_the_journal, "_AGAIN", past_the_journal._AGAIN * 0)]
