"""GitHub's side of the team's repositories: what people do there, and whom it tells."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.github import refs
from bluegreen_emulator.github.access import EVERYTHING, Access
from bluegreen_emulator.github.actions import Actions, Workflows
from bluegreen_emulator.github.deployments import Deployments
from bluegreen_emulator.github.errors import GitHubError, invalid, not_found
from bluegreen_emulator.github.hook_shapes import hook_shape
from bluegreen_emulator.github.payloads import ZEROS, Payloads, Release, tag_push
from bluegreen_emulator.github.records import Records
from bluegreen_emulator.github.trees import Trees
from bluegreen_emulator.github.webhooks import Delivery, Hook, Webhooks, fresh_client

MOST_TAGS_TOLD = 3  # a push of more tags than this creates no events


class GitHub:
    """Repositories by `owner/name`. Set `webhooks.hooks` before the first push that anybody should hear of."""

    def __init__(
        self,
        repositories: Mapping[str, Repository],
        token: str,
        clock: Clock | None = None,
        hooks: Sequence[Hook] = (),
        permissions: Mapping[str, str] = EVERYTHING,
        workflows: Workflows | None = None,
        client: httpx.Client | None = None,
        in_background: bool = True,
    ) -> None:
        self.clock = clock or Clock()
        self.repositories = dict(repositories)
        self.renamed: dict[str, str] = {}  # old name → new name
        self.access = Access(token, self.clock, permissions)
        self.webhooks = Webhooks(self.clock, list(hooks), client or fresh_client(), in_background=in_background)
        self.deployments = {name: Deployments(held, self.clock) for name, held in repositories.items()}
        self.actions = {name: Actions(held, self.clock, workflows or {}) for name, held in repositories.items()}
        self.records = Records({name.partition("/")[0] for name in repositories})
        self.releases: dict[tuple[str, str], Release] = {}  # by repository and tag
        self.files: dict[str, dict[str, dict[str, str]]] = {name: {} for name in repositories}  # see history.Files
        self.trees = {name: Trees() for name in repositories}

    def repository(self, name: str) -> Repository:
        if name not in self.repositories:
            raise not_found()
        return self.repositories[name]

    def rename(self, name: str, to: str) -> None:
        """The old name leads to the new one, as docs.github.com says of a rename and of a transfer."""
        self.repositories[to] = self.repositories.pop(name)
        self.deployments[to] = self.deployments.pop(name)
        self.actions[to] = self.actions.pop(name)
        self.files[to] = self.files.pop(name)
        self.trees[to] = self.trees.pop(name)
        self.renamed[name] = to

    def payloads(self, name: str) -> Payloads:
        return Payloads(self.repository(name), self.clock.now())

    def push_tag(
        self, name: str, tag: str, sha: str = "", annotated: bool = True, fault: dict[str, Any] | None = None
    ) -> list[Delivery]:
        """A tag that exists is announced as it is; otherwise it is made, on a new commit unless `sha` names one."""
        held = self.repository(name)
        with held.lock:
            if sha:
                held.tag(tag, sha, annotated)
            elif tag not in held.tags:
                held.release(tag, fault, annotated)
        return self.push_tags(name, [tag])

    def push_tags(self, name: str, tags: Sequence[str]) -> list[Delivery]:
        """Existing tags in one push; more than three create no events at all."""
        payloads, sent = self.payloads(name), []
        for tag in tags if len(tags) <= MOST_TAGS_TOLD else []:
            sent += self.webhooks.send(name, "push", tag_push(payloads, payloads.held.tags[tag]))
            sent += self.webhooks.send(name, "create", payloads.created(tag, "tag"))
        return sent

    def move_tag(self, name: str, tag: str, sha: str, annotated: bool = True) -> list[Delivery]:
        """`git push --force` of a tag that was there before."""
        payloads = self.payloads(name)
        before = payloads.held.tags[tag].object_sha
        made = payloads.held.tag(tag, sha, annotated)
        return self.webhooks.send(
            name, "push", payloads.push(f"refs/tags/{tag}", before, made.object_sha, sha, forced=True)
        )

    def delete_tag(self, name: str, tag: str) -> list[Delivery]:
        payloads = self.payloads(name)
        gone = payloads.held.tags.pop(tag)
        sent = self.webhooks.send(name, "push", payloads.push(f"refs/tags/{tag}", gone.object_sha, ZEROS, None))
        return sent + self.webhooks.send(name, "delete", payloads.deleted(tag, "tag"))

    def push_branch(self, name: str, branch: str, sha: str) -> list[Delivery]:
        payloads = self.payloads(name)
        before = payloads.held.branches.get(branch, ZEROS)
        payloads.held.branches[branch] = sha
        sent = self.webhooks.send(name, "push", payloads.push(f"refs/heads/{branch}", before, sha, sha))
        return sent + (
            self.webhooks.send(name, "create", payloads.created(branch, "branch")) if before == ZEROS else []
        )

    def publish_release(self, name: str, tag: str, prerelease: bool = False) -> list[Delivery]:
        """One click, three events: created, published, and released or prereleased."""
        payloads, release = self.payloads(name), Release(tag, prerelease)
        self.releases[name, tag] = release
        actions = ("created", "published", "prereleased" if prerelease else "released")
        return [
            delivery
            for action in actions
            for delivery in self.webhooks.send(name, "release", payloads.release(action, release))
        ]

    def hook(self, name: str, number: int) -> Hook:
        found = next((each for each in self.webhooks.hooks if (each.repository, each.id) == (name, number)), None)
        if found is None:
            raise not_found()
        return found

    def add_hook(self, name: str, sent: dict[str, Any]) -> Hook:
        """docs.github.com/rest/repos/webhooks: one address has one hook, and `form` is the default's content type."""
        url = str((sent.get("config") or {}).get("url") or "")
        if not url:
            raise invalid("Hook", "url", "url is missing")
        if any((each.repository, each.url) == (name, url) for each in self.webhooks.hooks):
            raise GitHubError(422, "Validation Failed: Hook already exists on this repository")
        made = Hook(url, "", name, id=Hook.id + 1 + len(self.webhooks.hooks), content_type="form")
        self.webhooks.hooks.append(made)
        return self.change_hook(name, made.id, sent)

    def change_hook(self, name: str, number: int, sent: dict[str, Any]) -> Hook:
        """What is not sent stays; `config` is replaced as a whole, its secret too."""
        hook = self.hook(name, number)
        if "config" in sent:
            config = sent["config"]
            hook.url, hook.secret = config.get("url", hook.url), config.get("secret", "")
            hook.content_type = config.get("content_type", "form")
        hook.events = tuple(sent.get("events", hook.events))
        hook.active = bool(sent.get("active", hook.active))
        return hook

    def ping(self, name: str, number: int = 0) -> list[Delivery]:
        """Every hook of a repository, or one."""
        payloads, sent = self.payloads(name), []
        for hook in self.webhooks.hooks:
            if hook.repository == name and number in (0, hook.id):
                sent += self.webhooks.send_to(hook, "ping", payloads.ping(hook_shape(hook)))
        return sent

    def finish_run(self, name: str, run: int, conclusion: str = "success") -> list[Delivery]:
        """A run of a workflow ends, and the hooks are told."""
        self.actions[name].finish(run, conclusion)
        told = self.payloads(name).about("completed", workflow_run=self.actions[name].find(run))
        return self.webhooks.send(name, "workflow_run", told)

    def redeliver(self, delivery_id: int) -> Delivery:
        return self.webhooks.redeliver(delivery_id)

    def create_ref(self, name: str, full: str, sha: str) -> None:
        """`full` begins with refs/; so much the API insists on."""
        refs.check_name(full)
        self.change_ref(name, full.removeprefix("refs/"), sha, new=True)

    def change_ref(self, name: str, ref: str, sha: str | None, force: bool = False, new: bool = False) -> None:
        """What the refs API does: create (`new`), move, or delete (`sha` None) a ref, and tell the hooks."""
        payloads = self.payloads(name)
        held, full = payloads.held, f"refs/{ref}"
        with held.lock:
            before, stood = refs.held_by(held, ref), refs.resolve(held, full)
            if sha is None:
                refs.delete(held, ref)
            elif new:
                refs.create(held, ref, sha)
            else:
                refs.update(held, ref, sha, force)
        commit = refs.resolve(held, full) if sha else None
        if before != sha:
            forced = bool(stood and commit and stood not in held.line(commit))
            self.webhooks.queue(name, "push", payloads.push(full, before or ZEROS, sha or ZEROS, commit, forced))

    def close(self) -> None:
        self.webhooks.close()
