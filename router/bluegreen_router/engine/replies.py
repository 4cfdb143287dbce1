"""What the router itself says where an environment has not."""

from bluegreen_router.engine.clusters import Config
from bluegreen_router.engine.routes import header

_UNKNOWN = (
    "The router does not know which environment serves: it has not read the journal yet, or it has lost its agent."
)


def local_replies() -> Config:
    return {
        "mappers": [
            _reply(_of_ours(), 503, "the agent is silent: nobody follows the journal"),
            _reply(_flags("UH", "NC"), 503, _UNKNOWN, header("retry-after", "1")),
            _reply(_flags("NR"), 405, "405 Method Not Allowed"),
            _reply(_flags("UT"), 504, "504 Gateway Timeout: the environment gave no answer."),
            _reply(_flags("UF", "UC", "UR", "LR", "UPE"), 502, "502 Bad Gateway: the environment gave no answer."),
        ],
        "body_format": {"text_format_source": {"inline_string": "%LOCAL_REPLY_BODY%"}, "content_type": "text/plain"},
    }


def _reply(when: Config, status: int, text: str, *more: Config) -> Config:
    return {
        "filter": when,
        "status_code": status,
        "body": {"inline_string": text},
        "headers_to_add": [header("cache-control", "no-store"), *more],
    }


def _flags(*flags: str) -> Config:
    return {"response_flag_filter": {"flags": list(flags)}}


def _of_ours() -> Config:
    path = {"header_filter": {"header": {"name": ":path", "string_match": {"prefix": "/_bluegreen/"}}}}
    failed = _flags("UH", "UF", "UC", "UR", "UT", "LR")
    return {"and_filter": {"filters": [path, failed]}}
