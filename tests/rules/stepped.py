"""A task in a thread of its own that goes on one transaction at a time, when it is told to."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from listrak.warehouse.warehouse import Transaction
from tests.unit.memory_warehouse import Crash, MemoryWarehouse
from tests.unit.server_warehouse import ServerWarehouse

StoryWarehouse = MemoryWarehouse | ServerWarehouse
PATIENCE = 60.0  # seconds: no step takes as long, unless the test itself hangs


class Step(Enum):
    """How the next transaction ends."""

    COMMIT = "commit"
    DIE_BEFORE = "the process dies before the commit"
    DIE_AFTER = "the process dies after the commit"
    ABANDON = "the process is gone for good"


class Abandoned(BaseException):
    """The thread ends: the run it worked for was given up."""


@dataclass
class Stepped:
    """A warehouse whose transactions wait for their turn. `work` gets it and runs in a thread."""

    warehouse: StoryWarehouse
    work: Callable[[Stepped], None]
    is_done: bool = False
    _steps: queue.SimpleQueue[Step] = field(default_factory=queue.SimpleQueue)
    _reports: queue.SimpleQueue[BaseException | None] = field(default_factory=queue.SimpleQueue)
    _is_dead: bool = False

    def start(self) -> None:
        """Begin, up to the first transaction."""
        threading.Thread(target=self._run, daemon=True).start()
        self._wait()

    def step(self, step: Step) -> None:
        """Let one transaction happen; raises what the work fails with."""
        self._steps.put(step)
        self._wait()

    def revive(self) -> None:
        """Let a new process take over from one that died."""
        self._is_dead = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        if self._is_dead:
            raise Crash
        self._reports.put(None)
        step = self._steps.get(timeout=PATIENCE)
        if step is Step.ABANDON:
            raise Abandoned
        self._is_dead = step in (Step.DIE_BEFORE, Step.DIE_AFTER)
        with self.warehouse.transaction() as transaction:
            yield transaction
            if step is Step.DIE_BEFORE:
                raise Crash
        if step is Step.DIE_AFTER:
            raise Crash

    def _wait(self) -> None:
        failure = self._reports.get(timeout=PATIENCE)
        if failure:
            raise failure

    def _run(self) -> None:
        failure: BaseException | None = None
        try:
            self.work(self)
        except Abandoned:
            pass
        except BaseException as error:  # noqa: BLE001 (told to the test, which fails by it)
            failure = error
        self.is_done = True
        self._reports.put(failure)
