from __future__ import annotations

import pytest

from listrak.errors import FatalError, ListrakSourceError, RetriableError
from listrak.operators.diff_snapshots import _raise_together


@pytest.mark.parametrize(
    ("errors", "raised"),
    [
        ([FatalError("list 1"), RetriableError("list 2")], RetriableError),
        ([FatalError("list 1"), FatalError("list 2")], FatalError),
    ],
)
def test_lists_that_failed_are_raised_together_and_retried_if_that_may_help(
    errors: list[ListrakSourceError], raised: type[ListrakSourceError]
) -> None:
    with pytest.raises(raised, match="list 1\nlist 2"):
        _raise_together(errors)


def test_no_failure_raises_nothing() -> None:
    _raise_together([])
