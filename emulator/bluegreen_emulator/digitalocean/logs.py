"""Build, deploy and run logs of a deployment, as text."""

from bluegreen_emulator.digitalocean.deployment import Deployment
from bluegreen_emulator.digitalocean.errors import bad_request
from bluegreen_emulator.digitalocean.times import stamp

_REACHED = {"BUILD": "BUILDING", "DEPLOY": "DEPLOYING", "RUN": "ACTIVE"}


def require_reached(deployment: Deployment, kind: str) -> None:
    """A phase that was skipped or never reached has no log: 400."""
    if _REACHED.get(kind) not in deployment.reached:
        raise bad_request(f"logs of type {kind} are not available for deployment {deployment.id}")


def running(deployment: Deployment, kind: str) -> bool:
    """Whether the log still grows."""
    return deployment.phase == _REACHED.get(kind)


def text(deployment: Deployment, kind: str, run_log: str) -> str:
    if kind == "RUN":
        return run_log
    lines = _build_lines(deployment) if kind == "BUILD" else _deploy_lines(deployment)
    phase = _REACHED[kind]
    failure = deployment.failure
    if failure and failure.phase == phase and deployment.phase == "ERROR":
        lines.append(f"{stamp(deployment.since)} ERROR {failure.code}: {failure.message}")
        lines += [run_log] if kind == "DEPLOY" and run_log else []
    return "\n".join(lines) + "\n"


def _build_lines(deployment: Deployment) -> list[str]:
    at = stamp(deployment.reached["BUILDING"])
    lines = [f"{at} preparing the build of {len(deployment.versions)} component(s)"]
    for name, version in deployment.versions.items():
        lines.append(f"{at} {name}: cloning {version.source} at {version.commit_hash or version.digest}")
        lines.append(f"{at} {name}: running build command")
    return lines if deployment.phase in ("BUILDING", "ERROR") else [*lines, f"{at} build complete"]


def _deploy_lines(deployment: Deployment) -> list[str]:
    at = stamp(deployment.reached["DEPLOYING"])
    return [f"{at} {name}: starting instances, waiting for health checks" for name in deployment.versions]
