"""Refusals in GitHub's words."""

from typing import Any


class GitHubError(Exception):
    """A status, a message, and for a failed validation the list of faults."""

    def __init__(
        self, status: int, message: str, errors: list[Any] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {"message": message}
        if errors is not None:
            self.body["errors"] = errors
        self.body |= {"documentation_url": "https://docs.github.com/rest", "status": str(status)}


def not_found() -> GitHubError:
    return GitHubError(404, "Not Found")


def invalid(resource: str, field: str, message: str) -> GitHubError:
    """422 for a field whose value breaks a rule."""
    fault = {"resource": resource, "code": "custom", "field": field, "message": message}
    return GitHubError(422, "Validation Failed", [fault])


def required(body: dict[str, Any], *names: str) -> None:
    """Raises when the body lacks a field that must be there as text."""
    for name in names:
        if not isinstance(body.get(name), str):
            raise GitHubError(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
