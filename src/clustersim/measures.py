"""Every outcome that is recorded: name, unit, definition.  How they are measured stands in rules/measuring.py.

Money measures are computed from the ledger alone.  "Firms of month 0" are those in business in the first reported
month; a mean over survivors would mislead, since those who fail are the ones that drop out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple, get_args, get_type_hints

import numpy as np

from clustersim.agents import Array


@dataclass(frozen=True)
class Measure:
    """An outcome: name, unit, exact definition, and whether the printed table shows it."""

    name: str
    unit: str
    definition: str
    headline: bool = False


def _m(unit: str, definition: str, headline: bool = False) -> Measure:
    return Measure("", unit, definition, headline)


H = True


class Measures(NamedTuple):
    """One array a measure, one entry a reported month; NaN where there is nothing to measure."""

    trust: Annotated[Array, _m("0 to 1", "mean directed trust over the firm-to-firm ties of month 0 whose two firms are alive", H)]
    trust_new: Annotated[Array, _m("0 to 1", "the same over ties made after month 0")]
    joint_action: Annotated[Array, _m("share", "share of the living firms of month 0 that paid into at least one joint activity of three firms or more in the last 12 months", H)]
    unassisted: Annotated[Array, _m("share", "the same, for activities without a broker day and without programme money")]
    broker_free_share: Annotated[Array, _m("share", "activities of the last 12 months without a broker day and without programme money, over all; empty if none")]
    income: Annotated[Array, _m("USD/month", "mean over the firms of month 0, 12-month mean, real: sales less inputs, wages and interest, before the family's draw, grants excluded; a closed firm counts as zero", H)]
    income_net: Annotated[Array, _m("USD/month", "income less what firms pay for cluster activities and services, per living firm; 12-month mean")]
    wage: Annotated[Array, _m("USD/month", "mean real earnings of a worker, family workers with their draw included")]
    wage_women: Annotated[Array, _m("USD/month", "the same, weighted by the share of women in each firm")]
    wage_men: Annotated[Array, _m("USD/month", "the same, weighted by the share of men in each firm")]
    poverty: Annotated[Array, _m("share", "share of the households (owners' and workers') of month 0 whose real income a head is under the poverty line; owners of closed firms earn the cluster's mean wage, their workers a hired worker's at mean use", H)]
    gini: Annotated[Array, _m("0 to 1", "Gini coefficient of income a head over the same households; taken every 12 months and held in between")]
    jobs: Annotated[Array, _m("workers", "workers employed, family included")]
    firms: Annotated[Array, _m("firms", "firms alive")]
    members: Annotated[Array, _m("firms", "firms in at least one group", H)]
    association_members: Annotated[Array, _m("firms", "members of the association")]
    groups: Annotated[Array, _m("groups", "groups that exist")]
    firms_served: Annotated[Array, _m("firms", "firms that took part in at least one activity of the programme, those since closed included", H)]
    outreach: Annotated[Array, _m("share", "share of those served that have fewer than 20 workers, or fewer than 50 and were never served before; empty if none")]
    cost_recovery: Annotated[Array, _m("share", "what users paid over the full delivery cost of services, fairs and training included, last 12 months; empty where nothing was delivered", H)]
    cost_recovery_total: Annotated[Array, _m("share", "the same since month 0")]
    leverage: Annotated[Array, _m("ratio", "spending on cluster activities by all payers over that of the programme, since month 0, the broker's salary excluded; empty without programme", H)]
    leverage_full: Annotated[Array, _m("ratio", "the same with the broker's salary included")]
    programme_cost: Annotated[Array, _m("USD", "all payments by the programme since month 0", H)]
    share_private: Annotated[Array, _m("share", "share of firms in spending on cluster activities since month 0")]
    share_institutions: Annotated[Array, _m("share", "share of support institutions in it")]
    share_programme: Annotated[Array, _m("share", "share of the programme in it")]
    loans: Annotated[Array, _m("USD", "loans outstanding", H)]
    loans_made: Annotated[Array, _m("loans", "loans made since the start of the run")]
    bank_risk: Annotated[Array, _m("share", "chance of loss that banks believe of small borrowers on their own")]
    bank_risk_guaranteed: Annotated[Array, _m("share", "the same of borrowers behind a guarantee")]
    quality: Annotated[Array, _m("0 to 1", "mean quality over the living firms")]
    price: Annotated[Array, _m("price", "mean price over the living firms; the reference price is 1")]
    use: Annotated[Array, _m("share", "mean capacity use over the living firms")]
    climate: Annotated[Array, _m("0 to 1", "mean belief that others would come, firms of month 0")]
    willingness_to_pay: Annotated[Array, _m("share", "share of the full cost of a fair that members of groups would pay at most, mean over members; over 1 if it is worth more to them than it costs")]
    trust_broker: Annotated[Array, _m("0 to 1", "mean trust in the broker over the firms it works with")]
    agent_skill: Annotated[Array, _m("0 to 1", "ability of the local agent")]
    tries: Annotated[Array, _m("activities", "joint activities tried in the last 12 months")]
    activities: Annotated[Array, _m("activities", "joint activities that happened in the last 12 months")]
    conflicts: Annotated[Array, _m("conflicts", "conflicts that broke out inside groups since the start of the run")]
    first_meeting: Annotated[Array, _m("share", "share of those asked who came to the broker's first meeting; empty before")]
    income_month: Annotated[Array, _m("USD/month", "income in this month alone")]
    income_net_month: Annotated[Array, _m("USD/month", "income net of those payments in this month alone")]
    spent_private: Annotated[Array, _m("USD", "firms' payments for cluster activities this month")]
    spent_institutions: Annotated[Array, _m("USD", "institutions' payments for them")]
    spent_programme: Annotated[Array, _m("USD", "the programme's payments for them")]
    spent_unrecorded: Annotated[Array, _m("USD", "payments for them by a payer that no source records")]
    services_paid: Annotated[Array, _m("USD", "firms' payments for business development services this month")]
    services_cost: Annotated[Array, _m("USD", "full cost of those services: delivery and development")]
    spent_broker: Annotated[Array, _m("USD", "the broker's days and guarantee deposits of the programme this month")]
    trust_institutions: Annotated[Array, _m("0 to 1", "trust of support institutions in the cluster")]
    institutions_year: Annotated[Array, _m("share", "share of support institutions in spending on cluster activities, last 12 months; empty where nothing was spent")]
    income_poorest: Annotated[Array, _m("USD/month", "income, as the measure `income`, of the poorest fifth of the firms of month 0, 12-month mean")]
    income_minority: Annotated[Array, _m("USD/month", "the same over the firms of month 0 of all communities but A; empty if there are none")]
    advances: Annotated[Array, _m("USD", "advances of middlemen outstanding")]
    bound: Annotated[Array, _m("share", "share of the living firms that sell through a middleman who advanced them money")]
    price_received: Annotated[Array, _m("price", "mean over the living firms of the price that is left of a unit sold when the middleman has his margin")]
    self_help_members: Annotated[Array, _m("firms", "members of self-help groups that save")]
    group_loans: Annotated[Array, _m("USD", "loans of self-help groups to their members outstanding")]
    unpaid_women: Annotated[Array, _m("workers", "women who work in the family's firm without a share in its draw, in whole workers; 0 unless `households.unpaid` is above 0")]
    heirs_trained: Annotated[Array, _m("heirs", "heirs in the living firms who have taken the course for the young")]
    closed_unserved: Annotated[Array, _m("firms", "firms closed since month 0 that the programme had not served; against the arm without it, those displaced outside the programme")]
    income_poorest_month: Annotated[Array, _m("USD/month", "income of the poorest fifth in this month alone")]
    income_minority_month: Annotated[Array, _m("USD/month", "income of the communities but A in this month alone")]
    requests_met: Annotated[Array, _m("requests", "requests to the regulator that were met, since the start of the run")]


MEASURES: tuple[Measure, ...] = tuple(
    Measure(name, found.unit, found.definition, found.headline)
    for name, hint in get_type_hints(Measures, include_extras=True).items()
    for found in [get_args(hint)[1]]
)


def new_measures(months: int) -> Measures:
    """Room for ``months`` months, all empty; a view of one (measures, months) array."""
    return Measures(*np.full((len(MEASURES), months), np.nan))
