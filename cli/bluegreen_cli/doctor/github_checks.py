"""GitHub: is the repository there, may the token do what a release needs, are there tags, does a webhook come?"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bluegreen.clients.github import GitHub
from bluegreen.core.config.notify import GitHubNotice
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import PointerBranch
from bluegreen.core.errors import BluegreenError, Misconfigured, NotFound, Refused
from bluegreen_cli.doctor.findings import Finding, Result, doubt, fault, fine, skipped
from bluegreen_cli.doctor.namespaces import full_action_name
from bluegreen_cli.doctor.patient import Patient

_WEBHOOK = "hooks/github"
_WORKFLOWS = ".github/workflows/"
_NO_COMMIT = "0" * 40


def repository(patient: Patient) -> Iterator[Finding]:
    for name in _repositories(patient):
        answer = patient.github.get(f"/repos/{name}")
        if not isinstance(answer, dict):
            yield fault(f"repository {name}: GitHub answers with no repository", "`apis.github` in bluegreen.yml")
            continue
        yield fine(f"repository {name}: is there, and GitHub's token may read it")


def may_write(patient: Patient) -> Iterator[Finding]:
    """What a release does, with a commit that there is none of: GitHub refuses it as wrong, or as not allowed."""
    for name in _repositories(patient):
        services = [service for service in patient.services if service.repository == name]
        if any(isinstance(service.source, PointerBranch) for service in services):
            asked: dict[str, Any] = {"ref": "refs/heads/bluegreen-doctor", "sha": _NO_COMMIT}
            yield from _allowed(patient, f"/repos/{name}/git/refs", asked, "Contents: read and write")
        if any(isinstance(entry, GitHubNotice) for service in services for entry in service.notify):
            asked = {"ref": _NO_COMMIT, "auto_merge": False, "required_contexts": []}
            yield from _allowed(patient, f"/repos/{name}/deployments", asked, "Deployments: read and write")
        if any(isinstance(e, GitHubNotice) and e.commit_status for service in services for e in service.notify):
            yield from _may_mark(patient, name)


def _may_mark(patient: Patient, name: str) -> Iterator[Finding]:
    """Releases go on without: what is missing is a mark at the commit."""
    asked = {"state": "pending", "context": "bluegreen/doctor"}
    for found in _allowed(patient, f"/repos/{name}/statuses/{_NO_COMMIT}", asked, "Commit statuses: read and write"):
        more = " (or commit_status: false)"
        yield doubt(found.what, f"{found.mend}{more}") if found.result is Result.FAULT else found


def _allowed(patient: Patient, path: str, body: dict[str, Any], right: str) -> Iterator[Finding]:
    try:
        patient.github.once("POST", path, body)
    except (Misconfigured, NotFound) as error:
        yield fault(f"GitHub's token: {error}", f"give it *{right}*")
    except Refused:
        yield fine(f"GitHub's token: has *{right}*")


def tags(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        there = GitHub(patient.github).tags(service.repository)
        matching = [tag for tag in there if not service.tag_fault(tag)]
        what = f"tags of {service.name}"
        if matching:
            yield fine(f"{what}: {len(matching)} of {len(there)} are releases")
        elif there:
            why = service.tag_fault(next(iter(there)))
            yield doubt(f"{what}: none of the {len(there)} in {service.repository} is a release: {why}")
        yield from _adopted(service, there)


def _adopted(service: Service, there: dict[str, str]) -> Iterator[Finding]:
    for tag in (service.adopt.blue, service.adopt.green):
        if tag and tag not in there:
            yield fault(f"{service.name}: adopt names {tag}, which is no tag of {service.repository}")


def workflows(patient: Patient) -> Iterator[Finding]:
    """GitHub moves no branch onto a changed workflow without *Workflows*; which rights a token has it tells nobody."""
    for service in (each for each in patient.services if isinstance(each.source, PointerBranch)):
        tag = _newest(service, GitHub(patient.github).tags(service.repository))
        branch = f"{service.source.prefix}{patient.active(service).other.value}"  # type: ignore[union-attr]
        changed = _changed_workflows(patient, service.repository, branch, tag) if tag else []
        if changed:
            what = f"{tag} of {service.repository} changes {', '.join(changed[:3])}"
            yield doubt(f"{what}, which a token may not release without *Workflows*", "give it *Workflows: write*")


def _newest(service: Service, tags: Mapping[str, str]) -> str:
    matching = [tag for tag in tags if not service.tag_fault(tag)]
    return max(matching, key=lambda tag: service.tags.rank(tag) or (), default="")


def _changed_workflows(patient: Patient, repository: str, branch: str, tag: str) -> list[str]:
    """Between what the branch has and the tag; none where there is no such branch yet."""
    try:
        found = patient.github.get(f"/repos/{repository}/compare/{quote(branch)}...{quote(tag, safe='')}")
    except BluegreenError:
        return []
    files = [str(each.get("filename")) for each in (found or {}).get("files") or () if isinstance(each, dict)]
    return [name for name in files if name.startswith(_WORKFLOWS)]


def branches(patient: Patient) -> Iterator[Finding]:
    """App Platform builds from them; Bluegreen makes one that is missing, but only with its first release."""
    for service in patient.services:
        if not isinstance(service.source, PointerBranch):
            continue
        for environment in patient.file.services[service.name].environments:
            branch = f"{service.source.prefix}{environment.value}"
            try:
                patient.github.get(f"/repos/{service.repository}/git/ref/heads/{branch}")
            except BluegreenError:
                what = f"branch {branch} of {service.repository}: is not there, so its app cannot be built"
                yield doubt(what, "the first release makes it")


def webhook(patient: Patient) -> Iterator[Finding]:
    """Without one a tag is found by the watch, minutes later."""
    for name in _repositories(patient):
        try:
            listed = patient.github.get(f"/repos/{name}/hooks", per_page=100)
        except BluegreenError:
            yield skipped(f"webhook of {name}: GitHub's token may not list webhooks", f"{_page(name)} shows it")
            continue
        yield from _of(patient, name, [hook for hook in listed or () if isinstance(hook, dict)])


def _of(patient: Patient, name: str, hooks: list[dict[str, Any]]) -> Iterator[Finding]:
    ours = [hook for hook in hooks if _WEBHOOK in str((hook.get("config") or {}).get("url"))]
    if not ours:
        yield doubt(f"webhook of {name}: none leads to {_WEBHOOK}, so a tag is found minutes later", "docs/setup.md")
    for hook in ours:
        yield from _faults(name, hook)
        yield from _last_delivery(patient, name, hook)


def _faults(name: str, hook: dict[str, Any]) -> Iterator[Finding]:
    config, what = hook.get("config") or {}, f"webhook of {name}"
    if not hook.get("active", True):
        yield fault(f"{what}: is switched off", "switch it on")
    if not {"push", "*"} & set(hook.get("events") or ()):
        yield fault(f"{what}: does not send pushes", "let it send *push* events")
    if not config.get("secret"):
        yield fault(f"{what}: has no secret, so each delivery is refused", "give it BLUEGREEN_GITHUB_WEBHOOK_SECRET")
    if config.get("content_type") not in (None, "json"):
        yield fine(f"{what}: sends forms, which are read too")


def _last_delivery(patient: Patient, name: str, hook: dict[str, Any]) -> Iterator[Finding]:
    """The ping that GitHub sends when a webhook is made comes before the functions do, and is answered 404 then."""
    code, what = (hook.get("last_response") or {}).get("code"), f"webhook of {name}: the last delivery was answered"
    if not isinstance(code, int) or code < 400:
        return
    deployed = {full_action_name(each): each for each in (patient.ours.actions if patient.ours else ())}
    if _WEBHOOK not in deployed:
        yield doubt(f"{what} {code}, as the functions are not deployed", "bluegreen deploy-functions")
    elif _came_before(patient, name, hook, deployed[_WEBHOOK]):
        since = "none has come since the functions were deployed"
        yield skipped(f"webhook of {name}: {since}", f"{_page(name)}/{hook.get('id')} can send a ping")
    else:
        yield fault(f"{what} {code}", f"{_page(name)}/{hook.get('id')} shows the answer")


def _came_before(patient: Patient, name: str, hook: dict[str, Any], function: dict[str, Any]) -> bool:
    """Whether the newest delivery is older than the function that takes it; False where either does not say."""
    try:
        listed = patient.github.get(f"/repos/{name}/hooks/{hook.get('id')}/deliveries", per_page=1) or []
        came = datetime.fromisoformat(str(listed[0]["delivered_at"]))
        return came < datetime.fromtimestamp(float(function["updated"]) / 1000, UTC)
    except (BluegreenError, LookupError, TypeError, ValueError, OverflowError, OSError):
        return False


def _page(name: str) -> str:
    return f"https://github.com/{name}/settings/hooks"


def _repositories(patient: Patient) -> list[str]:
    return sorted({service.repository for service in patient.services})
