"""A long past on a real PostgreSQL, and how much of it is read: what no clock of a test tells."""

from __future__ import annotations

import tenacity

from listrak.warehouse.warehouse import Warehouse
from local.bench.history import History
from tests.unit.postgres_cluster import PostgresCluster

OTHERS = (
    "select count(*) from pg_stat_activity "
    "where backend_type = 'client backend' and pid <> pg_backend_pid()"
)
ROWS_READ = (
    "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint "
    "from pg_stat_user_tables where relname like 'contact_versions%'"
)


def write(history: History, warehouse: Warehouse) -> int:
    """Write the history, and return how many versions it has."""
    versions = 0
    with warehouse.transaction() as transaction:
        for piece in history.snapshots():
            transaction.insert("snapshots", piece)
        for piece in history.versions(by_end=True):
            transaction.insert("contact_versions", piece)
            versions += piece.num_rows
    return versions


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(AssertionError),
    wait=tenacity.wait_fixed(0.05),
    stop=tenacity.stop_after_delay(60),
)
def rows_read(cluster: PostgresCluster) -> int:
    """Return how many rows were read of the versions; a session tells it when it has ended."""
    assert cluster.run(OTHERS) == [(0,)]
    [(rows,)] = cluster.run(ROWS_READ)
    return int(rows)
