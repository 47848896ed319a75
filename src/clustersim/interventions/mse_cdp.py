"""A funding rule: the components of India's cluster scheme, with their caps and grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from clustersim.interventions.base import Calendar, Intervention, Objection
from clustersim.levers import Plan, new_plan
from clustersim.parameters.declare import param

STUDY_DAY = 40.0  # USD a day of interviews costs beside the broker's own, as in rules/brokerage.py
LAKH = 100_000.0  # rupees
FMC = "Foundation for MSME Clusters, about 2014 (theme paper on cluster development): MSE-CDP"
RULE = "names of the interventions billed under"


class Bill(NamedTuple):
    """What a part of the plan costs at most, and what the programme pays of it, in USD."""

    total: float
    programme: float


class MseCdp(Intervention):
    """Refuses a plan that breaks the rules of the Micro and Small Enterprises Cluster Development Programme; moves no lever.

    Each component lists, by name, the interventions billed under it.  Reckoned before the run, as an applicant would:
    bill = Σ over dated offers of fixed + per head · seats  (every offer taken up once, every seat taken)
         + developments, vouchers at the generic price, places in courses, months of information points
         + Σ over grants to single firms of cost · places
         + study days · (day_cost + 40) + endowments + visits abroad + seats of courses for heirs,
    programme = Σ share of the programme · cost of what is shared, and all of the last four.
    Refused where bill · inr_per_usd > cap, or programme > grant · bill.  What is not listed is held to be paid from elsewhere.
    Institutions' shares count as the beneficiaries' side, not as grant.  The scheme's project report and infrastructure are left
    out: nothing in the model is paid under them; so is the policing of a brand, whose carriers nobody can count.  Source: Foundation for MSME Clusters (about 2014), theme paper.
    """

    diagnostic_study: tuple[str, ...] = param((), unit="names", meaning=f"{RULE} the diagnostic study", source="fact of the case", max_length=100)
    soft_interventions: tuple[str, ...] = param((), unit="names", meaning=f"{RULE} soft interventions", source="fact of the case", max_length=100)
    hard_interventions: tuple[str, ...] = param((), unit="names", meaning=f"{RULE} hard interventions (common facilities)",
                                                source="fact of the case", max_length=100)  # fmt: skip
    broker: bool = param(False, unit="flag", meaning="whether the broker's days beside the study are billed as soft interventions",
                         source="assumption: published tables leave the programme's own consultants out")  # fmt: skip
    priority: bool = param(False, unit="flag", meaning="whether more than half the firms are micro, in villages, women's or of SC/ST owners",
                           source="fact of the case")  # fmt: skip
    inr_per_usd: float = param(43.3, unit="INR per USD", low=1, high=1000, meaning="rate at which bills are turned into rupees",
                               source="rate of 1999, the year of the model's prices")  # fmt: skip
    diagnostic_cap: float = param(2.5, unit="lakh INR", low=0, high=1e6, meaning="most that the diagnostic study may cost", source=FMC)
    diagnostic_grant: float = param(1.0, unit="share of the cost", low=0, high=1, meaning="most that the programme may pay of it", source=FMC)
    soft_cap: float = param(25.0, unit="lakh INR", low=0, high=1e6, meaning="most that soft interventions may cost", source=FMC)
    soft_grant: float = param(0.75, unit="share of the cost", low=0, high=1, meaning="most that the programme may pay of them", source=FMC)
    soft_grant_priority: float = param(0.90, unit="share of the cost", low=0, high=1, meaning="the same for a cluster with priority", source=FMC)
    hard_cap: float = param(1500.0, unit="lakh INR", low=0, high=1e6, meaning="most that hard interventions may cost", source=FMC)
    hard_grant: float = param(0.70, unit="share of the cost", low=0, high=1, meaning="most that the programme may pay of them", source=FMC)
    hard_grant_priority: float = param(0.90, unit="share of the cost", low=0, high=1, meaning="the same for a cluster with priority", source=FMC)

    def objections(self, others: Mapping[str, Intervention], calendar: Calendar, values: Mapping[str, Any]) -> Iterator[Objection]:
        """Names that mean nothing or stand twice, and each component over its cap or above its grant."""
        billed: dict[str, str] = {}
        components = (
            ("diagnostic_study", self.diagnostic_cap, self.diagnostic_grant),
            ("soft_interventions", self.soft_cap, self.soft_grant_priority if self.priority else self.soft_grant),
            ("hard_interventions", self.hard_cap, self.hard_grant_priority if self.priority else self.hard_grant),
        )  # fmt: skip
        for component, cap, grant in components:
            names: tuple[str, ...] = getattr(self, component)
            wrong = [f"no intervention is called '{name}'" for name in names if name not in others]
            wrong += [f"'{name}' is billed under {billed[name]} already" for name in names if name in billed]
            wrong += [f"'{name}' is named twice" for name in sorted(set(names)) if names.count(name) > 1]
            billed |= dict.fromkeys(names, component)
            allowed = f"names of interventions, each billed once: {', '.join(others)}"
            if not wrong:
                bill = bill_of([others[name] for name in names], calendar, values)
                if component == "soft_interventions" and self.broker:
                    days = broker_bill(others.values(), calendar, values)
                    bill = Bill(bill.total + days, bill.programme + days)
                wrong = list(self._excess(component.replace("_", " "), bill, cap, grant))
                allowed = f"at most {cap:,.4g} lakh INR, USD {cap * LAKH / self.inr_per_usd:,.0f}, {100 * grant:g} % of it granted: {FMC}"
            if wrong:
                yield Objection(component, "; ".join(wrong), allowed, names)

    def _excess(self, title: str, bill: Bill, cap: float, grant: float) -> Iterator[str]:
        cost = bill.total * self.inr_per_usd / LAKH
        if cost > cap * (1 + 1e-9):
            yield f"{title} cost up to {cost:,.2f} lakh INR if every seat is taken, {cost - cap:,.2f} above the cap"
        above = bill.programme - grant * bill.total
        if above > 1e-9 * bill.total:
            yield f"the programme pays {100 * bill.programme / bill.total:.1f} % of {title}, USD {above:,.0f} above the grant"


def bill_of(interventions: Iterable[Intervention], calendar: Calendar, values: Mapping[str, Any]) -> Bill:
    """What interventions cost by their plan if every offer is taken up once, with every seat taken."""
    total = programme = 0.0
    found = list(interventions)
    for offer in (offer for intervention in found for offer in intervention.offers(calendar)):
        activity = values["activities"][offer.kind]
        cost = activity["fixed"] + activity["per_head"] * offer.seats
        total += cost
        programme += offer.shares.programme * cost
    for support in (support for intervention in found for support in intervention.supports(calendar)):
        if support.what == "course":
            cost = support.fee * support.number
        else:
            service = values["services"]["catalogue"][support.subject]
            fair = service["cost"] * (1.0 + values["services"]["generic_mark_up"])
            cost = fair * support.number if support.what == "voucher" else service["development"]
        total += cost
        programme += support.shares.programme * cost
    for grant in (grant for intervention in found for grant in intervention.grants(calendar)):
        total += grant.cost * grant.places
        programme += grant.shares.programme * grant.cost * grant.places
    plan = _planned(found, calendar, values)
    total += float(((1.0 - plan.point_programme) * plan.point).sum())
    alone = float(_study_days(plan).sum()) * (values["broker"]["day_cost"] + STUDY_DAY)
    alone += float(plan.guarantee.sum() + plan.favour.sum() + (plan.point_programme * plan.point).sum())
    alone += float((plan.youth_seats * plan.youth_cost).sum())
    return Bill(total + alone, programme + alone)


def broker_bill(interventions: Iterable[Intervention], calendar: Calendar, values: Mapping[str, Any]) -> float:
    """USD for the broker's days, those of the study left out."""
    plan = _planned(interventions, calendar, values)
    return float((plan.days - _study_days(plan)).sum()) * float(values["broker"]["day_cost"])


def _planned(interventions: Iterable[Intervention], calendar: Calendar, values: Mapping[str, Any]) -> Plan:
    """The calendar with the broker's days and these interventions in it."""
    plan, programme = new_plan(calendar.length), values["programme"]
    if programme.get("start") is not None and programme.get("end") is not None:
        plan.days[calendar.span(programme["start"], programme["end"])] = values["broker"]["days_per_month"]
    for intervention in interventions:
        intervention.schedule(plan, calendar)
    return plan


def _study_days(plan: Plan) -> np.ndarray:
    """The study gets the days it asks for, as far as the broker has them."""
    days: np.ndarray = np.minimum(plan.days, plan.study)
    return days
