"""Drivers that point production at an environment. To add one: copy the smallest, add it to the match below."""

from typing import assert_never

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.store.objects import Objects
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress, DnsRecord, LoadBalancer, Router
from bluegreen.traffic.app_ingress import AppIngressTraffic
from bluegreen.traffic.dns_record import DnsRecordTraffic
from bluegreen.traffic.driver import ProviderSetting, PublicAnswer, TrafficDriver, Unknown
from bluegreen.traffic.load_balancer import LoadBalancerTraffic
from bluegreen.traffic.router import RouterTraffic

__all__ = ["ProviderSetting", "PublicAnswer", "TrafficDriver", "Unknown", "driver_for"]


def driver_for(
    service: Service, web: Web, telemetry: Objects, digitalocean: DigitalOcean | None = None
) -> TrafficDriver:
    """Without `digitalocean` (a function that does not get its token) only the router can be sent anywhere."""
    settings = service.traffic
    match settings:
        case Router():
            return RouterTraffic(service, settings, web, telemetry)
        case LoadBalancer():
            return LoadBalancerTraffic(service, settings, web, digitalocean)
        case AppIngress():
            return AppIngressTraffic(service, settings, web, digitalocean)
        case DnsRecord():
            return DnsRecordTraffic(service, settings, web, digitalocean)
        case _:
            assert_never(settings)
