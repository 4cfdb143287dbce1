"""What the value of a status label means: a class of answers, or nothing that can be read.

Read are HTTP statuses (`503`), their classes (`5xx`, `http_5xx`), Micrometer's words for the classes (`SERVER_ERROR`),
and, where the label's name has "grpc" in it, gRPC's codes by name or number. Those fail that are the server's doing by
the HTTP status which google.rpc.Code gives them: Unknown and Internal and DataLoss 500, Unimplemented 501, Unavailable
503, DeadlineExceeded 504. All else, `error` or `0` for instance, says nothing that everybody agrees on.
"""

import re

_HTTP = re.compile(r"(?:http[_ ]?)?([1-5])(?:xx|\d\d)", re.IGNORECASE)
_MICROMETER = {"INFORMATIONAL": "1", "SUCCESS": "2", "REDIRECTION": "3", "CLIENT_ERROR": "4", "SERVER_ERROR": "5"}
_GRPC = (  # grpc.io/docs/guides/status-codes, by number
    "ok",
    "cancelled",
    "unknown",
    "invalidargument",
    "deadlineexceeded",
    "notfound",
    "alreadyexists",
    "permissiondenied",
    "resourceexhausted",
    "failedprecondition",
    "aborted",
    "outofrange",
    "unimplemented",
    "internal",
    "unavailable",
    "dataloss",
    "unauthenticated",
)
_FAILED = frozenset({"unknown", "deadlineexceeded", "unimplemented", "internal", "unavailable", "dataloss"})
READ = "an HTTP status (503), its class (5xx) or, in a label with `grpc` in its name, a gRPC code"


def status_class(value: str) -> str:
    """The first digit of an HTTP status, "" where it is none."""
    found = _HTTP.fullmatch(value)
    return found[1] if found else _MICROMETER.get(value, "")


def is_failure(label: str, value: str) -> bool | None:
    """None where nothing can be read from it."""
    if found := status_class(value):
        return found == "5"
    if "grpc" not in label.lower():
        return None
    code = re.sub(r"[_\s]", "", value).lower().replace("canceled", "cancelled")
    code = _GRPC[int(code)] if re.fullmatch(r"\d|1[0-6]", code) else code
    return code in _FAILED if code in _GRPC else None
