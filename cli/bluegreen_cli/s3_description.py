"""botocore's description of S3, cut to what is asked of it: reading it all is a tenth of a cold start.

botocore makes its client from files: every operation and every shape of S3 with its documentation, and every region of
every service of AWS. Six operations are called here (clients/store/spaces.py), at an address that is given.
"""

import gzip
import json
from pathlib import Path
from typing import Any

OPERATIONS = frozenset(
    ("GetObject", "PutObject", "DeleteObject", "ListObjectsV2", "ListObjectVersions", "GetBucketVersioning")
)
_PROSE = ("documentation", "documentationUrl")


def cut(data: Path) -> None:
    """`data`: botocore's folder of that name, in place."""
    for packed in data.glob("s3/*/service-2.json.gz"):
        service = json.loads(gzip.decompress(packed.read_bytes()))
        packed.unlink()
        packed.with_suffix("").write_text(_compact(_service(service)))
    for packed in data.glob("s3/*/*.json.gz"):  # unpacked here, once; the function's zip packs it all the same
        packed.with_suffix("").write_text(_compact(json.loads(gzip.decompress(packed.read_bytes()))))
        packed.unlink()
    endpoints = data / "endpoints.json"
    if endpoints.is_file():
        endpoints.write_text(_compact(_endpoints(json.loads(endpoints.read_text(encoding="utf-8")))))


def _service(service: dict[str, Any]) -> dict[str, Any]:
    operations = {name: found for name, found in service["operations"].items() if name in OPERATIONS}
    shapes: dict[str, Any] = {}
    wanted = [each for found in operations.values() for each in _shapes_of(found)]
    while wanted:
        name = wanted.pop()
        if name not in shapes:
            shapes[name] = service["shapes"][name]
            wanted += _shapes_of(shapes[name])
    kept: dict[str, Any] = _without_prose({**service, "operations": operations, "shapes": shapes})
    return kept


def _shapes_of(described: Any) -> list[str]:
    """The shapes that a description names, however deep."""
    if isinstance(described, list):
        return [name for each in described for name in _shapes_of(each)]
    if not isinstance(described, dict):
        return []
    own = [described["shape"]] if isinstance(described.get("shape"), str) else []
    return own + [name for each in described.values() for name in _shapes_of(each)]


def _without_prose(described: Any) -> Any:
    if isinstance(described, list):
        return [_without_prose(each) for each in described]
    if not isinstance(described, dict):
        return described
    is_prose = {key for key, each in described.items() if key in _PROSE and isinstance(each, str)}
    return {key: "" if key in is_prose else _without_prose(each) for key, each in described.items()}


def _endpoints(found: dict[str, Any]) -> dict[str, Any]:
    of_s3 = [
        {**partition, "services": {name: each for name, each in partition["services"].items() if name == "s3"}}
        for partition in found["partitions"]
    ]
    return {**found, "partitions": of_s3}


def _compact(found: Any) -> str:
    return json.dumps(found, separators=(",", ":"))
