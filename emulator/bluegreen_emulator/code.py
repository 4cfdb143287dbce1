"""What the team's repositories hold: commits, tags and branches. GitHub serves it, App Platform builds from it."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Commit:
    """One state of the source. `fault` is the bug in it, in the web app's terms (see emulator/app)."""

    sha: str
    version: str  # what the app built from it says of itself: the release tag, or "" between releases
    message: str = ""
    fault: dict[str, Any] = field(default_factory=dict)


@dataclass
class Repository:
    """`owner/name` with its commits by sha, its branches (name → sha) and its tags (name → Tag)."""

    full_name: str
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, "Tag"] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)  # shas in the order in which they were made
    parents: dict[str, str] = field(default_factory=dict)  # sha → the commit before it; the first of a line has none
    written: Callable[[], datetime] | None = None  # when a commit that is made now was written; None: see `shapes`
    dates: dict[str, datetime] = field(default_factory=dict)  # sha → that moment
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def commit(
        self, version: str = "", message: str = "", fault: dict[str, Any] | None = None, parent: str | None = None
    ) -> Commit:
        """A new commit on `main`; with `parent` beside it, on a line that begins there ("": a root of its own)."""
        with self.lock:
            text = f"{self.full_name}/{len(self.order)}/{version}/{message}"
            made = Commit(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), version, message, fault or {})
            self.commits[made.sha] = made
            self.order.append(made.sha)
            if self.written is not None:
                self.dates[made.sha] = self.written()
            before = self.branches.get("main", "") if parent is None else parent
            if before:
                self.parents[made.sha] = before
            if parent is None:
                self.branches["main"] = made.sha
            return made

    def line(self, sha: str) -> list[str]:
        """A commit and its ancestors, oldest first."""
        line = [sha]
        while line[-1] in self.parents:
            line.append(self.parents[line[-1]])
        return line[::-1]

    def tag(self, name: str, sha: str, annotated: bool = True) -> "Tag":
        """Sets a tag, moving it if it exists, as `git push --force` would."""
        with self.lock:
            if sha not in self.commits:
                raise KeyError(f"no commit {sha} in {self.full_name}")
            made = Tag(name, sha, annotated)
            self.tags[name] = made
            return made

    def release(
        self, tag: str, fault: dict[str, Any] | None = None, annotated: bool = True, parent: str | None = None
    ) -> Commit:
        """A commit and its release tag in one go."""
        made = self.commit(version=tag, message=f"release {tag}", fault=fault, parent=parent)
        self.tag(tag, made.sha, annotated)
        return made


@dataclass(frozen=True)
class Tag:
    """A tag; an annotated one is an object of its own with an id (`object_sha`) that differs from the commit's."""

    name: str
    commit: str
    annotated: bool

    @property
    def object_sha(self) -> str:
        text = f"tag {self.name} {self.commit}"
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() if self.annotated else self.commit
