"""People, repositories and commits as GitHub writes them, in answers and in webhook payloads alike."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bluegreen_emulator.code import Commit, Repository

API = "https://api.github.com"
WEB = "https://github.com"
PERSON = "mira-okafor"
FIRST_COMMIT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # a repository's commits are an hour apart from then on

# Each becomes a key `<name>_url` under the repository's own address.
LINKS = {
    "forks": "/forks",
    "keys": "/keys{/key_id}",
    "collaborators": "/collaborators{/collaborator}",
    "teams": "/teams",
    "hooks": "/hooks",
    "issue_events": "/issues/events{/number}",
    "events": "/events",
    "assignees": "/assignees{/user}",
    "branches": "/branches{/branch}",
    "tags": "/tags",
    "blobs": "/git/blobs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "git_refs": "/git/refs{/sha}",
    "trees": "/git/trees{/sha}",
    "statuses": "/statuses/{sha}",
    "languages": "/languages",
    "stargazers": "/stargazers",
    "contributors": "/contributors",
    "subscribers": "/subscribers",
    "subscription": "/subscription",
    "commits": "/commits{/sha}",
    "git_commits": "/git/commits{/sha}",
    "comments": "/comments{/number}",
    "issue_comment": "/issues/comments{/number}",
    "contents": "/contents/{+path}",
    "compare": "/compare/{base}...{head}",
    "merges": "/merges",
    "archive": "/{archive_format}{/ref}",
    "downloads": "/downloads",
    "issues": "/issues{/number}",
    "pulls": "/pulls{/number}",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "labels": "/labels{/name}",
    "releases": "/releases{/id}",
    "deployments": "/deployments",
}
USER_LINKS = {
    "followers": "/followers",
    "following": "/following{/other_user}",
    "gists": "/gists{/gist_id}",
    "starred": "/starred{/owner}{/repo}",
    "subscriptions": "/subscriptions",
    "organizations": "/orgs",
    "repos": "/repos",
    "events": "/events{/privacy}",
    "received_events": "/received_events",
}


@cache
def number(text: str) -> int:
    """An id that is always the same for the same name."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)


def iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def user(login: str = PERSON, kind: str = "User") -> dict[str, Any]:
    url = f"{API}/users/{login}"
    return {
        "login": login,
        "id": number(login),
        "node_id": f"U_{number(login):08d}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number(login)}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{WEB}/{login}",
        **{f"{name}_url": url + path for name, path in USER_LINKS.items()},
        "type": kind,
        "site_admin": False,
    }


def organization(login: str) -> dict[str, Any]:
    url = f"{API}/orgs/{login}"
    parts = {"hooks": "/hooks", "issues": "/issues", "members": "/members{/member}", "repos": "/repos"}
    return {
        "login": login,
        "id": number(login),
        "node_id": f"O_{number(login):08d}",
        "url": url,
        **{f"{name}_url": url + path for name, path in parts.items()},
        "events_url": f"{url}/events",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number(login)}?v=4",
        "description": "",
    }


def repository(held: Repository, now: datetime) -> dict[str, Any]:
    owner, name = held.full_name.split("/")
    url, page = f"{API}/repos/{held.full_name}", f"{WEB}/{held.full_name}"
    return {
        "id": number(held.full_name),
        "node_id": f"R_{number(held.full_name):08d}",
        "name": name,
        "full_name": held.full_name,
        "private": True,
        "owner": user(owner, "Organization"),
        "html_url": page,
        "description": None,
        "fork": False,
        "url": url,
        **{f"{part}_url": url + path for part, path in LINKS.items()},
        "created_at": iso(FIRST_COMMIT),
        "updated_at": iso(now),
        "pushed_at": iso(now),
        "git_url": f"git://github.com/{held.full_name}.git",
        "ssh_url": f"git@github.com:{held.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "homepage": None,
        **_counters(),
        "visibility": "private",
        "default_branch": "main",
    }


def _counters() -> dict[str, Any]:
    switches = dict.fromkeys(["has_issues", "has_projects", "has_downloads", "has_wiki"], True)
    counts = dict.fromkeys(["forks_count", "open_issues_count", "forks", "open_issues", "watchers"], 0)
    return {
        **dict.fromkeys(["size", "stargazers_count", "watchers_count"], 0),
        "language": "Python",
        **switches,
        "has_pages": False,
        "mirror_url": None,
        "archived": False,
        "disabled": False,
        "license": None,
        "allow_forking": False,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "custom_properties": {},
        **counts,
    }


def signed_off(moment: datetime) -> dict[str, str]:
    """Who wrote a commit or tag, and when, as git stores it."""
    return {"name": "Mira Okafor", "email": "mira@holi-labs.example", "date": iso(moment)}


def committed_at(held: Repository, sha: str) -> datetime:
    return held.dates.get(sha) or FIRST_COMMIT + timedelta(hours=held.order.index(sha))


def tree_sha(sha: str) -> str:
    return hashlib.sha1(f"tree {sha}".encode(), usedforsecurity=False).hexdigest()


def commit(held: Repository, made: Commit) -> dict[str, Any]:
    """An entry of the commits API; a single commit's answer has `stats` and `files` besides."""
    url, page = f"{API}/repos/{held.full_name}", f"{WEB}/{held.full_name}"
    person = signed_off(committed_at(held, made.sha))
    tree = {"sha": tree_sha(made.sha), "url": f"{url}/git/trees/{tree_sha(made.sha)}"}
    parents = [
        {"sha": sha, "url": f"{url}/commits/{sha}", "html_url": f"{page}/commit/{sha}"}
        for sha in held.line(made.sha)[-2:-1]
    ]
    return {
        "sha": made.sha,
        "node_id": f"C_{made.sha[:12]}",
        "commit": {
            "author": person,
            "committer": person,
            "message": made.message,
            "tree": tree,
            "url": f"{url}/git/commits/{made.sha}",
            "comment_count": 0,
            "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None},
        },
        "url": f"{url}/commits/{made.sha}",
        "html_url": f"{page}/commit/{made.sha}",
        "comments_url": f"{url}/commits/{made.sha}/comments",
        "author": user(),
        "committer": user(),
        "parents": parents,
    }
