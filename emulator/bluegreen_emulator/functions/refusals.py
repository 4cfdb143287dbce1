"""How the platform says no: status, text and the words OpenWhisk uses for it."""

# Texts: github.com/apache/openwhisk, common/scala/src/main/scala/org/apache/openwhisk/http/ErrorResponse.scala

NOT_FOUND = "The requested resource does not exist."
UNAUTHENTICATED = "The supplied authentication is invalid."
NO_AUTHENTICATION = "The resource requires authentication, which was not supplied with the request."
WEB_UNAUTHORIZED = "Authentication is possible but has failed or not yet been provided."
PARAMETERS_NOT_ALLOWED = "Request defines parameters that are not allowed (e.g., reserved properties)."
NO_ACTIVATION = "The activation does not exist: it may still be running, or its record has expired."
RESPONSE_NOT_READY = "Response not yet ready."
ERROR_PROCESSING = "There was an error processing your request."


class ApiError(Exception):
    """A request that the platform refuses; nothing was started."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def not_found() -> ApiError:
    return ApiError(404, NOT_FOUND)


def malformed(what: str) -> ApiError:
    return ApiError(400, f"The request content was malformed:\n{what}")


def too_big(field: str, size: int, allowed: int) -> ApiError:
    return ApiError(413, f"{field} larger than allowed: {size} > {allowed} bytes.")


def not_emulated(what: str) -> ApiError:
    return ApiError(501, f"not emulated: {what}")
