"""Of the plan: .env, the two buckets, the keys, the namespace."""

from collections.abc import Iterator
from typing import Any

from bluegreen.core.config.traffic import Router
from bluegreen.settings import UNFILLED
from bluegreen_cli.setup.seen import Seen
from bluegreen_cli.setup.steps import Act, Closed, Step, cannot, fine
from bluegreen_cli.setup.wanted import Wanted

MADE_HERE = ("BLUEGREEN_NUDGE_SECRET",)  # of no other party: a router that is told anew gets it again
HOOK_SECRET = "BLUEGREEN_GITHUB_WEBHOOK_SECRET"
KEY_OF_FUNCTIONS = ("BLUEGREEN_SPACES_KEY", "BLUEGREEN_SPACES_SECRET")
KEY_OF_ROUTER = ("ROUTER_SPACES_KEY", "ROUTER_SPACES_SECRET")  # in .env for the next run alone: no function gets them
ACCESS_KEY = "BLUEGREEN_FUNCTIONS_KEY"
_WHERE = {
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "https://cloud.digitalocean.com/account/api/tokens/new",
    "BLUEGREEN_GITHUB_TOKEN": "https://github.com/settings/personal-access-tokens/new",
}
_JOURNAL_DAYS, _TELEMETRY_DAYS = 30, 7


def is_set(seen: Seen, name: str) -> bool:
    value = seen.env.get(name, "")
    return bool(value) and UNFILLED not in value


def env_file(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    """What may be none, what is made here, and what the process's environment holds."""
    missing = [name for name in wanted.settings if not is_set(seen, name)]
    ours = [n for n in missing if n in wanted.given or (wanted.settings[n] and n != ACCESS_KEY) or n in MADE_HERE]
    if HOOK_SECRET in missing and any(isinstance(hooks, Closed) for hooks in seen.hooks.values()):
        ours.append(HOOK_SECRET)  # a person makes the webhook, and needs a secret for it
    what = ".env (mode 600)"
    if ours:
        yield Step(Act.CHANGE if seen.env else Act.CREATE, what, ", ".join(sorted(ours)), "env", {"names": ours})
    elif not seen.private:
        yield Step(Act.CHANGE, what, "others on this machine can read it", "env", {"names": []})
    else:
        yield fine(what)


def tokens(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    """DigitalOcean and GitHub let only a person make them."""
    for name, where in _WHERE.items():
        if not is_set(seen, name) and name not in wanted.given:
            yield cannot(name, f"only you can make it: {where}; .env.example says what it has to be allowed to do")


def left_over(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    for key in _named(seen, f"{wanted.prefix}-setup"):
        why = "left over from a set-up that was stopped: it goes"
        yield Step(Act.CHANGE, f"Spaces key {key['name']}", why, "delete_spaces_key", {"id": key["access_key"]})


def buckets(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    for name, rules in seen.buckets.items():
        what, wants = f"bucket {name} in {wanted.file.state.region}", lifecycle(wanted, name)
        of = {"bucket": name, "rules": wants}
        if rules is None:
            yield Step(Act.CREATE, what, "private; " + "; ".join(map(_said, wants)), "bucket", of)
        elif missing := [rule for rule in wants if not any(_same(rule, other) for other in rules)]:
            keep = [rule for rule in rules if not any(rule.get("ID") == each["ID"] for each in wants)]
            why = "; ".join(map(_said, missing))
            yield Step(Act.CHANGE, what, why, "bucket", {"bucket": name, "rules": [*keep, *wants]})
        else:
            yield fine(what)


def lifecycle(wanted: Wanted, bucket: str) -> list[dict[str, Any]]:
    """A service's newest version lies beside its journal as well, and its releases below another name."""
    state = wanted.file.state
    rules = []
    for service in wanted.services:
        if bucket == state.bucket:
            rules.append(_rule(f"journal-{service.name}", f"services/{service.name}/journal/", _JOURNAL_DAYS))
        if bucket == state.telemetry_bucket:
            rules.append(_rule(f"telemetry-{service.name}", f"services/{service.name}/telemetry/", _TELEMETRY_DAYS))
    return rules


def _rule(name: str, prefix: str, days: int) -> dict[str, Any]:
    return {"ID": name, "Filter": {"Prefix": prefix}, "Status": "Enabled", "Expiration": {"Days": days}}


def _said(rule: dict[str, Any]) -> str:
    return f"{rule['Filter']['Prefix']} ends after {rule['Expiration']['Days']} days"


def _same(rule: dict[str, Any], other: dict[str, Any]) -> bool:
    prefix = (other.get("Filter") or {}).get("Prefix", other.get("Prefix"))
    days = (other.get("Expiration") or {}).get("Days")
    return other.get("Status") == "Enabled" and (prefix, days) == (rule["Filter"]["Prefix"], rule["Expiration"]["Days"])


def spaces_keys(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    state, telemetry = wanted.file.state.bucket, wanted.file.state.telemetry_bucket
    of_functions = {telemetry: "read", state: "readwrite"}
    yield _spaces_key(seen, wanted.prefix, of_functions, KEY_OF_FUNCTIONS)
    if any(isinstance(service.traffic, Router) for service in wanted.services):
        of_router = {state: "read", telemetry: "readwrite"}
        yield _spaces_key(seen, f"{wanted.prefix}-router", of_router, KEY_OF_ROUTER)


def _spaces_key(seen: Seen, name: str, grants: dict[str, str], kept_as: tuple[str, str]) -> Step:
    what = f"Spaces key {name} ({', '.join(f'{may} on {bucket}' for bucket, may in grants.items())})"
    if isinstance(seen.spaces_keys, Closed):
        return fine(what) if all(is_set(seen, each) for each in kept_as) else cannot(what, seen.spaces_keys.why)
    held = next((key for key in seen.spaces_keys if key.get("access_key") == seen.env.get(kept_as[0])), None)
    good = held is not None and is_set(seen, kept_as[1]) and _granted(held) == grants
    others = [key["access_key"] for key in _named(seen, name) if not good or key is not held]
    of = {"name": name, "grants": grants, "kept_as": kept_as, "make": not good, "delete": others}
    if good and not others:
        return fine(what)
    if good:
        return Step(
            Act.CHANGE, what, f"{len(others)} of that name whose secret is not in .env: they go", "spaces_key", of
        )
    if not others:
        return Step(Act.CREATE, what, "", "spaces_key", of)
    why = "its secret is not in .env, or it may do other things: another takes its place, what runs with it stops"
    return Step(Act.CHANGE, what, why, "spaces_key", of)


def _granted(key: dict[str, Any]) -> dict[str, str]:
    return {str(each.get("bucket")): str(each.get("permission")) for each in key.get("grants") or ()}


def _named(seen: Seen, name: str) -> list[dict[str, Any]]:
    known = [] if isinstance(seen.spaces_keys, Closed) else seen.spaces_keys
    return [key for key in known if key.get("name") == name]


def namespace(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    what = f"Functions namespace {wanted.prefix} in {wanted.functions_region}"
    of = {"label": wanted.prefix, "region": wanted.functions_region}
    if isinstance(seen.namespaces, Closed):
        yield cannot(what, seen.namespaces.why)
    elif seen.namespace(wanted.prefix):
        yield fine(what)
    else:
        yield Step(Act.CREATE, what, "", "namespace", of)


def access_key(wanted: Wanted, seen: Seen) -> Iterator[Step]:
    what, ours = f"access key {wanted.prefix} of that namespace", seen.namespace(wanted.prefix)
    if isinstance(seen.access_keys, Closed):
        yield fine(what) if ":" in seen.env.get(ACCESS_KEY, "") else cannot(what, seen.access_keys.why)
        return
    held = seen.env.get(ACCESS_KEY, "").partition(":")[0]
    good = any(key.get("id") == held for key in seen.access_keys)
    others = [k["id"] for k in seen.access_keys if k.get("name") == wanted.prefix and k.get("id") != held]
    of = {"namespace": ours.get("namespace", ""), "name": wanted.prefix, "make": not good, "delete": others}
    if good and not others:
        yield fine(what)
    elif others:
        yield Step(Act.CHANGE, what, "one whose secret is not in .env: it goes", "access_key", of)
    else:
        yield Step(Act.CREATE, what, "", "access_key", of)
