"""The cluster as it is found, the broker, the run: what a scenario says of its own case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from clustersim.parameters.declare import Section, param

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class Run(Section):
    """When and how long."""

    start: Month = param("1997-01", unit="year-month", meaning="the first reported month",
                         source="assumption: a programme's first month")  # fmt: skip
    months: int = param(144, unit="months", low=1, high=1200, meaning="reported months", source="assumption: twelve years")
    burn_in: int = param(48, unit="months", low=0, high=600, meaning="months lived before the first reported one",
                         source="assumption: long enough for prices to settle")  # fmt: skip


class Cluster(Section):
    """The firms and how they know each other, before anything is done."""

    firms: int = param(200, unit="firms", low=3, high=10_000_000, meaning="firms at the start; with several worlds see worlds.firms", source="assumption: generic")
    segments: tuple[float, ...] = param((0.5, 0.5), unit="shares", max_length=8, meaning="share of firms in each market segment",
                                        source="assumption: two equal segments")  # fmt: skip
    villages: tuple[float, ...] = param((1.0,), unit="shares", max_length=16, meaning="share of firms in each village",
                                        source="assumption: one place")  # fmt: skip
    extent: float = param(5.0, unit="km", low=0, high=1000, meaning="distance across the area in which the firms lie",
                          source="assumption: a town and its villages")  # fmt: skip
    communities: tuple[float, ...] = param((0.7, 0.3), unit="shares", max_length=8,
                                           meaning="share of firms in each community (A, B, ...)",
                                           source="assumption: a majority and a minority")  # fmt: skip
    mean_workers: float = param(12.0, unit="workers per firm", low=1, high=10_000, meaning="mean size, owner's family included",
                                source="assumption: generic")  # fmt: skip
    size_spread: float = param(0.8, unit="log standard deviation", low=0, high=3, meaning="spread of firm size (lognormal)",
                               source="assumption: skewed as sizes of firms are")  # fmt: skip
    women_owners: float = param(0.1, unit="share", low=0, high=1, meaning="firms owned by women", source="assumption")
    contacts: float = param(8.0, unit="ties per firm", low=0, high=60, meaning="mean number of other firms a firm knows",
                            source="assumption")  # fmt: skip
    segment_closeness: float = param(0.8, unit="share", low=0, high=1, meaning="ties that stay inside the segment",
                                     source="assumption: ties are sparse across segments")  # fmt: skip
    community_closeness: float = param(0.5, unit="share", low=0, high=1,
                                       meaning="how much rarer a tie across communities is",
                                       source="assumption: homophily")  # fmt: skip
    kinship: float = param(0.15, unit="share of ties", low=0, high=1, meaning="ties between kin", source="assumption")
    initial_trust: float = param(0.25, unit="trust, 0 to 1", low=0, high=1, meaning="mean trust between contacts at the start",
                                 source="assumption: low in an under-performing cluster")  # fmt: skip
    disposition: float = param(0.25, unit="trust, 0 to 1", low=0, high=1, meaning="mean general disposition to trust",
                               source="assumption: the same in every shipped scenario")  # fmt: skip
    trust_spread: float = param(0.10, unit="standard deviation", low=0, high=0.5, meaning="spread of trust and disposition",
                                source="assumption")  # fmt: skip
    bad_history: float = param(0.0, unit="0 to 1", low=0, high=1,
                               meaning="bitterness left by a joint venture that failed: who remembers stays away",
                               source="Clara et al. 2000, Box 2 (Bagru); 0 where nothing is known")  # fmt: skip
    collateral: float = param(1.0, unit="share", low=0, high=1,
                              meaning="share of firms that still have assets to pledge",
                              source="assumption; Clara et al. 2000, Box 5: a flood took them at Jaipur")  # fmt: skip
    association_members: int = param(0, unit="firms", low=0, high=1_000_000, meaning="members of an association at the start",
                                     source="assumption: none")  # fmt: skip
    association_capacity: float = param(0.10, unit="0 to 1", low=0, high=1, meaning="how well it is run at the start",
                                        source="assumption: asleep")  # fmt: skip
    networks: int = param(0, unit="groups", low=0, high=100_000, meaning="small networks that already work at the start",
                          source="assumption: none")  # fmt: skip
    network_capacity: float = param(0.6, unit="0 to 1", low=0, high=1, meaning="how well those networks are run",
                                    source="assumption")  # fmt: skip
    served_before: float = param(0.2, unit="share", low=0, high=1, meaning="firms that were served by a programme before",
                                 source="assumption")  # fmt: skip
    roster: str | None = param(None, unit="file", meaning="CSV of the real firms; see `clustersim describe roster`",
                               source="none: firms are drawn")  # fmt: skip
    ties: str | None = param(None, unit="file", meaning="CSV or GraphML of who knows whom", source="none: ties are drawn")


class Worlds(Section):
    """Many clusters in place of one, each a world of its own: nothing passes between them, and results are sums over all."""

    count: int = param(1, unit="worlds", low=1, high=100_000, meaning="clusters; 1: the one described under [cluster]",
                       source="one: a case is a place")  # fmt: skip
    firms: int | None = param(None, unit="firms", low=3, high=100_000_000,
                              meaning="firms in all worlds together, met exactly; with more than one world required, and "
                              "in place of cluster.firms", source="fact of the case")  # fmt: skip
    spread: float = param(1.0, unit="log standard deviation", low=0, high=3,
                          meaning="spread of the worlds' sizes: equally spaced quantiles of a lognormal, within the bounds",
                          source="assumption: sizes of clusters are skewed, as sizes of towns are")  # fmt: skip
    smallest: int = param(50, unit="firms", low=3, high=1_000_000, meaning="fewest firms in a world",
                          source="assumption: fewer are no cluster")  # fmt: skip
    largest: int = param(10_000, unit="firms", low=3, high=1_000_000, meaning="most firms in a world",
                         source="Clara et al. 2000, Box 4: some 10,000 firms at Ludhiana, the largest in the sources")  # fmt: skip
    supported: float = param(1.0, unit="share of worlds", low=0, high=1,
                             meaning="worlds that get the programme, evenly over all sizes; the others are left alone",
                             source="fact of the case, or assumption")  # fmt: skip


class Broker(Section):
    """The neutral broker (focal point, cluster development agent) and the local agent who learns the work."""

    days_per_month: float = param(12.0, unit="days per month", low=0, high=31, meaning="working days spent on the cluster",
                                  source="assumption: a consultant's contract")  # fmt: skip
    day_cost: float = param(110.0, unit="USD per day", low=0, high=5000, meaning="what a day of the broker costs",
                            source="assumption: a national consultant")  # fmt: skip
    visits_per_day: float = param(3.4, unit="visits per day", low=0, high=20, meaning="visits to firms in a day, were they all next door",
                                  source="assumption")  # fmt: skip
    visit_range: float = param(40.0, unit="km", low=1, high=10_000, meaning="extent of the cluster at which travel halves the visits of a day",
                               source="assumption: an hour by bus")  # fmt: skip
    visit_effect: float = param(0.20, unit="share of the gap to 1", low=0, high=1, meaning="rise of trust in the broker with a visit",
                                source="assumption")  # fmt: skip
    circle: int = param(36, unit="firms", low=1, high=100_000, meaning="firms the broker starts with",
                        source="assumption: what two visits a day can hold")  # fmt: skip
    circle_step: int = param(24, unit="firms", low=0, high=100_000, meaning="firms added when the circle trusts the broker",
                             source="assumption")  # fmt: skip
    forgetting: float = param(0.02, unit="1/month", low=0, high=1, meaning="share of trust in the broker lost in a month without a visit",
                              source="assumption: nobody can hold more firms than days to see them")  # fmt: skip
    meeting_effect: float = param(0.22, unit="share of the gap to 1", low=0, high=1,
                                  meaning="trust between two firms passed on at a meeting, times both sides' trust in the broker",
                                  source="Obstfeld 2005 (tertius iungens); range .05-.3")  # fmt: skip
    meeting_days: float = param(1.0, unit="days", low=0.1, high=31, meaning="days for one meeting of a group", source="assumption")
    project_days: float = param(2.0, unit="days", low=0, high=31, meaning="days to prepare one joint activity", source="assumption")
    judgement: float = param(0.5, unit="share of those asked", low=0, high=1, meaning="share expected to say yes from which the broker proposes",
                             source="assumption")  # fmt: skip
    neutrality: float = param(1.0, unit="0 to 1", low=0, high=1,
                              meaning="1: days and offers go to all alike; less: the broker is seen to favour some",
                              source="assumption: neutral")  # fmt: skip
    pressure: float = param(0.10, unit="1/month", low=0, high=1,
                            meaning="chance a month that a standing offer is put to a group though success is not likely",
                            source="assumption: budgets have to be spent and plans kept")  # fmt: skip
    failure_cost: float = param(0.06, unit="share", low=0, high=1,
                                meaning="trust in the broker lost by those asked to an activity that failed", source="assumption")  # fmt: skip
    favour_seen: float = param(0.25, unit="share", low=0, high=1,
                               meaning="trust in a partial broker lost by the contacts of a favoured firm at each visit to it",
                               source="Clara et al. 2000, ch. 3.1 (impartiality); size an assumption")  # fmt: skip
    introductions: float = param(0.25, unit="chance", low=0, high=1, meaning="chance that two who meet become contacts",
                                 source="assumption")  # fmt: skip
    local_days: float = param(6.0, unit="days per month", low=0, high=31, meaning="days of a fully able local agent",
                              source="assumption: half the broker's")  # fmt: skip
    coaching: float = param(0.035, unit="share of the gap to 1 per day", low=0, high=1,
                            meaning="how fast a coached local agent learns", source="assumption")  # fmt: skip
    awareness_talks: float = param(10.0, unit="firms per day", low=0, high=1000, meaning="firms reached in a day of sensitisation",
                                   source="assumption: gatherings, not visits")  # fmt: skip
    awareness_effect: float = param(0.05, unit="share of the gap to 1", low=0, high=1,
                                    meaning="how far a firm reached by it moves to the true worth of joint activities",
                                    source="assumption: about a visit's")  # fmt: skip
    awareness_trust: float = param(0.02, unit="share of the gap to 1", low=0, high=1, meaning="rise of trust in the broker with it",
                                   source="assumption: a tenth of a visit's")  # fmt: skip


class Programme(Section):
    """The programme as a whole; its interventions are listed under [interventions]."""

    start: Month | None = param(None, unit="year-month", meaning="first month with a broker", source="fact of the case")
    end: Month | None = param(None, unit="year-month", meaning="last month with a broker", source="fact of the case")
    announced_exit: bool = param(True, unit="flag", meaning="whether the end is known from the beginning",
                                 source="Clara et al. 2000, ch. 2.2")  # fmt: skip


class Umbrella(Section):
    """The umbrella organisation of groups, and how the regulator hears a cluster."""

    days: float = param(0.5, unit="days", low=0, high=31, meaning="broker days to talk to one leader about it", source="assumption")
    joining: float = param(0.5, unit="chance", low=0, high=1,
                           meaning="chance that a group joins whose leader fully trusts the broker and expects the others to come",
                           source="assumption")  # fmt: skip
    coming: float = param(0.3, unit="chance", low=0, high=1, meaning="chance that a leader comes to its council who expects nobody to",
                          source="assumption")  # fmt: skip
    weight: float = param(0.5, unit="weight", low=0, high=1, meaning="weight of a council held together against a joint activity",
                          source="assumption: less is at stake")  # fmt: skip
    introductions: float = param(0.25, unit="chance", low=0, high=1, meaning="chance that two leaders who meet become contacts",
                                 source="assumption: as at the broker's meetings")  # fmt: skip
    growth: float = param(0.08, unit="share of the gap to 1", low=0, high=1, meaning="how much a council adds to its voice",
                          source="assumption: half of it in nine meetings")  # fmt: skip
    fading: float = param(0.05, unit="1/month", low=0, high=1, meaning="share of its voice lost in a month without a council",
                          source="assumption")  # fmt: skip
    half: float = param(0.10, unit="share of firms times capacity", low=0.001, high=10,
                        meaning="voice at which every second request is met", source="assumption: a fifth of the firms, half able")  # fmt: skip
    benefit: float = param(0.02, unit="share of the gap to 1", low=0, high=1,
                           meaning="access to distant markets that a request which is met gives to those represented",
                           source="Clara et al. 2000, Box 3 (an information point); size an assumption")  # fmt: skip


class BusinessGroups(Section):
    """Groups into which firms are drawn by lot, and which meet every month."""

    attendance: float = param(0.5, unit="chance", low=0, high=1, meaning="chance that a firm comes which expects nobody to",
                              source="assumption")  # fmt: skip
    weight: float = param(0.3, unit="weight", low=0, high=1, meaning="weight of a meeting attended together against a joint activity",
                          source="assumption: only time is at stake")  # fmt: skip
    introductions: float = param(0.10, unit="chance", low=0, high=1, meaning="chance that two strangers at a meeting become contacts",
                                 source="assumption")  # fmt: skip
    observe: float = param(0.05, unit="share of the gap", low=0, high=1,
                           meaning="how far the share that comes moves the climate belief of those who came", source="assumption")  # fmt: skip
    learning: float = param(0.02, unit="1/month", low=0, high=1,
                            meaning="share of the gap in quality closed at a meeting with one who is fully trusted and better",
                            source="assumption")  # fmt: skip
    cost: float = param(30.0, unit="USD", low=0, high=10_000, meaning="cost of a meeting, paid by the programme",
                        source="assumption: a room and a facilitator's afternoon")  # fmt: skip


class Trial(Section):
    """A randomised trial of the programme, which `clustersim trial` runs; no other command reads it."""

    unit: Literal["none", "firm", "village", "group", "cluster"] = param(
        "none", unit="choice", source="the evaluator's design",
        meaning="what lots are drawn for; a group: firms of one network or association together, the others alone; "
        "cluster: each of many worlds as a whole")  # fmt: skip
    share: float = param(0.5, unit="share of units", low=0.01, high=0.99, meaning="units that are treated", source="the evaluator's design")
    within: float = param(1.0, unit="share of firms", low=0.01, high=1, meaning="unit cluster: firms that may receive help in a treated cluster",
                          source="the evaluator's design")  # fmt: skip
    clusters: int = param(20, unit="clusters", low=4, high=10_000, meaning="unit cluster: how many worlds one trial has",
                          source="the evaluator's design")  # fmt: skip
    pairs: bool = param(False, unit="flag", meaning="unit cluster: lots inside pairs that were alike in the first outcome at baseline",
                        source="the evaluator's design")  # fmt: skip
    start: Month | None = param(None, unit="year-month", meaning="month of the lots and of the baseline; none: that of the programme",
                                source="the evaluator's design")  # fmt: skip
    follow_up: tuple[int, ...] = param((12, 24), unit="months", max_length=12, meaning="months after the start at which firms are asked again",
                                       source="the evaluator's design")  # fmt: skip
    outcomes: tuple[Literal["income", "joint_action", "trust", "quality", "workers", "contacts", "member", "debt"], ...] = param(
        ("income", "joint_action", "trust", "quality"), unit="names", max_length=8,
        meaning="what firms are asked: own income, whether it acted jointly in the last year, mean trust in contacts, quality, workers, "
        "number of contacts, whether it is in a group, debt", source="the evaluator's design")  # fmt: skip
    attrition: float = param(0.10, unit="share of firms", low=0, high=0.9,
                             meaning="firms not found at a follow-up, beside those that have closed", source="assumption")  # fmt: skip
