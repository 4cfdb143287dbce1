"""Of the plan: the branches, the apps of the environments, the router's, and what bluegreen.yml says of them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from bluegreen.core.config import tags
from bluegreen.core.config.source import Image
from bluegreen.core.config.traffic import AppIngress, Router
from bluegreen.core.environment import Environment
from bluegreen_cli.init import app_specs
from bluegreen_cli.setup.plan_account import KEY_OF_ROUTER
from bluegreen_cli.setup.seen import Seen
from bluegreen_cli.setup.steps import Act, Closed, Step, cannot, fine
from bluegreen_cli.setup.wanted import SIDES, Wanted, WantedApp, known

_BLUEGREEN = {"repo_clone_url": "https://github.com/bluegreen-deploy/bluegreen.git", "branch": "main"}
_FALLBACK = "BLUEGREEN_FALLBACK_ENVIRONMENT"
FINGERPRINT = "SETUP_FINGERPRINT"  # of what the router's app was told: secrets cannot be read back


def branches(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    for service, source in wanted.pointed:
        for side in SIDES:
            branch, tag = f"{source.prefix}{side}", known(getattr(service.adopt, side))
            what, tags = f"branch {branch} of {service.repository}", seen.tags[service.repository]
            if seen.branches[service.repository, branch]:
                yield fine(what)
            elif isinstance(tags, Closed):
                yield cannot(what, tags.why)
            elif tag not in tags:
                yield cannot(what, f"adopt.{side} in bluegreen.yml has to name the tag that runs today")
            else:
                of = {"repository": service.repository, "branch": branch, "commit": tags[tag]}
                yield Step(Act.CREATE, what, f"at {tag}", "branch", of)


def apps(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    if isinstance(seen.apps, Closed):
        yield cannot("apps", seen.apps.why)
        return
    for app in wanted.apps:
        found = found_app(seen, app)
        yield _change(app, found) if found else _creation(wanted, app)


def found_app(seen: Seen, app: WantedApp) -> dict[str, Any] | None:
    """By the id that bluegreen.yml says, or by the name that its spec says."""
    listed = [] if isinstance(seen.apps, Closed) else seen.apps
    by_id = next((each for each in listed if app.id and each.get("id") == app.id), None)
    return by_id or next((each for each in listed if app.spec and _name(each) == app.spec.get("name")), None)


def _name(app: Mapping[str, Any]) -> str:
    return str((app.get("spec") or {}).get("name"))


def _creation(wanted: Wanted, app: WantedApp) -> Step:
    if app.spec is None:
        several = f"; of several services each has its own: is it .do/{app.path.partition('-')[2]}?"
        hint = several if app.service.name in app.path and len(wanted.services) > 1 else ""
        return cannot(app.what, f"{app.path} is not there, and no app has the id that bluegreen.yml says{hint}")
    if app.id:
        return cannot(app.what, f"bluegreen.yml says {app.id}, which is no app of this account")
    source = app.service.source
    if isinstance(source, Image) and not known(source.registry):
        return cannot(app.what, "source.registry in bluegreen.yml has to say which registry CI pushes to")
    spec, lost = _with_secrets(_with_images(app, app.spec), wanted.environ)
    if lost:
        given = "".join(f"{name}=… " for name in lost)
        return cannot(app.what, f"{', '.join(lost)} cannot be copied from another app: {given}bluegreen setup")
    return Step(Act.CREATE, app.what, f"as in {app.path}", "create_app", {"spec": spec})


def _with_images(app: WantedApp, spec: dict[str, Any]) -> dict[str, Any]:
    """What is adopted is named: `latest` may be anything, or nothing."""
    source, made = app.service.source, deepcopy(spec)
    if not isinstance(source, Image):
        return made
    sides = {app.service.component(side) or None: side.value for side in Environment if side.value in app.sides}
    for part in _components(made):
        image, side = part.get("image"), sides.get(part.get("name")) or sides.get(None)
        if isinstance(image, dict) and side and image.get("tag", "latest") == "latest" and not image.get("digest"):
            image["tag"] = tags.filled(source.image_tag, getattr(app.service.adopt, side))
    return made


def _with_secrets(spec: dict[str, Any], given: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """A value that DigitalOcean has encrypted is of no use in another app: the environment has to hold it in clear."""
    made, lost = deepcopy(spec), []
    for env in (env for c in _components(made) for env in c.get("envs") or () if isinstance(env, dict)):
        if str(env.get("value", "")).startswith("EV["):
            env["value"] = given.get(str(env["key"]), "")
            lost += [] if env["value"] else [str(env["key"])]
    return made, sorted(set(lost))


def _components(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield spec  # has envs of its own
    for kind in app_specs.COMPONENTS:
        yield from spec.get(kind) or ()


def _change(app: WantedApp, found: dict[str, Any]) -> Step:
    """What makes it an environment, and nothing else: a release and a person may have changed the rest."""
    if isinstance(app.service.traffic, AppIngress):
        return fine(app.what)
    name = str((app.spec or {}).get("name") or _name(found))
    spec = app_specs.as_environment(found["spec"], name, app.sides[0], app.service.repository)
    told = _differing(found["spec"], spec)
    if not told:
        return fine(app.what)
    return Step(
        Act.CHANGE, app.what, f"{', '.join(told)} (a deployment)", "update_app", {"id": found["id"], "spec": spec}
    )


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    told = [] if before.get("name") == after.get("name") else [f"name {after.get('name')}"]
    pairs = zip(_components(before), _components(after), strict=True)
    return told + sorted({_difference(old, new) for old, new in pairs if "name" in old} - {""})


def _difference(old: dict[str, Any], new: dict[str, Any]) -> str:
    for kind in app_specs.SOURCES:
        was, then = old.get(kind), new.get(kind)
        if isinstance(was, dict) and isinstance(then, dict):
            if was.get("branch") != then.get("branch"):
                return f"{new.get('name')} from branch {then.get('branch')}"
            if was.get("deploy_on_push"):
                return f"{new.get('name')} not deployed by pushes"
    return "" if old.get("envs") == new.get("envs") or "services" in new else "DEPLOYMENT_ENV"


def written_down(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    """bluegreen.yml: the ids and addresses that only DigitalOcean knows."""
    for app in wanted.apps:
        found = found_app(seen, app)
        values = _values(app, found or {})
        what = f"bluegreen.yml: id and address of {' and '.join(app.sides)} of {app.service.name}"
        new = {at: value for at, is_open, value in values if is_open and value}
        if new:
            yield Step(Act.CHANGE, what, "as DigitalOcean says", "written_down", {"values": new})


def _values(app: WantedApp, found: dict[str, Any]) -> list[tuple[tuple[str, ...], bool, str]]:
    """Where, whether it is still open, and what belongs there."""
    made: list[tuple[tuple[str, ...], bool, str]] = []
    ingress = str(found.get("default_ingress") or "").rstrip("/")
    for side, settings in app.service.environments.items():
        if side.value in app.sides:
            at = ("services", app.service.name, "environments", side.value)
            path = f"/__{side.value}" if isinstance(app.service.traffic, AppIngress) else ""
            made.append(((*at, "app"), not known(settings.app), str(found.get("id") or "")))
            made.append(((*at, "url"), not known(settings.url), ingress + path if ingress else ""))
    return made


def router(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    routed = [service for service in wanted.services if isinstance(service.traffic, Router)]
    if not routed:
        return
    if wanted.router is None:
        yield cannot("router's app", ".do/router.yaml is not there: `bluegreen init` writes it")
        return
    led = _led(wanted)
    for service in routed:
        if led and service.name != led:
            how = f"a router leads one service, and this one leads {led}: it gets an app of its own, by hand"
            yield cannot(f"router of {service.name}", f"{how} (docs/router.md), with BLUEGREEN_SERVICE {service.name}")
    what = f"app {wanted.router.get('name')} (the router, at its own address)"
    listed = [] if isinstance(seen.apps, Closed) else seen.apps
    found = next((each for each in listed if _name(each) == wanted.router.get("name")), None)
    spec = router_spec(wanted, seen)
    if found is None and (lacking := _lacking(wanted, seen, led)):
        yield cannot(what, f"it leads to {lacking}, which comes first")
    elif found is None:
        yield Step(Act.CREATE, what, "as in .do/router.yaml", "create_app", {"spec": spec})
    elif _fingerprint_of(found["spec"]) == _fingerprint_of(spec):
        yield fine(what)
    else:
        whole = {**spec, **({"domains": found["spec"]["domains"]} if found["spec"].get("domains") else {})}
        of = {"id": found["id"], "spec": whole}
        yield Step(Act.CHANGE, what, "its keys or addresses are others (a deployment)", "update_app", of)


def _lacking(wanted: Wanted, seen: Seen, led: str) -> str:
    """What a router of that service leads to and cannot be made, or is not known: it would not start."""
    ours = [app for app in wanted.apps if not led or app.service.name == led]
    return next((step.what for step in apps(wanted._replace(apps=tuple(ours)), seen) if step.act is Act.CANNOT), "")


def _led(wanted: Wanted) -> str:
    """The service that the router's spec names, "" where it names none."""
    parts = (wanted.router or {}).get("services") or ()
    told = {env.get("key"): str(env.get("value")) for part in parts for env in part.get("envs") or ()}
    return told.get("BLUEGREEN_SERVICE", "")


def router_spec(wanted: Wanted, seen: Seen) -> dict[str, Any]:
    """The file's, with what stands in <angle brackets> filled in and without its domain, which moves last."""
    spec = deepcopy(wanted.router or {})
    spec.pop("domains", None)
    for service in spec.get("services") or ():
        if "<" in str((service.get("github") or {}).get("repo")):
            service.pop("github")
            service["git"] = dict(_BLUEGREEN)
        known_ = _router_values(wanted, seen)
        envs = [{**env, "value": known_.get(env.get("key"), env.get("value"))} for env in service.get("envs") or ()]
        kept = [env for env in envs if "<" not in str(env["value"]) and env.get("key") not in (FINGERPRINT, _FALLBACK)]
        kept.append({"key": _FALLBACK, "scope": "RUN_TIME", "value": _serves_today(wanted, envs)})
        service["envs"] = [*kept, {"key": FINGERPRINT, "scope": "RUN_TIME", "value": _hash(kept)}]
    return spec


def _serves_today(wanted: Wanted, envs: list[dict[str, Any]]) -> str:
    """So that the router can be looked at, and take the domain, before anything is written about the service."""
    name = next((str(env["value"]) for env in envs if env.get("key") == "BLUEGREEN_SERVICE"), "")
    service = wanted.file.services.get(name) or wanted.services[0]
    return service.adopt.active.value


def _router_values(wanted: Wanted, seen: Seen) -> dict[str, str]:
    urls = {app.sides[0]: str((found_app(seen, app) or {}).get("default_ingress") or "") for app in wanted.apps}
    space = seen.namespace(wanted.prefix)
    hook = f"{space.get('api_host')}/api/v1/web/{space.get('namespace')}/hooks/deployment"
    return {
        "BLUEGREEN_BLUE_URL": urls.get("blue", "").rstrip("/"),
        "BLUEGREEN_GREEN_URL": urls.get("green", "").rstrip("/"),
        "BLUEGREEN_STATE_ENDPOINT": wanted.file.state.endpoint,
        "BLUEGREEN_STATE_REGION": wanted.file.state.region,
        "BLUEGREEN_STATE_BUCKET": wanted.file.state.bucket,
        "BLUEGREEN_TELEMETRY_BUCKET": wanted.file.state.telemetry_bucket,
        "BLUEGREEN_SPACES_KEY": seen.env.get(KEY_OF_ROUTER[0], ""),
        "BLUEGREEN_SPACES_SECRET": seen.env.get(KEY_OF_ROUTER[1], ""),
        "BLUEGREEN_NUDGE_URL": hook,
        "BLUEGREEN_NUDGE_SECRET": seen.env.get("BLUEGREEN_NUDGE_SECRET", ""),
    }


def _hash(envs: list[dict[str, Any]]) -> str:
    told = sorted((str(env.get("key")), str(env.get("value"))) for env in envs)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _fingerprint_of(spec: dict[str, Any]) -> str:
    envs = [env for service in spec.get("services") or () for env in service.get("envs") or ()]
    return next((str(env.get("value")) for env in envs if env.get("key") == FINGERPRINT), "")
