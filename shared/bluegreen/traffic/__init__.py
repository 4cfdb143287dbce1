"""Drivers that point production at an environment. To add one: copy the smallest, add it to the match below."""

from bluegreen.clients.objects import Objects
from bluegreen.clients.web import Web
from bluegreen.core.service import Service
from bluegreen.traffic.driver import Seen, TrafficDriver, Unknown
from bluegreen.traffic.router import RouterTraffic

__all__ = ["Seen", "TrafficDriver", "Unknown", "driver_for"]


def driver_for(service: Service, web: Web, telemetry: Objects) -> TrafficDriver:
    match service.traffic.kind:
        case "router":
            return RouterTraffic(service, web, telemetry)
