"""What a person can try while the local cloud runs."""

from collections.abc import Iterator

from bluegreen_demo import local_files
from bluegreen_demo.account import NAMESPACE
from bluegreen_demo.cloud import LocalCloud
from bluegreen_demo.control import next_tag

_CALL = '"$ACTIONS/{}?blocking=true&result=true"'


def lines(cloud: LocalCloud) -> Iterator[str]:
    """Commands for another terminal, none wider than 80 columns."""
    tag = next_tag(cloud)
    worse = _next(tag)
    yield f"  the page       {cloud.page_url}"
    yield f"  its token      {cloud.account.page_token}"
    yield f"  production     {cloud.production}"
    for name, app in cloud.environments.items():
        yield f"  {name:<14} {app.ingress}"
    yield f"  Slack          {cloud.at.slack}"
    yield f"  logs           {local_files.FOLDER / 'cloud'}"
    yield f"  all addresses  {local_files.LOCAL}"
    yield ""
    yield "In another terminal, from this folder:"
    yield f"  . {local_files.SHELL}"
    for what, command in _commands(tag, worse):
        if what:
            yield f"  # {what}"
        yield f"  {command}"


def _next(tag: str) -> str:
    """The tag after it, so that both examples can be tried: a tag that is pushed twice is one release."""
    before, _, patch = tag.rpartition(".")
    return f"{before}.{int(patch) + 1}"


def _commands(tag: str, worse: str) -> Iterator[tuple[str, str]]:
    yield "push a good tag, or one that fails in production", f"""curl -d '{{"tag": "{tag}"}}' $CONTROL/tags"""
    fault = '"fault": {"share": 0.2, "when": "production"}'
    yield "", f"""curl $CONTROL/tags -d \\\n    '{{"tag": "{worse}", {fault}}}'"""
    yield "see where everything is; once the good tag serves, take it back", "bluegreen status"
    yield "", "bluegreen rollback"
    yield "the same without this command", f"curl -u $KEY -X POST {_CALL.format('status')}"
    yield "", f"curl -u $KEY -X POST {_CALL.format('rollback')}"
    yield "break an environment by hand, and heal it", """curl -X PUT -d '{"share": 0.2}' $GREEN/_fault"""
    yield "", "curl -X DELETE $GREEN/_fault"
    yield "the real doctl, where it is installed", f"doctl serverless connect {NAMESPACE} --access-key $KEY"
    for call in ("functions invoke status", "functions invoke rollback", "activations logs --function ops/watch"):
        yield "", f"doctl serverless {call}"


def shell(cloud: LocalCloud, control: str) -> str:
    """What the commands need, and what points the real doctl here without touching its own settings."""
    folder = local_files.FOLDER.absolute()
    sandbox, config = folder / "doctl", folder / "config"
    named = {
        "PRODUCTION": cloud.production,
        "CONTROL": control,
        "BLUE": cloud.environments["blue"].ingress,
        "GREEN": cloud.environments["green"].ingress,
        "ACTIONS": f"{cloud.at.functions}/api/v1/namespaces/_/actions",
        "KEY": cloud.account.namespace_key,
        "BLUEGREEN_CONFIG": str((cloud.folder / "bluegreen.yml").absolute()),
        "BLUEGREEN_ENV": str(local_files.ENV.absolute()),
        "BLUEGREEN_FUNCTIONS_HOST": cloud.at.functions,
        "DIGITALOCEAN_API_URL": cloud.at.digitalocean,
        "DIGITALOCEAN_ACCESS_TOKEN": cloud.account.owner_token,
        "OVERRIDE_SANDBOX_DIR": str(sandbox),
        "XDG_CONFIG_HOME": str(config),
    }
    exports = [f"export {name}='{value}'" for name, value in named.items()]
    # doctl takes its plug-in for installed when this file says so; deploying needs it, calling functions does not.
    return "\n".join([*exports, f"mkdir -p '{sandbox}' '{config}'", f"printf 5.0.22 > '{sandbox}/version'", ""])
