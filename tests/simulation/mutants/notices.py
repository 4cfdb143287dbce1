"""Mistakes in how people are told: the outbox, GitHub's page."""

from typing import Any

from bluegreen.clients.github import MadeDeployment
from bluegreen.core import outbox as core_outbox
from bluegreen.core.notices import Notice
from bluegreen.core.outbox import delivery
from bluegreen.core.outbox.delivery import Attempt
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release
from bluegreen.notify.github import GitHubNotifier
from bluegreen.steps import delivering
from tests.simulation.mutants.mutation import Patch, mutant


@mutant
def notices_are_not_kept_until_they_are_delivered() -> list[Patch]:
    def deliver(cloud: Any, version: Version, notices: Any) -> Version:
        notices = tuple(notices)
        version = delivering._note(cloud, version, [Attempt(notice) for notice in notices])
        for notice in notices:
            if notice.addressee in cloud.notifiers:
                delivering._send(cloud, notice, notice)
        return version

    return [(delivering, "deliver", deliver)]


@mutant
def notices_stay_after_they_were_delivered() -> list[Patch]:
    return [(delivering, "_note", lambda cloud, version, attempts, meant=(): version)]


@mutant
def what_slack_refuses_is_given_up_whatever_it_is() -> list[Patch]:
    return [(delivery, "important", lambda notice: False)]


@mutant
def what_was_not_delivered_is_not_tried_again() -> list[Patch]:
    return [(delivering, "deliver_due", lambda cloud, version: version)]


@mutant
def two_notices_share_an_id() -> list[Patch]:
    queue_notice = core_outbox.queue_notice

    def queueing(record: Record, *given: Any, release: Release | None = None, **more: Any) -> Record:
        queued = queue_notice(record, *given, release=release, **more)
        if release is None:
            return queued
        known = {notice.id for notice in record.outbox}
        named = tuple(
            notice
            if notice.id in known
            else notice.model_copy(update={"id": f"{release.id}/{release.phase.name}/{notice.channel.value}"})
            for notice in queued.outbox
        )
        return queued.model_copy(update={"outbox": named})

    return [(core_outbox, "queue_notice", queueing)]


@mutant
def githubs_page_is_not_looked_up() -> list[Patch]:
    """Each notice of a release would be a deployment of its own there."""

    def anew(self: GitHubNotifier, notice: Notice, made: list[MadeDeployment]) -> int:
        repository, ref, where = self.service.repository, notice.commit or notice.tag, self.settings.environment
        payload = {"bluegreen": notice.release, "tag": notice.tag}
        return self.github.create_deployment(repository, ref, where, payload, notice.tag)

    return [(GitHubNotifier, "_deployment", anew)]
