"""What the drivers have in common whose switch is a setting at DigitalOcean."""

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Misconfigured
from bluegreen.core.record import Record
from bluegreen.traffic.driver import ProviderSetting


def required(digitalocean: DigitalOcean | None) -> DigitalOcean:
    if digitalocean is None:
        raise Misconfigured("BLUEGREEN_DIGITALOCEAN_TOKEN is not set for this function")
    return digitalocean


def environment_of(values: dict[Environment, str], value: str) -> Environment | None:
    """The environment that a value at the provider stands for."""
    return next((environment for environment, known in values.items() if known == value), None)


def disagreement(setting: ProviderSetting, record: Record) -> str | None:
    """Why production may go elsewhere than the record says; None when the provider's setting agrees."""
    if setting.environment is record.active:
        return None
    return f"{setting.says}, where {record.active.value} is active"
