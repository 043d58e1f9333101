"""Whether a contact was subscribed at a moment, by what Listrak says of it now. Pure.

Listrak keeps the first subscription, the latest one and the latest unsubscribe (the last is null
again after a resubscribe). Earlier cycles are not recoverable.
"""

from datetime import datetime
from typing import Literal

State = Literal["subscribed", "unsubscribed", "later"]
Known = tuple[State, datetime | None]


def state_at(
    listed: object,
    subscribed: datetime | None,
    unsubscribed: datetime | None,
    as_of: datetime | None,
) -> Known:
    """Return the contact's state at `as_of` (None: now), and when it unsubscribed, if it had.

    `listed`: its subscription state as Listrak writes it; `subscribed`: when it last subscribed.
    `later`: by its dates it last subscribed after `as_of`, so it is not known to have been
    subscribed then, unless the snapshot before has it. A contact without a date has been there
    always.
    """
    has_left = isinstance(listed, str) and listed.lower() == "unsubscribed"
    if has_left and (as_of is None or unsubscribed is None or unsubscribed <= as_of):
        return "unsubscribed", unsubscribed
    if as_of is None or subscribed is None or subscribed <= as_of:
        return "subscribed", None
    return "later", None
