"""A shock: the market is opened to cheaper goods from elsewhere."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class ImportLiberalisation(Intervention):
    """Goods from elsewhere become cheaper, channel by channel, and draw buyers away from the cluster.

    The attraction of buying elsewhere becomes O·exp(β_p·f·u), f the fall of the price of those goods in the channel, β_p the channel's
    price sensitivity, u rising evenly from 0 before the date to 1 in the last month of `phase_in`, and back to 0 after `lasts`
    months.  Firms answer through their own prices.  Ludhiana's knitwear was protected until the rules of the WTO took hold (Clara et
    al. 2000, Box 4).
    """

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="first month of the shock", source="assumption")
    local: float = param(0.02, unit="share of the price", low=0, high=0.9, meaning="fall in the local channel", source="assumption")
    national: float = param(0.05, unit="share of the price", low=0, high=0.9, meaning="fall in the national channel", source="assumption")
    export: float = param(0.0, unit="share of the price", low=0, high=0.9, meaning="fall in the export channel",
                          source="assumption: abroad there is nothing to open")  # fmt: skip
    phase_in: int = param(24, unit="months", low=1, high=240, meaning="months until it has its full size", source="assumption: by steps")
    lasts: int | None = param(None, unit="months", low=1, high=1200, meaning="months after which protection is back at once; none: for good",
                              source="assumption: treaties last")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Add the fall of the months concerned, channel by channel."""
        felt = calendar.rise(self.date, self.phase_in, self.lasts)
        plan.imports[:] += np.outer(felt, [self.local, self.national, self.export])
