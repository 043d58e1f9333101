"""Where rows wait for Redshift's COPY: files under a prefix of S3, each for seconds only.

A file is deleted as soon as it was read, or could not be. What a killed task leaves behind is for
the bucket's own expiry rule, which the README asks for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import FileSystem

from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError

log = logging.getLogger(__name__)

REFUSALS = ("ACCESS_DENIED", "NO_SUCH_BUCKET", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH")


@dataclass(frozen=True)
class Staging:
    """`prefix`: such as s3://bucket/listrak. `iam_role`: the role's ARN that Redshift reads as."""

    prefix: str
    iam_role: str

    @contextmanager
    def staged(self, rows: pa.Table, where: str) -> Iterator[str]:
        """Keep `rows` in a Parquet file for the block, and give its URI.

        The worker's own AWS credentials write and delete it. Raises WarehouseUnavailableError or
        WarehouseRefusedError, naming the prefix, when it cannot be written.
        """
        name = f"{uuid4()}.parquet"
        try:
            filesystem, folder = FileSystem.from_uri(self.prefix)
        except OSError as error:
            raise self._error(error, where) from None
        path = f"{folder.rstrip('/')}/{name}"
        try:
            self._write(rows, filesystem, path, where)
            yield f"{self.prefix.rstrip('/')}/{name}"
        finally:
            _delete(filesystem, path)

    def _write(self, rows: pa.Table, filesystem: FileSystem, path: str, where: str) -> None:
        try:
            # The only timestamps that COPY and Spectrum have taken from Parquet from the first.
            pq.write_table(rows, path, filesystem=filesystem, use_deprecated_int96_timestamps=True)
        except OSError as error:
            raise self._error(error, where) from None

    def _error(self, error: OSError, where: str) -> Exception:
        seen = f"{where}: rows could not be put under {self.prefix}"
        if any(words in str(error) for words in REFUSALS):
            return WarehouseRefusedError(
                f"{seen}: AWS refuses it. Nothing of this step was kept. Let the workers' AWS "
                "credentials put and delete objects there, then clear the task."
            )
        return WarehouseUnavailableError(
            f"{seen}: S3 cannot be reached, or the bucket is not there. Nothing of this step was "
            "kept. A task tries again by itself."
        )


def _delete(filesystem: FileSystem, path: str) -> None:
    try:
        filesystem.delete_file(path)
    except FileNotFoundError:
        pass  # it was never written
    except OSError:
        log.warning("%s could not be deleted: it holds contacts, delete it by hand", path)
