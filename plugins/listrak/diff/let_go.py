"""Lists that left a source: their traits stay on the profiles or go, as the user says."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from listrak.diff.decision import Status
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Transaction, Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LettingGo:
    """At which moment (naive UTC), in which run, and whether traits are to be removed.

    A dry run notes the removals as `dry_run`, and nothing else.
    """

    snapshot_at: datetime
    run_id: str
    removes_traits: bool
    dry_run: bool = False


def let_go_of_lists(
    warehouse: Warehouse, source: str, lists: Collection[int], how: LettingGo, now: datetime
) -> dict[int, int]:
    """Take back the traits of the lists that `source` has sent and that are not in `lists`.

    Returns how many removals were noted, by list id. Where traits are to stay, only warns. A list
    that comes back to the source begins anew.
    """
    with warehouse.transaction() as transaction:
        heads = transaction.fetch("diff/find_lists", source=source).to_pylist()
        gone = {head["list_id"]: head["snapshot_at"] for head in heads}
        left = {list_id: at for list_id, at in gone.items() if list_id not in lists}
        if not how.removes_traits:
            _warn(source, left)
            return {}
        return {
            list_id: _let_go(
                transaction, SnapshotKey(source, list_id, how.snapshot_at), at, how, now
            )
            for list_id, at in left.items()
            if at < how.snapshot_at
        }


def _let_go(
    transaction: Transaction,
    key: SnapshotKey,
    head_at: datetime,
    how: LettingGo,
    now: datetime,
) -> int:
    transaction.execute("diff/forget_dry_runs", **key.of_list)
    removed = transaction.execute(
        "diff/add_other_removals",
        **key.parameters,
        trait="",
        status=(Status.DRY_RUN if how.dry_run else Status.HEAD).of_changes,
        occurred_at=min(key.snapshot_at, now),
        decided_at=now,
    )
    log.info("List %s left source %s: %d traits to remove", key.list_id, key.source, removed)
    if not how.dry_run:
        _end(transaction, key, head_at, how, removed, now)
    return removed


def _end(
    transaction: Transaction,
    key: SnapshotKey,
    head_at: datetime,
    how: LettingGo,
    removed: int,
    now: datetime,
) -> None:
    """Make an empty snapshot the list's head."""
    transaction.execute("diff/close_all_versions", **key.parameters)
    transaction.execute("diff/supersede_held_changes", **key.parameters)
    transaction.execute("diff/demote_head", **key.of_list, head_at=head_at)
    transaction.execute(
        "diff/add_snapshot",
        **key.parameters,
        kind="retired",
        status=Status.HEAD.value,
        contact_count=0,
        added_count=0,
        removed_count=removed,
        re_identified_count=0,
        previous_at=head_at,
        run_id=how.run_id,
        extracted_at=now,
        trait=None,
    )


def _warn(source: str, left: Collection[int]) -> None:
    if left:
        log.warning(
            "Source %s has sent list %s, which is not among its lists any more. The traits stay on "
            "the profiles as they are. To remove them, set `on_list_removed: remove_traits`.",
            source,
            ", ".join(map(str, left)),
        )
