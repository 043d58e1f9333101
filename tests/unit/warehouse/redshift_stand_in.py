"""A PostgreSQL server in Redshift's place, behind Amazon's real client.

What PostgreSQL lacks is replaced here, and nothing else:
- the start-up parameters that PostgreSQL refuses are taken out on the way (`Doorman`);
- COPY from S3: the file, staged on this disk, is read and inserted row by row (`_copied`);
- where a table's rows are to lie is left out (`without_keys`);
- `sha2` and `datediff` are made as functions, and the latter's unit is quoted (`for_postgres`).
"""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from listrak.warehouse.redshift.cluster import RedshiftCluster
from listrak.warehouse.redshift.connection import RedshiftConnection
from listrak.warehouse.redshift.staging import Staging
from listrak.warehouse.redshift.transaction import RedshiftTransaction
from listrak.warehouse.warehouse import Parameter
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.accounts.redshift import RedshiftAccount

KEYS = (exp.DistStyleProperty, exp.DistKeyProperty, exp.SortKeyProperty)
KEYED = re.compile(
    r"^create table.*\b(diststyle|distkey|sortkey)\b", re.IGNORECASE | re.DOTALL | re.MULTILINE
)
KNOWN = (b"user", b"database", b"application_name")
FUNCTIONS = """
create or replace function sha2(x text, bits int) returns text language sql immutable
as $$ select encode(sha256(convert_to(x, 'UTF8')), 'hex') $$;
create or replace function datediff(unit text, a timestamp, b timestamp) returns bigint
language sql immutable as $$ select (extract(epoch from b - a) * 1000000)::bigint $$;
"""


class Doorman(threading.Thread):
    """Lets clients in to the server at `target`, a Unix socket, without their unknown luggage.

    `breaks_at`: the next answer of the server with these bytes in it gets lost, and the line too.
    """

    def __init__(self, target: Path) -> None:
        super().__init__(daemon=True)
        self.target = target
        self.breaks_at: bytes | None = None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:  # closed: the tests are over
                return
            threading.Thread(target=self._let_in, args=(client,), daemon=True).start()

    def _let_in(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        try:
            # Small answers would otherwise wait for one another, 40 ms each.
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.connect(str(self.target))
            server.sendall(_without_luggage(client))
        except (OSError, struct.error):  # somebody went away: so does the other
            client.close()
            server.close()
            return
        for pair in ((client, server), (server, client)):
            threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while (piece := source.recv(65536)) and not self._gets_lost(piece):
                target.sendall(piece)
        except OSError:
            pass
        finally:
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _gets_lost(self, piece: bytes) -> bool:
        is_lost = self.breaks_at is not None and self.breaks_at in piece
        if is_lost:
            self.breaks_at = None
        return is_lost


def _without_luggage(client: socket.socket) -> bytes:
    (length,) = struct.unpack("!i", client.recv(4, socket.MSG_WAITALL))
    body = client.recv(length - 4, socket.MSG_WAITALL)
    named = body[4:].split(b"\0")  # after the protocol's number
    pairs = zip(named[::2], named[1::2], strict=False)
    kept = b"".join(key + b"\0" + value + b"\0" for key, value in pairs if key in KNOWN)
    return struct.pack("!i", len(kept) + 9) + body[:4] + kept + b"\0"


@dataclass(frozen=True)
class StandInTransaction(RedshiftTransaction):
    """What PostgreSQL cannot do of a transaction is done otherwise."""

    def _ran(self, text: str, parameters: Sequence[Parameter] = ()) -> Any:
        if text.startswith("COPY "):
            return self._copied(text)
        return super()._ran(for_postgres(text), parameters)

    def _copied(self, text: str) -> None:
        """Do what COPY does of a Parquet file: it goes by position, and knows no column names."""
        copy = sqlglot.parse_one(text, read="redshift")
        rows = pq.read_table(copy.args["files"][0].name.removeprefix("file://"))
        marks = ", ".join("?" * rows.num_columns)
        for row in rows.to_pylist():
            super()._ran(f"insert into {copy.this.name} values ({marks})", list(row.values()))


def for_postgres(text: str) -> str:
    """Say a statement of Redshift so that PostgreSQL understands it."""
    return re.sub(
        r"(datediff\(\s*)MICROSECOND,", r"\1'microsecond',", without_keys(text), flags=re.IGNORECASE
    )


def without_keys(text: str) -> str:
    """Take a table's distribution and sort key out of the statement that makes it."""
    if not KEYED.search(text):
        return text
    create = sqlglot.parse_one(text, read="redshift")
    kept = [each for each in create.args["properties"].expressions if not isinstance(each, KEYS)]
    create.set("properties", exp.Properties(expressions=kept) if kept else None)
    return create.sql("redshift", comments=False)


@dataclass(frozen=True)
class StandInCluster(RedshiftCluster):
    """The door as it is, but for its transactions. `doorman`: the line to the server."""

    doorman: Doorman

    @contextmanager
    def _connected(self) -> Iterator[RedshiftTransaction]:
        with super()._connected() as found:
            yield StandInTransaction(found.connection, found.staging, found.where)


@contextmanager
def standing_in(cluster: PostgresCluster, staging: Path) -> Iterator[RedshiftAccount]:
    """Let the server stand in for Redshift; rows wait in the folder `staging`."""
    cluster.run(FUNCTIONS)
    doorman = Doorman(Path(cluster.connection().host) / ".s.PGSQL.5432")
    doorman.start()
    options = {
        "host": "127.0.0.1",
        "port": doorman.port,
        "database": "postgres",
        "user": "postgres",
        "ssl": False,
        "application_name": "tests",  # else the client reads the source of all that called it
    }
    staged = Staging(f"file://{staging}", "arn:aws:iam::1:role/none")
    settings = RedshiftConnection("warehouse_default", "Redshift's stand-in", options, staged, 0.5)
    with closing(doorman.listening):
        yield RedshiftAccount(settings, partial(StandInCluster, doorman=doorman))
