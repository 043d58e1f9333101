from __future__ import annotations

import pytest

from listrak.errors import RunFailedError
from listrak.operators.report import _check_states


def test_lists_and_tasks_that_failed_are_named() -> None:
    states = {
        "extract_contacts_0": "success",
        "extract_contacts_1": "failed",
        "diff_snapshots": "upstream_failed",
        "send_identify_calls": "skipped",
    }

    with pytest.raises(RunFailedError, match="diff_snapshots, extract_contacts of list 67890"):
        _check_states(states, [12345, 67890])


def test_run_without_failures_passes() -> None:
    _check_states({"extract_contacts_0": "success", "diff_snapshots": "skipped"}, [12345])
