"""Where a person reads on: addresses at GitHub and DigitalOcean, made from what a notice is about."""

from urllib.parse import quote

from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.notices import Notice

_GITHUB = "https://github.com"
_PANEL = "https://cloud.digitalocean.com/apps"


def links(service: Service, notice: Notice) -> dict[str, str]:
    """Name → address, of what is known."""
    found = {}
    if notice.commit:
        found["commit"] = f"{_GITHUB}/{service.repository}/commit/{quote(notice.commit)}"
    if notice.base and notice.tag:
        found["changes"] = f"{_GITHUB}/{service.repository}/compare/{quote(notice.base)}...{quote(notice.tag)}"
    if notice.report:
        found["smoke report"] = quote(notice.report, safe=":/?&=%#")
    page = deployment(service, notice)
    if page:
        found["deployment" if notice.deployment else "app"] = page
    if service.dashboard:
        found["dashboard"] = quote(service.dashboard, safe=":/?&=%#+,;@~")
    return found


def log(service: Service, notice: Notice) -> str:
    """Where it stands what happened: never nothing, so that a person who sees a red mark has somewhere to go on."""
    known = links(service, notice)
    named = [known.get(name, "") for name in ("smoke report", "deployment", "dashboard", "app", "commit")]
    return next(filter(None, named), f"{_GITHUB}/{service.repository}")


def deployment(service: Service, notice: Notice) -> str:
    """The deployment in the control panel, with its logs; the app where no deployment is known."""
    named = {environment.value: environment for environment in Environment}
    environment = named.get(notice.environment)
    if environment is None:
        return ""
    app = f"{_PANEL}/{quote(service.app(environment))}"
    return f"{app}/deployments/{quote(notice.deployment)}" if notice.deployment else app
