"""A real S3 gateway, where one is given: the same promises are asked of it as of the emulated one.

BLUEGREEN_S3_URL, BLUEGREEN_S3_KEY and BLUEGREEN_S3_SECRET name it. `tests/ceph.sh` starts one.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from bluegreen.clients.store.spaces import Spaces

URL = os.environ.get("BLUEGREEN_S3_URL", "")
KEY, SECRET = (os.environ.get(f"BLUEGREEN_S3_{name}", "") for name in ("KEY", "SECRET"))
NOT_GIVEN = "BLUEGREEN_S3_URL names no real gateway (CONTRIBUTING.md: tests/ceph.sh starts one)"
GATEWAYS = ["emulated", *(["real"] if URL else [])]


class Bucket(NamedTuple):
    """One of its own for a test. `s3` is boto3's client, for what the product never does."""

    name: str
    s3: Any

    def client(self) -> Spaces:
        return Spaces(URL, "us-east-1", self.name, KEY, SECRET)

    def version(self, status: str) -> None:
        self.s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": status})


@contextmanager
def bucket(**made: Any) -> Iterator[Bucket]:
    """A new bucket, which is gone with all that is in it afterwards."""
    by_hand = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    config = Config(s3={"addressing_style": "path"}, max_pool_connections=60, retries={"max_attempts": 0}, **by_hand)
    signed = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    found = Bucket(f"bluegreen-{uuid.uuid4().hex}", boto3.client("s3", endpoint_url=URL, config=config, **signed))
    found.s3.create_bucket(Bucket=found.name, **made)
    try:
        yield found
    finally:
        _empty(found)
        found.s3.delete_bucket(Bucket=found.name)
        found.s3.close()


def _empty(found: Bucket) -> None:
    for page in found.s3.get_paginator("list_object_versions").paginate(Bucket=found.name):
        for kept in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            found.s3.delete_object(Bucket=found.name, Key=kept["Key"], VersionId=kept["VersionId"])
