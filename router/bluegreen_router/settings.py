"""What the router is told through its environment: typed, every fault in one message, values never shown."""

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Misconfigured
from bluegreen.core.model import Frozen


class Origin(NamedTuple):
    """Where an environment answers."""

    scheme: str
    host: str
    port: int

    @property
    def hostport(self) -> str:
        """The port is always named."""
        return f"{self.host}:{self.port}"

    @property
    def authority(self) -> str:
        """As the Host header names it."""
        return self.host if self.port == _PORTS[self.scheme] else self.hostport

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}"


_PORTS = {"http": 80, "https": 443}
_HOST = r"([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}\.?"  # anything else cannot be looked up, and ends who tries
_OURS = ("x-bluegreen-", "x-forwarded-", "x-real-ip", "forwarded", "do-connecting-ip")


def origin(url: str) -> Origin:
    """The origin that a URL without path names."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not re.fullmatch(_HOST, parts.hostname or ""):
        raise ValueError("must be a URL like https://shop-blue-x1y2z.ondigitalocean.app")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError("must be a scheme, a host and perhaps a port, no more")
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])


def _url(value: str) -> str:
    origin(value)
    return value


def _web(value: str) -> str:
    if urlsplit(value).scheme not in _PORTS or not urlsplit(value).hostname:
        raise ValueError("must be an http or https URL")
    return value


def _path(value: str) -> str:
    if not re.fullmatch(r"/[!-~]*", value):
        raise ValueError("must begin with / and hold no spaces")
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", value):
        raise ValueError("must be letters, digits, dots, dashes and underscores, at most 100")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9._~+/=-]{8,}", value.get_secret_value()):
        raise ValueError("must be 8 or more letters, digits and . _ ~ + / = -")
    return value


def _unusual(value: str) -> str:
    for name in map(str.strip, value.split(",")):
        if not re.fullmatch(r"[A-Za-z0-9-]*[_.][A-Za-z0-9_.-]*\*?", name):
            raise ValueError("must be names of headers with _ or . in them, perhaps with * at the end, between commas")
        dashed = re.sub(r"[_.]", "-", name.removesuffix("*")).lower()
        if any(dashed.startswith(own) or (name.endswith("*") and own.startswith(dashed)) for own in _OURS):
            raise ValueError("must not pass for a header that the router answers for")
    return value


Url = Annotated[str, AfterValidator(_url)]
Web = Annotated[str, AfterValidator(_web)]
Name = Annotated[str, AfterValidator(_name)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Unusual = Annotated[str, AfterValidator(_unusual)]


class Settings(Frozen):
    """`model_validate` takes the environment's own names; `from_environment` is the way in."""

    port: int = Field(alias="PORT", ge=1, le=65535)
    bind: str = Field(default="127.0.0.1", alias="BLUEGREEN_BIND", pattern=r"^[0-9a-fA-F.:]+$")
    service: Name = Field(alias="BLUEGREEN_SERVICE")
    blue_url: Url = Field(alias="BLUEGREEN_BLUE_URL")
    green_url: Url = Field(alias="BLUEGREEN_GREEN_URL")
    fallback: Environment | None = Field(default=None, alias="BLUEGREEN_FALLBACK_ENVIRONMENT")
    fallback_when: Literal["empty", "unreachable"] = Field(default="empty", alias="BLUEGREEN_FALLBACK_WHEN")

    state_endpoint: Web = Field(alias="BLUEGREEN_STATE_ENDPOINT")
    state_region: Name = Field(alias="BLUEGREEN_STATE_REGION")
    state_bucket: Name = Field(alias="BLUEGREEN_STATE_BUCKET")
    telemetry_bucket: Name = Field(alias="BLUEGREEN_TELEMETRY_BUCKET")
    spaces_key: SecretStr = Field(alias="BLUEGREEN_SPACES_KEY")
    spaces_secret: SecretStr = Field(alias="BLUEGREEN_SPACES_SECRET")

    preview_secret: Secret | None = Field(default=None, alias="BLUEGREEN_PREVIEW_SECRET")
    origin_secret: Secret | None = Field(default=None, alias="BLUEGREEN_ORIGIN_SECRET")
    nudge_url: Web | None = Field(default=None, alias="BLUEGREEN_NUDGE_URL")
    nudge_secret: SecretStr | None = Field(default=None, alias="BLUEGREEN_NUDGE_SECRET")

    unusual_headers: Unusual | None = Field(default=None, alias="BLUEGREEN_UNUSUAL_HEADERS")

    probe_path: Annotated[str, AfterValidator(_path)] = Field(default="/api/health", alias="BLUEGREEN_PROBE_PATH")
    probes_per_second: float = Field(default=2.5, alias="BLUEGREEN_PROBES_PER_SECOND", ge=0, le=50)
    mirror_credentials: Literal["none", "cookies", "all"] = Field(
        default="cookies", alias="BLUEGREEN_MIRROR_CREDENTIALS"
    )
    urgent_probes: int = Field(default=8, alias="BLUEGREEN_URGENT_PROBES", ge=1, le=50)
    urgent_seconds: float = Field(default=120, alias="BLUEGREEN_URGENT_SECONDS", ge=1, le=3600)
    access_log: bool = Field(default=False, alias="BLUEGREEN_ACCESS_LOG")
    metrics_port: int | None = Field(default=None, alias="BLUEGREEN_METRICS_PORT", ge=1, le=65535)
    most_connections: int | None = Field(default=None, alias="BLUEGREEN_MOST_CONNECTIONS", ge=1, le=10**6)
    header_kb: int = Field(default=128, alias="BLUEGREEN_HEADER_KB", ge=1, le=192)
    body_seconds: float = Field(default=0, alias="BLUEGREEN_BODY_SECONDS", ge=0, le=86_400)
    poll_seconds: float = Field(default=0.5, alias="BLUEGREEN_POLL_SECONDS", ge=0.05, le=60)
    poll_in_flight_seconds: float = Field(default=0.2, alias="BLUEGREEN_POLL_IN_FLIGHT_SECONDS", ge=0.05, le=60)
    telemetry_seconds: float = Field(default=5, alias="BLUEGREEN_TELEMETRY_SECONDS", ge=0.5, le=60)
    hold_ms: int = Field(default=2000, alias="BLUEGREEN_HOLD_MS", ge=0, le=60_000)
    answer_seconds: float = Field(default=3600, alias="BLUEGREEN_ANSWER_SECONDS", ge=0.1, le=86_400)
    behind_seconds: float = Field(default=60, alias="BLUEGREEN_BEHIND_SECONDS", ge=1, le=86_400)
    stream_seconds: float = Field(default=60, alias="BLUEGREEN_STREAM_SECONDS", ge=0, le=86_400)
    drain_seconds: float = Field(default=1, alias="BLUEGREEN_DRAIN_SECONDS", ge=0, le=100)
    grace_seconds: float = Field(default=30, alias="BLUEGREEN_GRACE_SECONDS", ge=0.1, le=600)

    instance: Name = Field(default_factory=lambda: _hostname(), alias="BLUEGREEN_INSTANCE")
    run_dir: str | None = Field(default=None, alias="BLUEGREEN_RUN_DIR")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """`Misconfigured` names every fault. An empty variable is as good as none; other people's are not looked at."""
        given = {name: environ[name] for name in names() if environ.get(name)}
        faults = _contradictions(given)
        try:
            settings = cls.model_validate(given)
        except ValidationError as error:
            faults = [_fault(dict(one)) for one in error.errors(include_url=False, include_input=False)] + faults
        if faults:
            raise Misconfigured("the router's settings: " + "; ".join(faults))
        return settings

    @property
    def origins(self) -> dict[Environment, Origin]:
        return {Environment.BLUE: origin(self.blue_url), Environment.GREEN: origin(self.green_url)}

    @property
    def folder(self) -> Path | None:
        return None if self.run_dir is None else Path(self.run_dir).absolute()


def names() -> tuple[str, ...]:
    """The environment variables that the router knows."""
    return tuple(str(field.alias) for field in Settings.model_fields.values())


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Variables that look as if they were meant for the router: a slip of the pen is worth a line in the log."""
    return sorted(name for name in environ if name.startswith("BLUEGREEN_") and name not in names())


def _contradictions(given: Mapping[str, str]) -> list[str]:
    """Faults that show only between two settings."""
    faults = []
    blue, green = given.get("BLUEGREEN_BLUE_URL", ""), given.get("BLUEGREEN_GREEN_URL", "")
    if blue and green and blue.rstrip("/") == green.rstrip("/"):
        faults.append("BLUEGREEN_BLUE_URL and BLUEGREEN_GREEN_URL: must differ")
    if blue and green and urlsplit(blue).scheme != urlsplit(green).scheme:
        faults.append("BLUEGREEN_BLUE_URL and BLUEGREEN_GREEN_URL: must both be http or both be https")
    if given.get("PORT") and given.get("PORT") == given.get("BLUEGREEN_METRICS_PORT"):
        faults.append("BLUEGREEN_METRICS_PORT: must not be PORT, which faces the public")
    if given.get("BLUEGREEN_NUDGE_URL") and not given.get("BLUEGREEN_NUDGE_SECRET"):
        faults.append("BLUEGREEN_NUDGE_SECRET: is needed with BLUEGREEN_NUDGE_URL")
    return faults


def _fault(error: dict[str, object]) -> str:
    location = error["loc"]
    name = location[0] if isinstance(location, tuple) and location else "?"
    return f"{name}: {'is missing' if error['type'] == 'missing' else _reason(str(error['msg']))}"


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be", "must be")


def _hostname() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:100] or "router"
