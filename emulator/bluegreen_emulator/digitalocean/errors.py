"""The refusals of DigitalOcean's API, in its words."""


class ApiError(Exception):
    """An answer of `status` with the body {id, message, request_id}."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def not_found(message: str = "The resource you requested could not be found.") -> ApiError:
    return ApiError(404, "not_found", message)


def unauthorized() -> ApiError:
    return ApiError(401, "unauthorized", "Unable to authenticate you.")


def forbidden(scope: str) -> ApiError:
    return ApiError(403, "forbidden", f"You are not authorized to perform this operation: the token lacks {scope}")


def still_busy() -> ApiError:
    """github.com/digitalocean/openapi/issues/1173: the status and the code are those of a token that lacks a scope."""
    return ApiError(403, "forbidden", "Load Balancer can't be updated while it processes previous actions")


def bad_request(message: str) -> ApiError:
    return ApiError(400, "bad_request", message)


def unprocessable(message: str) -> ApiError:
    return ApiError(422, "unprocessable_entity", message)


def conflict(message: str, status: int = 409) -> ApiError:
    return ApiError(status, "conflict", message)


def not_emulated(method: str, path: str) -> ApiError:
    return ApiError(501, "not_implemented", f"the emulator does not know {method} {path}")
