"""How much pruning reads of a long past, on the engine whose planner may know little of it."""

from __future__ import annotations

from pathlib import Path

import tenacity

from listrak.retention.keep import Keep
from listrak.retention.prune import prune
from listrak.warehouse.postgres.server import PostgresServer
from local.bench.history import SOURCE, Size, make_history
from tests.unit.postgres_cluster import PostgresCluster

OTHERS = (
    "select count(*) from pg_stat_activity "
    "where backend_type = 'client backend' and pid <> pg_backend_pid()"
)
ROWS_READ = (
    "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint "
    "from pg_stat_user_tables where relname like 'contact_versions%'"
)


def test_pruning_reads_all_versions_a_few_times_and_not_once_for_each_contact(
    cluster: PostgresCluster, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    history = make_history(tmp_path, Size(contacts=5_000, days=6, hours=168))
    versions = 0
    with postgres_server.transaction() as transaction:
        for piece in history.snapshots():
            transaction.insert("snapshots", piece)
        for piece in history.versions(by_end=True):
            transaction.insert("contact_versions", piece)
            versions += piece.num_rows
    before = rows_read(cluster)

    now = history.key(history.size.head).snapshot_at
    pruned = prune(postgres_server, SOURCE, Keep(all_days=0, daily_days=365), now)

    assert pruned.snapshots > 150
    assert pruned.versions > 20
    assert rows_read(cluster) - before < 20 * versions


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
