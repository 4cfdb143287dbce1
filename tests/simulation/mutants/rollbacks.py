"""Mistakes in rollbacks: earlier releases, quarantine, App Platform's own rollback, alerts."""

from datetime import UTC, datetime
from typing import Any

from bluegreen.clients.digitalocean_answers import AppDeployment
from bluegreen.cloud import Cloud
from bluegreen.core import quarantine
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.alerts import Alert
from bluegreen.core.inbound import alert_policy
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record
from bluegreen.core.release import NativeRollback, Release
from bluegreen.entrypoints import hooks_alert as alert_call
from bluegreen.ordering import rollback_to as going_back_call
from bluegreen.steps import native_rollback
from tests.simulation.mutants.mutation import Patch, mutant, waits_for_the_claim

_NEVER = datetime.max.replace(tzinfo=UTC)


@mutant
def going_back_to_an_earlier_release_waits_for_the_claim() -> list[Patch]:
    return [(going_back_call, "place_order", waits_for_the_claim(going_back_call.place_order))]


@mutant
def what_a_person_left_is_not_quarantined() -> list[Patch]:
    return [(quarantine, "abandoned", lambda record, release: record)]


@mutant
def a_webhook_is_taken_for_a_person() -> list[Patch]:
    return [(ReleaseRequest, "by_person", property(lambda request: True))]


@mutant
def an_alert_is_new_each_time() -> list[Patch]:
    hear = alert_policy.apply_alerts
    return [
        (alert_policy, "_is_news", lambda record, alert: True),
        (alert_call, "apply_alerts", lambda record, service, alerts, now, message: hear(record, service, alerts, now)),
    ]


@mutant
def an_alert_that_does_not_say_when_takes_production_back() -> list[Patch]:
    return [(Alert, "dated", property(lambda alert: alert.began or _NEVER))]


@mutant
def an_alert_blames_a_release_that_it_cannot_mean() -> list[Patch]:
    return [(alert_policy, "_excuse", lambda *_: "")]


@mutant
def an_alert_that_does_not_act_is_not_told() -> list[Patch]:
    return [(alert_policy, "_notify", lambda record, service, critical, now, why: Outcome(True, record, why))]


@mutant
def an_alert_waits_for_the_claim() -> list[Patch]:
    back = alert_policy._back

    def waiting(record: Record, service: Any, urgent: Any, release: Release, now: Any) -> Outcome:
        return Outcome(True, record, "busy") if release.claim else back(record, service, urgent, release, now)

    return [(alert_policy, "_back", waiting)]


@mutant
def an_alert_needs_no_signature() -> list[Patch]:
    return [(alert_call, "check_alert", lambda *given: None)]


@mutant
def app_platforms_rollback_goes_before_its_intent() -> list[Patch]:
    planned = native_rollback.planned

    def eager(cloud: Cloud, active: Any, stood: Any) -> NativeRollback:
        way = planned(cloud, active, stood)
        made = cloud.clients.digitalocean.roll_back(cloud.service.app(active), stood.deployment)
        return way.model_copy(update={"made": made.id})

    return [(native_rollback, "planned", eager)]


@mutant
def no_trace_of_app_platforms_rollback_is_looked_for() -> list[Patch]:
    return [(native_rollback, "_trace", lambda cloud, app, way: None)]


@mutant
def app_platforms_rollback_is_believed_before_it_is_live() -> list[Patch]:
    def believed(cloud: Cloud, active: Any, made: AppDeployment) -> AppDeployment:
        return made.model_copy(update={"phase": "ACTIVE"})

    return [(native_rollback, "_followed", believed)]
