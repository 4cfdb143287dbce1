"""The objects themselves: moto's S3, called in process, one store per instance and one call at a time."""

import io
import re
import threading
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import create_backend_app
from moto.s3 import models, responses
from werkzeug.wrappers import Response

_MOTO = threading.RLock()
PARTITION = "aws"


class Store:
    """Buckets and objects under plain S3 rules; whoever holds `lock` sees nobody else's writes in between."""

    lock = _MOTO

    def __init__(self, region: str) -> None:
        self._app = create_backend_app("s3")
        self._region = region
        self._held = models.S3BackendDict(
            models.S3Backend, service_name="s3", use_boto3_regions=False, additional_regions=[PARTITION]
        )

    def answer(self, environ: dict[str, Any], body: bytes) -> Response:
        """moto's answer to the request; errors have their S3 code as text and nothing else."""
        asked = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        for gone in ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated"):
            asked.pop(gone, None)
        with self.lock:
            self._enter()
            return Response.from_app(self._app, asked, buffered=True)

    def etag(self, bucket: str, key: str) -> str | None:
        """The object's entity tag without its quotes; None if there is no such object."""
        with self.lock:
            self._enter()
            if bucket not in self._held.bucket_accounts:
                return None
            found = self._backend().get_object(bucket, key)
            return None if found is None else str(found.etag).strip('"')

    def create_bucket(self, name: str) -> None:
        with self.lock:
            self._enter()
            self._backend().create_bucket(name, self._region)

    def versioning(self, name: str) -> str:
        """Enabled, Suspended, or "" where it never was."""
        with self.lock:
            self._enter()
            return str(self._backend().get_bucket_versioning(name) or "") if self.has_bucket(name) else ""

    def keep_versions(self, name: str) -> None:
        with self.lock:
            self._enter()
            self._backend().put_bucket_versioning(name, "Enabled")

    def has_bucket(self, name: str) -> bool:
        return name in self._held.bucket_accounts

    def _backend(self) -> models.S3Backend:
        return self._held[DEFAULT_ACCOUNT_ID][PARTITION]

    def _enter(self) -> None:
        # moto keeps one store per process; with the lock held, it keeps this one.
        for module in (models, responses):
            vars(module).update(s3_backends=self._held)


def error_code(answer: Response) -> str:
    """The S3 error code in an error's body, or "" where there is none (answers to HEAD)."""
    found = re.search(r"<Code>(\w+)</Code>", answer.get_data(as_text=True))
    return found[1] if found else ""
