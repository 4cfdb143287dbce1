"""Of the plan: what leads production where no router does, the webhook by which tags are heard of, and the clock."""

from collections.abc import Iterator
from typing import Any

from bluegreen.core.config.traffic import LONGEST_TTL, DnsRecord, LoadBalancer
from bluegreen_cli.setup.plan_account import HOOK_SECRET, is_set
from bluegreen_cli.setup.seen import Seen, full_name
from bluegreen_cli.setup.steps import Act, Closed, Step, cannot, fine
from bluegreen_cli.setup.wanted import Wanted, known

_HTTP = {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80}
TRIGGER = {"name": "bluegreen-watch", "function": "ops/watch", "cron": "* * * * *"}


def balancers(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    for service in wanted.services:
        if isinstance(service.traffic, LoadBalancer):
            yield from _balancer(wanted, seen, service.name, service.traffic)


def _balancer(wanted: Wanted, seen: Seen, service: str, traffic: LoadBalancer) -> Iterator[Step]:
    name, id_ = f"{service}-bluegreen", known(traffic.load_balancer)
    what = f"load balancer {id_ or name}"
    if isinstance(seen.balancers, Closed):
        yield cannot(what, seen.balancers.why)
        return
    found = next(
        (each for each in seen.balancers if (each.get("id") == id_ if id_ else each.get("name") == name)), None
    )
    adopted = next(s.adopt.active for s in wanted.services if s.name == service)
    if found is None and id_:
        yield cannot(what, "bluegreen.yml names it, and this account has none of that id")
    elif found is None:
        body = {
            "name": name,
            "region": wanted.functions_region,
            "forwarding_rules": [_HTTP],
            "tag": traffic.tags[adopted],
        }
        yield Step(Act.CREATE, what, f"to the Droplets tagged {traffic.tags[adopted]}", "balancer", {"body": body})
    elif not id_:
        at = {("services", service, "traffic", "load_balancer"): str(found["id"])}
        yield Step(Act.CHANGE, f"bluegreen.yml: id of {what}", "as DigitalOcean says", "written_down", {"values": at})
    else:
        yield fine(what)


def records(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    for service in wanted.services:
        if isinstance(service.traffic, DnsRecord):
            yield _record(service.traffic, seen.records[service.name], service.traffic.values[service.adopt.active])


def _record(traffic: DnsRecord, listed: list[dict[str, Any]] | Closed, value: str) -> Step:
    what = f"{traffic.type} record {full_name(traffic)} (TTL {LONGEST_TTL})"
    if isinstance(listed, Closed):
        return cannot(what, listed.why)
    found = [each for each in listed if traffic.record in (0, each.get("id"))]
    if not found:
        data = f"{value.rstrip('.')}." if traffic.type == "CNAME" else value
        body = {"type": traffic.type, "name": traffic.name or "@", "data": data, "ttl": LONGEST_TTL}
        return Step(Act.CREATE, what, f"to {value}", "record", {"zone": traffic.zone, "body": body})
    if len(found) > 1:
        return cannot(what, "there are several: `record` in bluegreen.yml has to say which")
    if int(found[0].get("ttl") or 0) <= LONGEST_TTL:
        return fine(what)
    of = {"zone": traffic.zone, "id": found[0]["id"], "body": {"type": traffic.type, "ttl": LONGEST_TTL}}
    return Step(Act.CHANGE, what, f"its TTL is {found[0].get('ttl')}", "record", of)


def webhooks(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    space = seen.namespace(wanted.prefix)
    url = f"{space.get('api_host')}/api/v1/web/{space.get('namespace')}/hooks/github"
    for repository, listed in seen.hooks.items():
        what = f"webhook of {repository}"
        if isinstance(listed, Closed):
            where = f"https://github.com/{repository}/settings/hooks"
            how = (
                f"by hand at {where}: address {url}, content type application/json, just pushes, {HOOK_SECRET} of .env"
            )
            yield cannot(what, f"{listed.why}; {how}")
            continue
        found = next((each for each in listed if (each.get("config") or {}).get("url") == url), None)
        of = {"repository": repository, "url": url, "id": (found or {}).get("id")}
        if found is None:
            yield Step(Act.CREATE, what, "pushes, signed", "webhook", of)
        elif why := _hook_fault(found, seen):
            yield Step(Act.CHANGE, what, why, "webhook", of)
        else:
            yield fine(what)


def _hook_fault(hook: dict[str, Any], seen: Seen) -> str:
    config = hook.get("config") or {}
    if not is_set(seen, HOOK_SECRET) or not config.get("secret"):
        return "its secret is not in .env: it gets another one"
    if not hook.get("active", True) or not {"push", "*"} & set(hook.get("events") or ()):
        return "it sends no pushes"
    return "" if config.get("content_type") in (None, "json") else "it does not send JSON"


def trigger(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    """Deploying the functions makes it; where somebody has deleted it, or a deployment left it out, it is made here."""
    space = str(seen.namespace(wanted.prefix).get("namespace") or "")
    if isinstance(seen.triggers, Closed) or not space or TRIGGER["function"] not in seen.deployed:
        return
    what = f"trigger of {TRIGGER['function']}, each minute"
    if any(TRIGGER["function"] in str(each.get("function")) for each in seen.triggers):
        yield fine(what)
    else:
        yield Step(Act.CREATE, what, "", "trigger", {"namespace": space})
