"""What lies between two commits, and what the files said at one of them."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github.errors import GitHubError, not_found
from bluegreen_emulator.github.refs import resolve
from bluegreen_emulator.github.shapes import API, WEB, commit

# Commit sha → {path: text}: the files that this commit added or changed. Paths nobody wrote down do not exist.
Files = Mapping[str, Mapping[str, str]]


def single(held: Repository, files: Files, ref: str) -> dict[str, Any]:
    sha = resolve(held, ref)
    if sha is None:
        raise GitHubError(422, f"No commit found for SHA: {ref}")
    changed = _changes(held, files, held.parents.get(sha, ""), sha)
    added = sum(file["additions"] for file in changed)
    return {
        **commit(held, held.commits[sha]),
        "stats": {"total": added, "additions": added, "deletions": 0},
        "files": changed,
    }


def compare(held: Repository, files: Files, base: str, head: str) -> dict[str, Any]:
    """From where the two lines part; `commits` is whole, for the caller to page."""
    start, end = resolve(held, base), resolve(held, head)
    if start is None or end is None:
        raise not_found()
    before, after = held.line(start), held.line(end)
    merge_base = next((sha for sha in reversed(after) if sha in before), None)
    if merge_base is None:
        raise GitHubError(404, f"No common ancestor between {base} and {head}.")
    ahead, behind = after[after.index(merge_base) + 1 :], before[before.index(merge_base) + 1 :]
    url, page = (f"{root}/{held.full_name}/compare/{base}...{head}" for root in (f"{API}/repos", WEB))
    return {
        "url": url,
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commit(held, held.commits[start]),
        "merge_base_commit": commit(held, held.commits[merge_base]),
        "status": ("diverged" if ahead else "behind") if behind else ("ahead" if ahead else "identical"),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commit(held, held.commits[sha]) for sha in ahead],
        "files": _changes(held, files, merge_base, end),
    }


def contents(held: Repository, files: Files, path: str, ref: str) -> dict[str, Any] | list[dict[str, Any]]:
    """A file with its text, or the entries of a folder."""
    sha = resolve(held, ref)
    if sha is None:
        raise GitHubError(404, f"No commit found for the ref {ref}")
    texts = texts_at(held, files, sha)
    path = path.strip("/")
    if path in texts:
        return _file(held, path, texts[path], ref) | {
            "encoding": "base64",
            "content": base64.encodebytes(texts[path].encode()).decode(),
        }
    inside = [name for name in sorted(texts) if name.startswith(f"{path}/") and "/" not in name[len(path) + 1 :]]
    if not inside:
        raise not_found()
    return [_file(held, name, texts[name], ref) for name in inside]


def texts_at(held: Repository, files: Files, sha: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for earlier in held.line(sha):
        texts |= files.get(earlier, {})
    return texts


def _changes(held: Repository, files: Files, start: str, end: str) -> list[dict[str, Any]]:
    before, after = texts_at(held, files, start), texts_at(held, files, end)
    return [
        _change(held, path, after[path], "modified" if path in before else "added", end)
        for path in sorted(after)
        if before.get(path) != after[path]
    ]


def _change(held: Repository, path: str, text: str, status: str, sha: str) -> dict[str, Any]:
    lines = text.splitlines()
    return {
        "sha": blob_sha(text),
        "filename": path,
        "status": status,
        "additions": len(lines),
        "deletions": 0,
        "changes": len(lines),
        "blob_url": f"{WEB}/{held.full_name}/blob/{sha}/{path}",
        "raw_url": f"{WEB}/{held.full_name}/raw/{sha}/{path}",
        "contents_url": f"{API}/repos/{held.full_name}/contents/{path}?ref={sha}",
        "patch": f"@@ -0,0 +1,{len(lines)} @@\n" + "\n".join(f"+{line}" for line in lines),
    }


def _file(held: Repository, path: str, text: str, ref: str) -> dict[str, Any]:
    url = f"{API}/repos/{held.full_name}"
    return {
        "type": "file",
        "size": len(text.encode()),
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": blob_sha(text),
        "url": f"{url}/contents/{path}?ref={ref}",
        "git_url": f"{url}/git/blobs/{blob_sha(text)}",
        "html_url": f"{WEB}/{held.full_name}/blob/{ref}/{path}",
        "download_url": f"https://raw.githubusercontent.com/{held.full_name}/{ref}/{path}",
    }


def blob_sha(text: str) -> str:
    body = text.encode()
    return hashlib.sha1(b"blob %d\0%s" % (len(body), body), usedforsecurity=False).hexdigest()
