"""The cluster as it is found, the broker, the run: what a scenario says of its own case."""

from __future__ import annotations

from typing import Annotated

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


class Programme(Section):
    """The programme as a whole; its interventions are listed under [interventions]."""

    start: Month | None = param(None, unit="year-month", meaning="first month with a broker", source="fact of the case")
    end: Month | None = param(None, unit="year-month", meaning="last month with a broker", source="fact of the case")
    announced_exit: bool = param(True, unit="flag", meaning="whether the end is known from the beginning",
                                 source="Clara et al. 2000, ch. 2.2")  # fmt: skip
