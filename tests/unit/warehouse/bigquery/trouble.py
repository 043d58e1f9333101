"""What may go wrong with a statement, in the form in which BigQuery's documents have it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit.warehouse.bigquery.engine import RefusedStatementError


@dataclass
class Trouble:
    """What befalls statements that have `words` in them, the next `times`.

    `reason`: of an error, its `status` that of the request, or 200: the job fails later. Without
    one the connection is cut, after the statement was run where `is_run`.
    """

    words: str
    reason: str | None = None
    status: int = 200
    message: str = "no reason given"
    times: int = 1
    is_run: bool = False

    def strikes(self, text: str) -> bool:
        if self.times < 1 or self.words not in text.lower():
            return False
        self.times -= 1
        return True

    def failure(self) -> Exception:
        if self.reason is None:
            return ConnectionResetError()
        status = 400 if self.status == 200 else self.status
        return RefusedStatementError(status, self.reason, self.message)
