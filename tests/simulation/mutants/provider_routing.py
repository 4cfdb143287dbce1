"""Mistakes that show only where a setting at DigitalOcean routes the traffic."""

from datetime import datetime
from typing import Any

from bluegreen.clients.digitalocean_answers import App
from bluegreen.cloud import Cloud
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.steps import deploying, production, production_repair
from bluegreen.traffic import load_balancer
from bluegreen.traffic.app_ingress import AppIngressTraffic
from bluegreen.traffic.dns_record import DnsRecordTraffic
from bluegreen.traffic.driver import ProviderSetting
from bluegreen.traffic.load_balancer import LoadBalancerTraffic
from bluegreen.traffic.provider import disagreement
from bluegreen.watch import side_work
from tests.simulation.mutants.mutation import Patch, mutant


@mutant
def what_somebody_else_changed_is_told_and_not_set_right() -> list[Patch]:
    return [(production_repair, "_set_right", lambda cloud, record: "")]


@mutant
def the_watch_leaves_a_switch_to_a_function_that_died() -> list[Patch]:
    repair = production_repair.repair

    def leaving(cloud: Cloud, version: Any) -> Any:
        release = version.record.release
        moving = release is not None and release.phase in (Phase.SWITCHING, Phase.ROLLING_BACK)
        return version if moving else repair(cloud, version)

    work = [each._replace(act=leaving) if each.act is repair else each for each in side_work.SIDE_WORK]
    return [(side_work, "SIDE_WORK", tuple(work))]


@mutant
def whoever_has_sent_does_not_look_again() -> list[Patch]:
    def once(cloud: Cloud, record: Record) -> None:
        cloud.traffic.send(record.active, record.epoch)

    return [(production, "send_traffic", once)]


@mutant
def a_release_does_not_ask_where_the_load_balancer_leads() -> list[Patch]:
    return [(LoadBalancerTraffic, "why_lagging", lambda traffic, record, now: None)]


@mutant
def a_change_of_the_load_balancer_counts_before_it_has_landed() -> list[Patch]:
    return [(LoadBalancerTraffic, "_under_way", lambda traffic, found, read, tag: None)]


@mutant
def the_load_balancers_droplets_go_back_beside_the_tag() -> list[Patch]:
    return [(load_balancer, "_READ_ONLY", ("id", "ip", "ipv6", "status", "created_at"))]


@mutant
def nobody_looks_again_right_before_a_deployment() -> list[Patch]:
    return [(deploying, "_is_still_free", lambda turn, target: None)]


@mutant
def a_rule_that_is_on_its_way_counts_already() -> list[Patch]:
    def early(traffic: Any, record: Record, now: datetime) -> str | None:
        return disagreement(traffic.setting(), record)

    return [(AppIngressTraffic, "why_lagging", early)]


@mutant
def a_flip_is_made_from_the_newest_spec() -> list[Patch]:
    return [(App, "running", property(lambda app: app.spec))]


@mutant
def a_release_does_not_wait_for_the_resolvers() -> list[Patch]:
    def now_only(traffic: Any, record: Record, now: datetime) -> str | None:
        found = traffic.setting()
        return None if found.environment is record.active else found.says

    return [(DnsRecordTraffic, "why_lagging", now_only), (Record, "kept_free", lambda record, until: record)]


@mutant
def nobody_remembers_for_how_long_resolvers_were_misled() -> list[Patch]:
    setting = DnsRecordTraffic._setting

    def shortly(traffic: Any, read: Any) -> ProviderSetting:
        return setting(traffic, read)._replace(stale_seconds=0.0)

    return [(DnsRecordTraffic, "_setting", shortly)]
