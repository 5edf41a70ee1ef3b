"""Status of a deal in other vocabularies: the Open Calais six, and the rumour/live/closed of deal screens.

Open Calais marks a merger or an acquisition as `announced`, `planned`, `cancelled`, `postponed`, `rumored` or
`known`. Our nine statuses say more on the way to a signature and nothing on delay, so that:

| ours | Open Calais | screen | because |
|---|---|---|---|
| rumoured | rumored | rumour | hearsay only |
| denied | rumored | rumour | what is denied was a rumour; `stance` keeps the denial |
| considered | planned | rumour | nothing is public but the wish |
| in_talks | planned | live | talks are confirmed or reported, nothing is signed |
| offered | announced | live | a bid is on the table |
| agreed | announced | live | signed or decided, not closed |
| completed | known | closed | done, or told as a fact of the past |
| rejected | cancelled | closed | the other side refused |
| cancelled | cancelled | closed | given up, lapsed or blocked |

`postponed` is never produced: our records keep a delayed deal in the status that it had.
"""

from __future__ import annotations

from typing import Literal

from dealextract.records import Deal, Status

CalaisStatus = Literal["announced", "planned", "cancelled", "postponed", "rumored", "known"]
Screen = Literal["rumour", "live", "closed"]

CALAIS: dict[Status, CalaisStatus] = {
    "rumoured": "rumored", "denied": "rumored", "considered": "planned", "in_talks": "planned",
    "offered": "announced", "agreed": "announced", "completed": "known", "rejected": "cancelled",
    "cancelled": "cancelled",
}  # fmt: skip
SCREEN: dict[Status, Screen] = {
    "rumoured": "rumour", "denied": "rumour", "considered": "rumour", "in_talks": "live", "offered": "live",
    "agreed": "live", "completed": "closed", "rejected": "closed", "cancelled": "closed",
}  # fmt: skip


def to_calais(status: Status | Deal) -> CalaisStatus:
    """The Open Calais status of a deal or of one of our statuses.

    >>> to_calais("in_talks"), to_calais("completed")
    ('planned', 'known')
    """
    return CALAIS[status.status if isinstance(status, Deal) else status]


def to_screen(status: Status | Deal) -> Screen:
    """`rumour`, `live` or `closed`, as deal screens sort transactions.

    >>> to_screen("offered"), to_screen("rejected")
    ('live', 'closed')
    """
    return SCREEN[status.status if isinstance(status, Deal) else status]
