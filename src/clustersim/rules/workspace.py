"""What rules work with and write down: scratch arrays, and the log of joint activities."""

from __future__ import annotations

from typing import Any, NamedTuple

from clustersim.compile import rule


class Scratch(NamedTuple):
    """Working space, meaningless between rules."""

    first: Any  # (groups + 1,) where each group's members begin in ``members``
    open: Any  # (groups,) 1 if it has done something lately that draws others
    judged: Any  # (groups,) what the go-between expects of it
    members: Any  # (firms * slots,)
    asked: Any  # (firms,) stamp of the last activity each firm was asked to
    stamp: Any  # [0] the current stamp
    invited: Any  # (firms,) rows of those invited now
    comes: Any  # (firms,) 1 if a firm asked now said yes and came, -1 if it said yes and did not, 0 if it said no
    tie: Any  # (firms,) a tie to this firm
    score: Any  # (firms,)
    order: Any  # (firms,)
    luck: Any  # (4, firms) this month's draws of one kind of event


class Log(NamedTuple):
    """Every try at a joint activity, one row each."""

    count: Any  # [0] rows used, [1] tries that found no row (a fault: the run stops)
    month: Any
    kind: Any
    group: Any
    invited: Any
    yes: Any
    came: Any
    needed: Any
    happened: Any
    assisted: Any  # 1 with a broker day
    funded: Any  # 1 with programme money
    cost: Any  # USD in all


@rule
def note(log, t, kind, g, counts, happened, assisted, funded, cost):
    """Write a try down; ``counts`` = (invited, yes, came, needed)."""
    row = log.count[0]
    if row >= log.month.shape[0]:
        log.count[1] += 1
        return
    log.count[0] = row + 1
    log.month[row] = t
    log.kind[row] = kind
    log.group[row] = g
    log.invited[row], log.yes[row], log.came[row], log.needed[row] = counts
    log.happened[row] = 1 if happened else 0
    log.assisted[row] = assisted
    log.funded[row] = 1 if funded > 0.0 else 0
    log.cost[row] = cost
