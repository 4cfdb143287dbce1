"""bluegreen.yml and environment variables as typed settings. One message names all faults, and shows no value."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator

from bluegreen import settings_bounds
from bluegreen.core.config import check_secrets, own_secrets, tag_patterns
from bluegreen.core.config.address import Url, is_address
from bluegreen.core.config.service import Name, Service
from bluegreen.core.errors import BadRequest, Misconfigured
from bluegreen.core.inbound.bearers import PageToken, SlackUser
from bluegreen.core.model import Frozen
from bluegreen.core.release import SetRelease
from bluegreen.core.sets import members
from bluegreen.core.sets.members import ReleaseSet
from bluegreen.settings_faults import Fault, Section, fault, names_in

PREFIX = "BLUEGREEN_"
NONE = "none"  # project.yml cannot pass an empty value: this stands for "not set"
UNFILLED = "…"  # .env.example has it where a value belongs


class State(Frozen):
    """Where the journals lie. The router writes its telemetry elsewhere, so that its key cannot write state."""

    endpoint: Url  # of Spaces, in the region of both buckets: https://fra1.digitaloceanspaces.com
    region: str = Field(min_length=1)  # such as fra1
    bucket: str = Field(min_length=3)  # for the journals
    telemetry_bucket: str = Field(min_length=3)  # for what routers report: their key may write here, not above


class Apis(Frozen):
    """Where each is asked. Another address than these is for tests, and for proxies of one's own."""

    digitalocean: Url = "https://api.digitalocean.com"
    github: Url = "https://api.github.com"
    ghcr: Url = "https://ghcr.io"
    docker_hub: Url = "https://registry-1.docker.io"
    slack: Url = "https://slack.com/api"


class File(Frozen):
    """bluegreen.yml."""

    state: State
    apis: Apis = Apis()
    services: dict[Name, Service] = Field(min_length=1)  # what is released, each by itself
    sets: dict[Name, ReleaseSet] = Field(default_factory=dict)  # services that are switched together: docs/sets.md
    tokens: dict[Name, PageToken] = Field(
        default_factory=dict
    )  # who may see the page of ops/dashboard: docs/dashboard.md
    slack_users: dict[Name, SlackUser] = Field(default_factory=dict)  # who may press buttons in Slack: docs/slack.md

    @field_validator("services")
    @classmethod
    def _apart(cls, found: dict[str, Service]) -> dict[str, Service]:
        wrong = tag_patterns.fault(found.values())
        if wrong:
            raise ValueError(wrong)
        return found

    @field_validator("tokens")
    @classmethod
    def _told_apart(cls, found: dict[str, PageToken]) -> dict[str, PageToken]:
        if len({token.hash for token in found.values()}) < len(found):
            raise ValueError("two names have the same hash: each needs a token of its own")
        return found

    @field_validator("slack_users")
    @classmethod
    def _one_name_each(cls, found: dict[str, SlackUser]) -> dict[str, SlackUser]:
        if len({user.id for user in found.values()}) < len(found):
            raise ValueError("two names have the same id: a person has one name and one line")
        return found

    @field_validator("sets")
    @classmethod
    def _of_known_services(cls, found: dict[str, ReleaseSet], info: ValidationInfo) -> dict[str, ReleaseSet]:
        wrong = members.fault(found, info.data["services"]) if "services" in info.data else None
        if wrong:
            raise ValueError(wrong)
        return found


class Secrets(NamedTuple):
    """What project.yml gives a function through its environment; None where that function does not get it."""

    digitalocean_token: SecretStr | None = None
    github_token: SecretStr | None = None
    github_webhook_secret: SecretStr | None = None
    alert_secret: SecretStr | None = None
    spaces_key: SecretStr | None = None
    spaces_secret: SecretStr | None = None
    slack_webhook_url: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    functions_key: SecretStr | None = None
    prometheus_token: SecretStr | None = None
    insights_token: SecretStr | None = None
    registry_credentials: SecretStr | None = None
    pager_key: SecretStr | None = None
    pager_url: SecretStr | None = None
    teams_webhook_url: SecretStr | None = None
    cdevents_url: SecretStr | None = None
    cdevents_key: SecretStr | None = None
    otlp_url: SecretStr | None = None
    otlp_headers: SecretStr | None = None


_OF_ANY_TEXT = {"github_webhook_secret", "alert_secret", "prometheus_token", "registry_credentials"}
_OF_ANY_TEXT |= {"otlp_headers"}
# May be "none".
OPTIONAL = {"slack_webhook_url", "functions_key", "alert_secret", "prometheus_token", "registry_credentials"}
OPTIONAL |= {"insights_token"}
OPTIONAL |= {"pager_key", "pager_url", "slack_bot_token", "slack_signing_secret"}
OPTIONAL |= {"teams_webhook_url", "cdevents_url", "cdevents_key", "otlp_url", "otlp_headers"}
_ADDRESSES = ("slack_webhook_url", "pager_url", "teams_webhook_url", "cdevents_url", "otlp_url")
NAMES = tuple(f"{PREFIX}{field.upper()}" for field in Secrets._fields)


class Settings(NamedTuple):
    """`check_secrets`: by name, what `${BLUEGREEN_CHECK_…}` in a check stands for."""

    file: File
    secrets: Secrets
    check_secrets: Mapping[str, SecretStr] = MappingProxyType({})

    @property
    def sent_with_checks(self) -> dict[str, str]:
        return {name: secret.get_secret_value() for name, secret in self.check_secrets.items()}

    def part_of(self, service: Service, tag: str) -> SetRelease | None:
        """The set release that a pushed tag makes of a service."""
        return members.pushed(self.file.sets, self.file.services, service.name, tag)

    def service(self, name: str | None) -> Service:
        """The service that is meant; with one service its name may be left out."""
        known = self.file.services
        if name in known:
            return known[name]
        if name is None and len(known) == 1:
            return next(iter(known.values()))
        said = f"service {name[:40]!r} is not known" if name else "which service? pass -p service:NAME"
        raise BadRequest(f"{said} (known: {', '.join(sorted(known))})")


def load(written: Any, environment: Mapping[str, str], uses: Iterable[str] = ()) -> Settings:
    """`written` is what bluegreen.yml holds; `uses` are the secrets (fields of `Secrets`) that the function gets."""
    file, faults = parse(written)
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    of_checks = {name: given.pop(name) for name in [*given] if check_secrets.is_name(name)}
    faults += [f"{name}: is not a setting (known: {', '.join(NAMES)})" for name in sorted(set(given) - set(NAMES))]
    sent = {name: value for name, value in of_checks.items() if value and value != NONE}
    faults += [f"{name}: {why}" for name, value in sent.items() if (why := check_secrets.weakness(value))]
    secrets = Secrets(**{field: _secret(given.get(f"{PREFIX}{field.upper()}")) for field in Secrets._fields})
    missing = [field for field in uses if field not in OPTIONAL and getattr(secrets, field) is None]
    faults += [f"{PREFIX}{field.upper()}: is not set" for field in missing]
    faults += [f"{PREFIX}{field.upper()}: {why}" for field, why in _unusable(secrets)]
    faults += own_secrets.faults({n: s.get_secret_value() for n, s in zip(NAMES, secrets, strict=True) if s})
    key = secrets.functions_key
    if key and not all(key.get_secret_value().partition(":")):
        faults.append(f"{PREFIX}FUNCTIONS_KEY: an access key such as dof_v1_id:secret is wanted")
    for field in _ADDRESSES:
        address = getattr(secrets, field)
        if address and not is_address(address.get_secret_value()):
            faults.append(f"{PREFIX}{field.upper()}: an address such as https://… is wanted")
    pair = secrets.registry_credentials
    if pair and not all(pair.get_secret_value().partition(":")):
        faults.append(f"{PREFIX}REGISTRY_CREDENTIALS: user:token is wanted")
    if file is None or faults:
        raise Misconfigured("settings: " + "; ".join(faults))
    return Settings(file, secrets, {name: SecretStr(value) for name, value in sent.items()})


def parse(written: Any) -> tuple[File | None, list[str]]:
    """The file, or every fault in it: where, and what was wanted."""
    file, found = read(written)
    return file, [each.line("bluegreen.yml") for each in found]


def read(written: Any) -> tuple[File | None, list[Fault]]:
    named = written
    if isinstance(written, dict) and isinstance(written.get("services"), dict):
        services = {k: {**v, "name": k} if isinstance(v, dict) else v for k, v in written["services"].items()}
        named = {**written, "services": services}
    beyond = [*settings_bounds.empty(named)]
    try:
        file = File.model_validate(named)
        beyond += settings_bounds.beyond(file.services)
        return (None, beyond) if beyond else (file, [])
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return None, [*beyond, *(fault(each, _names()) for each in found if not _is_hollow(each, found))]


def _is_hollow(one: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> bool:
    """A list is called too short as well where what stands in it is at fault."""
    at = tuple(one["loc"])
    return one["type"] == "too_short" and any(len(e["loc"]) > len(at) and e["loc"][: len(at)] == at for e in found)


@cache  # made of every model that there is
def _names() -> Mapping[str, frozenset[Section]]:
    """Of all settings that there are."""
    found: dict[str, set[Section]] = {}
    for name, section in names_in(File):
        found.setdefault(name, set()).add(section)
    return {name: frozenset(sections) for name, sections in found.items()}


def is_sendable(secret: str) -> bool:
    """As a request can carry it in a header."""
    return all("!" <= character <= "~" for character in secret)


def _unusable(secrets: Secrets) -> Iterator[tuple[str, str]]:
    """What was not filled in, and what no request could carry."""
    for field, secret in secrets._asdict().items():
        value = secret.get_secret_value() if secret else ""
        if UNFILLED in value:
            yield field, f"still holds the example's {UNFILLED}"
        elif field not in _OF_ANY_TEXT and not is_sendable(value):
            yield field, "holds a space or a character that is not ASCII"


def _secret(value: str | None) -> SecretStr | None:
    return SecretStr(value) if value and value != NONE else None
