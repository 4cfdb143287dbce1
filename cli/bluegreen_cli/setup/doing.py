"""Each act of the plan, done: one table. What was changed is forgotten, so that it is looked at again."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bluegreen_cli.doctor.namespaces import NAMESPACES
from bluegreen_cli.setup import env_file, yaml_file
from bluegreen_cli.setup.outside import Outside
from bluegreen_cli.setup.plan_account import ACCESS_KEY, HOOK_SECRET
from bluegreen_cli.setup.plan_traffic import TRIGGER
from bluegreen_cli.setup.seen import Look
from bluegreen_cli.setup.steps import Step
from bluegreen_cli.setup.wanted import Wanted

Of = Mapping[str, Any]
_FOR_ADDRESS = 60  # tries, two seconds apart


class Work(NamedTuple):
    wanted: Wanted
    out: Outside
    look: Look
    config: Path
    env: Path

    def note(self, values: Mapping[str, str]) -> None:
        """In .env, before anything else is done."""
        text = self.env.read_text(encoding="utf-8") if self.env.is_file() else _HEAD
        self.out.write(self.env, env_file.changed(text, values))
        self.look.forget("env", "private", "buckets")


_HEAD = "# Written by `bluegreen setup`: .env.example says what each is. Never commit it.\n"


def do(work: Work, step: Step) -> None:
    act, parts = DOING[step.key]
    act(work, step.of)
    work.look.forget(*parts)


def _env(work: Work, of: Of) -> None:
    wanted = work.wanted
    work.note({name: wanted.given.get(name) or wanted.settings[name] or secrets.token_hex(32) for name in of["names"]})


def _bucket(work: Work, of: Of) -> None:
    """Only a key that may do everything makes buckets: it is made for this, and deleted."""
    body = {"name": f"{work.wanted.prefix}-setup", "grants": [{"bucket": "", "permission": "fullaccess"}]}
    made = work.out.ask("POST", "/v2/spaces/keys", body)["key"]
    key, secret, bucket = made["access_key"], made["secret_key"], of["bucket"]
    work.out.store(key, secret, "create_bucket", Bucket=bucket)
    rules = {"Rules": of["rules"]}
    work.out.store(key, secret, "put_bucket_lifecycle_configuration", Bucket=bucket, LifecycleConfiguration=rules)
    work.out.ask("DELETE", f"/v2/spaces/keys/{key}")
    work.look.buckets[bucket] = list(of["rules"])


def _spaces_key(work: Work, of: Of) -> None:
    if of["make"]:
        grants = [{"bucket": bucket, "permission": may} for bucket, may in of["grants"].items()]
        made = work.out.ask("POST", "/v2/spaces/keys", {"name": of["name"], "grants": grants})["key"]
        work.note({of["kept_as"][0]: made["access_key"], of["kept_as"][1]: made["secret_key"]})
    for other in of["delete"]:
        _delete_spaces_key(work, {"id": other})


def _delete_spaces_key(work: Work, of: Of) -> None:
    work.out.ask("DELETE", f"/v2/spaces/keys/{of['id']}")


def _namespace(work: Work, of: Of) -> None:
    work.out.ask("POST", NAMESPACES, dict(of))


def _access_key(work: Work, of: Of) -> None:
    keys = f"{NAMESPACES}/{of['namespace']}/keys"
    if of["make"]:
        made = work.out.ask("POST", keys, {"name": of["name"]})["access_key"]
        whole = made["secret"] if ":" in made["secret"] else f"{made['id']}:{made['secret']}"
        work.note({ACCESS_KEY: whole})
    for other in of["delete"]:
        work.out.ask("DELETE", f"{keys}/{other}")


def _branch(work: Work, of: Of) -> None:
    work.out.move_branch(of["repository"], of["branch"], of["commit"])


def _create_app(work: Work, of: Of) -> None:
    """Its address may come a moment after it."""
    made = work.out.ask("POST", "/v2/apps", {"spec": of["spec"]})["app"]
    for _ in range(_FOR_ADDRESS):
        if made.get("default_ingress"):
            return
        work.out.sleep(2)
        made = work.out.ask("GET", f"/v2/apps/{made['id']}")["app"]


def _update_app(work: Work, of: Of) -> None:
    work.out.update_app(of["id"], of["spec"])


def _written_down(work: Work, of: Of) -> None:
    text = yaml_file.with_values(work.config.read_bytes().decode(), of["values"])  # its line ends stay what they are
    mode = work.config.stat().st_mode & 0o777
    work.out.write(work.config, text)
    work.config.chmod(mode)


def _balancer(work: Work, of: Of) -> None:
    work.out.ask("POST", "/v2/load_balancers", of["body"])


def _record(work: Work, of: Of) -> None:
    path = f"/v2/domains/{of['zone']}/records"
    if "id" in of:
        work.out.ask("PATCH", f"{path}/{of['id']}", of["body"])
    else:
        work.out.ask("POST", path, of["body"])


def _webhook(work: Work, of: Of) -> None:
    """GitHub never shows the secret again: it is sent first, so that the one in .env is one that GitHub has."""
    secret, path = secrets.token_hex(32), f"/repos/{of['repository']}/hooks"
    config = {"url": of["url"], "content_type": "json", "insecure_ssl": "0", "secret": secret}
    body = {"active": True, "events": ["push"], "config": config}
    if of["id"] is None:
        work.out.hub("POST", path, {"name": "web", **body})
    else:
        work.out.hub("PATCH", f"{path}/{of['id']}", body)
    work.note({HOOK_SECRET: secret})


def _trigger(work: Work, of: Of) -> None:
    details = {"cron": TRIGGER["cron"], "body": {"source": "schedule"}}
    body = {"name": TRIGGER["name"], "function": TRIGGER["function"], "type": "SCHEDULED", "is_enabled": True}
    work.out.ask("POST", f"{NAMESPACES}/{of['namespace']}/triggers", {**body, "scheduled_details": details})


DOING: dict[str, tuple[Callable[[Work, Of], None], tuple[str, ...]]] = {
    "env": (_env, ()),
    "bucket": (_bucket, ("buckets", "spaces_keys")),
    "spaces_key": (_spaces_key, ("spaces_keys",)),
    "delete_spaces_key": (_delete_spaces_key, ("spaces_keys",)),
    "namespace": (_namespace, ("namespaces", "access_keys", "triggers", "deployed")),
    "access_key": (_access_key, ("access_keys", "deployed")),
    "branch": (_branch, ("branches",)),
    "create_app": (_create_app, ("apps",)),
    "update_app": (_update_app, ("apps",)),
    "written_down": (_written_down, ()),
    "balancer": (_balancer, ("balancers",)),
    "record": (_record, ("records",)),
    "webhook": (_webhook, ("hooks",)),
    "trigger": (_trigger, ("triggers",)),
}
