"""How much pruning reads of a long past, on the engine whose planner may know little of it."""

from __future__ import annotations

from pathlib import Path

from listrak.retention.keep import Keep
from listrak.retention.prune import prune
from listrak.warehouse.postgres.server import PostgresServer
from local.bench.history import SOURCE, Size, make_history
from tests.unit.long_history import rows_read, write
from tests.unit.postgres_cluster import PostgresCluster


def test_pruning_reads_all_versions_a_few_times_and_not_once_for_each_contact(
    cluster: PostgresCluster, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    history = make_history(tmp_path, Size(contacts=5_000, days=6, hours=168))
    versions = write(history, postgres_server)
    before = rows_read(cluster)

    now = history.key(history.size.head).snapshot_at
    pruned = prune(postgres_server, SOURCE, Keep(all_days=0, daily_days=365), now)

    assert pruned.snapshots > 150
    assert pruned.versions > 20
    assert rows_read(cluster) - before < 20 * versions
