"""The emulated api.digitalocean.com: `DigitalOcean` holds the rules, `create_app` puts them on the wire.

host = AppHost(folder)                                  # real processes behind Envoy; None: nothing runs
cloud = DigitalOcean(Clock(), {"holi/web": repository}, Settings(building=3, deploying=2), host)
blue = cloud.create(spec, web_app("blue"))              # live when this returns; blue.ingress is its URL
cloud.start()                                           # deployments move on while nobody asks
server = Server(create_app(cloud))
"""

from bluegreen_emulator.digitalocean.app_host import AppHost
from bluegreen_emulator.digitalocean.host import (
    Host,
    Instance,
    Program,
    Programs,
    Workload,
    web_app,
)
from bluegreen_emulator.digitalocean.memory_host import MemoryHost
from bluegreen_emulator.digitalocean.model import DigitalOcean, Violation
from bluegreen_emulator.digitalocean.settings import Settings
from bluegreen_emulator.digitalocean.sources import Version
from bluegreen_emulator.digitalocean.web import create_app

__all__ = [
    "AppHost",
    "DigitalOcean",
    "Host",
    "Instance",
    "MemoryHost",
    "Program",
    "Programs",
    "Settings",
    "Version",
    "Violation",
    "Workload",
    "create_app",
    "web_app",
]
