"""What is there today: each part is asked for when it is wanted, and again only once something was done to it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bluegreen.core.config.traffic import DnsRecord, LoadBalancer
from bluegreen.core.errors import BluegreenError, NotFound
from bluegreen_cli.doctor import deployer_env
from bluegreen_cli.doctor.namespaces import NAMESPACES, full_action_name
from bluegreen_cli.faults import Faulty
from bluegreen_cli.setup.outside import Outside
from bluegreen_cli.setup.steps import Closed
from bluegreen_cli.setup.wanted import SIDES, Wanted

Listed = list[dict[str, Any]] | Closed


class Seen(NamedTuple):
    """`buckets`: by name, the lifecycle's rules; None where it is not there, or nobody may look. `namespace`: ours."""

    env: dict[str, str]
    private: bool  # nobody else may read .env; True where there is none
    buckets: dict[str, list[dict[str, Any]] | None]
    spaces_keys: Listed
    tags: dict[str, dict[str, str] | Closed]
    branches: dict[tuple[str, str], bool]
    apps: Listed
    namespaces: Listed
    access_keys: Listed
    triggers: Listed
    hooks: dict[str, Listed]
    balancers: Listed
    records: dict[str, Listed]
    deployed: list[str]  # functions

    def namespace(self, label: str) -> dict[str, Any]:
        found = self.namespaces
        return {} if isinstance(found, Closed) else next((n for n in found if n.get("label") == label), {})


class Look:
    """Looks again only at what was forgotten. `buckets` may be told by who has just made one."""

    def __init__(self, wanted: Wanted, outside: Outside, env: Path) -> None:
        self._wanted, self._out, self._path = wanted, outside, env
        self._known: dict[str, Any] = {}
        self.buckets: dict[str, list[dict[str, Any]] | None] = {}

    def forget(self, *parts: str) -> None:
        for part in parts:
            self._known.pop(part, None)

    def seen(self) -> Seen:
        return Seen(**{part: self._part(part) for part in Seen._fields})

    def _part(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = getattr(self, f"_{name}")()
        return self._known[name]

    def _env(self) -> dict[str, str]:
        return written(self._path)

    def _private(self) -> bool:
        return not self._path.is_file() or not self._path.stat().st_mode & 0o077

    def _buckets(self) -> dict[str, list[dict[str, Any]] | None]:
        state = self._wanted.file.state
        return {name: self._bucket(name) for name in dict.fromkeys((state.bucket, state.telemetry_bucket))}

    def _bucket(self, name: str) -> list[dict[str, Any]] | None:
        key, secret = (self._part("env").get(f"BLUEGREEN_SPACES_{each}", "") for each in ("KEY", "SECRET"))
        if name in self.buckets or not (key and secret):
            return self.buckets.get(name)
        try:
            self._out.store(key, secret, "head_bucket", Bucket=name)
            found = self._out.store(key, secret, "get_bucket_lifecycle_configuration", Bucket=name)
            return list(found.get("Rules", ()))
        except NotFound as error:
            return [] if "Lifecycle" in str(error) else None
        except BluegreenError:
            return None

    def _spaces_keys(self) -> Listed:
        return _open(lambda: self._out.listed("/v2/spaces/keys", "keys"))

    def _apps(self) -> Listed:
        return _open(lambda: self._out.listed("/v2/apps", "apps"))

    def _namespaces(self) -> Listed:
        return _open(lambda: (self._out.ask("GET", NAMESPACES) or {}).get("namespaces") or [])

    @property
    def _ours(self) -> dict[str, Any]:
        found = self._part("namespaces")
        ours = [n for n in found if n.get("label") == self._wanted.prefix] if isinstance(found, list) else []
        return ours[0] if ours else {}

    def _of_namespace(self, what: str, key: str) -> Listed:
        if not self._ours:
            return []
        path = f"{NAMESPACES}/{self._ours.get('namespace')}/{what}"
        return _open(lambda: (self._out.ask("GET", path) or {}).get(key) or [])

    def _access_keys(self) -> Listed:
        return self._of_namespace("keys", "access_keys")

    def _triggers(self) -> Listed:
        return self._of_namespace("triggers", "triggers")

    def _deployed(self) -> list[str]:
        space, key = self._ours, self._part("env").get("BLUEGREEN_FUNCTIONS_KEY", "")
        if not space or ":" not in key:
            return []
        found = _open(lambda: self._out.functions(space["api_host"], space["namespace"], key))
        return [] if isinstance(found, Closed) else [full_action_name(each) for each in found]

    def _tags(self) -> dict[str, dict[str, str] | Closed]:
        return {name: self._tags_of(name) for name in self._repositories}

    def _tags_of(self, repository: str) -> dict[str, str] | Closed:
        try:
            return self._out.tags(repository)
        except BluegreenError as error:
            return Closed(str(error))

    def _branches(self) -> dict[tuple[str, str], bool]:
        wanted = [(s.repository, f"{by.prefix}{side}") for s, by in self._wanted.pointed for side in SIDES]
        return {(name, branch): self._has_branch(name, branch) for name, branch in wanted}

    def _has_branch(self, repository: str, branch: str) -> bool:
        try:
            self._out.hub("GET", f"/repos/{repository}/git/ref/heads/{branch}")
        except BluegreenError:
            return False
        return True

    def _hooks(self) -> dict[str, Listed]:
        return {
            name: _open(lambda name=name: self._out.hub("GET", f"/repos/{name}/hooks", per_page=100) or [])  # type: ignore[misc]
            for name in self._repositories
        }

    def _balancers(self) -> Listed:
        if not any(isinstance(service.traffic, LoadBalancer) for service in self._wanted.services):
            return []
        return _open(lambda: self._out.listed("/v2/load_balancers", "load_balancers"))

    def _records(self) -> dict[str, Listed]:
        kept = {s.name: s.traffic for s in self._wanted.services if isinstance(s.traffic, DnsRecord)}
        return {
            name: _open(
                lambda t=traffic: self._out.listed(  # type: ignore[misc]
                    f"/v2/domains/{t.zone}/records", "domain_records", name=full_name(t), type=t.type
                )
            )
            for name, traffic in kept.items()
        }

    @property
    def _repositories(self) -> list[str]:
        return sorted({service.repository for service in self._wanted.services})


def written(env: Path) -> dict[str, str]:
    """.env as doctl's deployer reads it."""
    try:
        return deployer_env.parse(env.read_text(encoding="utf-8")) if env.is_file() else {}
    except UnicodeDecodeError:
        raise Faulty([f"{env} is not UTF-8 text"]) from None


def full_name(traffic: DnsRecord) -> str:
    return traffic.zone if traffic.name in ("", "@") else f"{traffic.name}.{traffic.zone}"


def _open(ask: Callable[[], list[dict[str, Any]]]) -> Listed:
    try:
        return [each for each in ask() if isinstance(each, dict)]
    except BluegreenError as error:
        return Closed(str(error))
