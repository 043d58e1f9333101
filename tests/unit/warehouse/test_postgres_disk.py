"""A PostgreSQL database whose disk is really full."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from listrak.errors import WarehouseUnavailableError
from tests.unit.diff.deciding import decide_all, key, snapshot, stage
from tests.unit.postgres_cluster import PostgresCluster

NAME = "small"  # of the disk, the tablespace and the database
SIZE = "128m"
EVERYBODY = {f"person{number}@example.com": None for number in range(20_000)}
NO_ROOM = "no room left on its disk. Nothing of this step was kept"


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own."""

    directory: Path

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Take all the room that is left, for the length of the block."""
        filler = self.directory / "filler"
        with filler.open("wb", buffering=0) as file:
            room = os.statvfs(self.directory)
            os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize)
        try:
            yield
        finally:
            filler.unlink()


@pytest.fixture
def small_disk(cluster: PostgresCluster) -> Iterator[SmallDisk]:
    directory = cluster.home / NAME
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(directory)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"A disk that gets full has to be mounted, and: {mounted.stderr.strip()}")
    try:
        data = directory / "data"
        data.mkdir()
        owner = (cluster.home / "postgres").stat()
        shutil.chown(data, owner.st_uid, owner.st_gid)
        cluster.run(f"create tablespace {NAME} location '{data}'")
        cluster.run(f"create database {NAME} tablespace {NAME}")
        yield SmallDisk(directory)
        cluster.run(f"drop database {NAME} with (force)")
        cluster.run(f"drop tablespace {NAME}")
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


def test_full_disk_keeps_nothing_of_a_step_and_the_next_try_goes_on(
    small_disk: SmallDisk, cluster: PostgresCluster
) -> None:
    # A session that failed in its middle may hold its turn a moment longer than its client.
    door = cluster.door(database=NAME, lock_timeout=30)
    snapshot(door, key(0), {"first@x": None})

    def count(what: str) -> int:
        [(found,)] = cluster.run(f"select count(*) from {what}", "listrak", NAME)
        return int(found)

    with small_disk.filled(), pytest.raises(WarehouseUnavailableError, match=NO_ROOM):
        stage(door, key(1), EVERYBODY)
    assert count("staged_contacts") == 0

    stage(door, key(1), EVERYBODY)
    with small_disk.filled(), pytest.raises(WarehouseUnavailableError, match=NO_ROOM):
        decide_all(door, key(1))
    assert count("snapshots") == count("trait_changes") == 1
    assert count("staged_contacts") == len(EVERYBODY)

    decide_all(door, key(1))
    assert count("snapshots") == 2
    assert count("snapshot_contacts") == len(EVERYBODY) + 1  # the first one's snapshot is there too
    assert count("trait_changes") == len(EVERYBODY) + 2  # it has left since
