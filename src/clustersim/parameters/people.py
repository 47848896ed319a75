"""Those around the firms: support institutions, middlemen, self-help groups and heirs, section by section."""

from __future__ import annotations

from typing import Literal

from clustersim.parameters.declare import Section, param

BOX5 = "Clara et al. 2000, Box 5"
MICRO = "UNIDO Cluster Development Programme and microfinance (about 2004)"


class Institutions(Section):
    """Support institutions, and whether they pay what they are asked for: by their own trust, and after the ice is broken."""

    decides: bool = param(False, unit="flag", source="assumption: off, shares of institutions are inputs",
                          meaning="whether institutions decide on each activity if they pay the share that a plan gives them")  # fmt: skip
    trust: float = param(0.3, unit="trust, 0 to 1", low=0, high=1, source="assumption",
                         meaning="their trust in the cluster at the start")  # fmt: skip
    willing: float = param(0.45, unit="trust, 0 to 1", low=0, high=1, source=f"{BOX5} (slower than firms); size an assumption",
                           meaning="trust from which they pay all that they are asked for")  # fmt: skip
    refusal: float = param(0.10, unit="trust, 0 to 1", low=0, high=1, source="assumption",
                           meaning="trust under which they do not risk even a token")  # fmt: skip
    token: float = param(0.15, unit="share of the cost", low=0, high=1, source=f"{BOX5}: a token contribution of 15 % broke the ice",
                         meaning="most that they contribute to one activity while they are not yet willing")  # fmt: skip
    visible: float = param(0.12, unit="share of the gap to 1", low=0, high=1, source="assumption",
                           meaning="rise of trust with a success to which they contributed")  # fmt: skip
    afar: float = param(0.01, unit="share of the gap to 1", low=0, high=1, source="assumption: hearsay",
                        meaning="rise of trust with a success to which they did not contribute; half of it is lost with a failure")  # fmt: skip
    failure: float = param(0.10, unit="share", low=0, high=1, source="assumption",
                           meaning="trust lost with a failed activity to which they would have contributed")  # fmt: skip
    meeting_gain: float = param(0.03, unit="share of the gap to 1", low=0, high=1,
                                source="assumption: talk weighs a quarter of a success that they helped to bring about",
                                meaning="rise of trust with a meeting that goes well")  # fmt: skip
    meeting_loss: float = param(0.25, unit="share", low=0, high=1, source=f"{BOX5}: relations got worse; size an assumption",
                                meaning="trust lost with a meeting that fails")  # fmt: skip
    chair: float = param(0.8, unit="share", low=0, high=1, source="assumption: as with banks",
                         meaning="share of the chance of failing that a fully able chair takes away")  # fmt: skip
    awareness: float = param(0.01, unit="share of the gap to 1 per day", low=0, high=1, source="assumption",
                             meaning="rise of trust with a day that the broker spends on institutions")  # fmt: skip
    rest: Literal["participants", "programme"] = param(
        "participants", unit="choice", source="assumption: the programme's budget is fixed",
        meaning="who pays what institutions were asked for and did not grant")  # fmt: skip


class Middlemen(Section):
    """Traders and master weavers whose advances bind small firms: these sell to them, at a lower price, until they repay."""

    share: float = param(0.0, unit="share", low=0, high=1, source=f"{MICRO}; 0 where nothing is known",
                         meaning="share of the small firms that are bound at the start; at 0 there are no middlemen")  # fmt: skip
    largest: float = param(6.0, unit="workers", low=1, high=1000, source="assumption: larger ones sell for themselves",
                           meaning="size up to which a firm counts as small for them")  # fmt: skip
    advance: float = param(50.0, unit="USD", low=1, high=1e5, source="assumption: about a month's needs of a household",
                           meaning="an advance")  # fmt: skip
    cut: float = param(0.08, unit="share of the price", low=0, high=1, source="assumption",
                       meaning="how much less than others a bound firm gets for what it sells")  # fmt: skip
    interest: float = param(0.02, unit="1/month", low=0, high=1, source="assumption: interest of informal lenders",
                            meaning="interest on the advance that is hidden in the price")  # fmt: skip
    hunger: float = param(0.5, unit="months of subsistence", low=0, high=100, source="assumption",
                          meaning="cash under which a small firm looks for an advance")  # fmt: skip
    offer: float = param(0.3, unit="1/month", low=0, high=1, source="assumption",
                         meaning="chance a month that it then gets one")  # fmt: skip
    release: float = param(4.0, unit="months of subsistence", low=0, high=1000, source="assumption: few save so much",
                           meaning="cash beside the advance from which a firm buys itself free without a loan")  # fmt: skip


class SelfHelp(Section):
    """Self-help groups: neighbours who save together, lend to each other, and borrow together from a bank."""

    size: int = param(12, unit="firms", low=4, high=100, source="assumption: groups of 10 to 20 are usual",
                      meaning="size at which a new group is full")  # fmt: skip
    fewest: int = param(5, unit="firms", low=3, high=100, source="assumption: fewer could not carry each other's loans",
                        meaning="members that a new group needs")  # fmt: skip
    largest: float = param(6.0, unit="workers", low=1, high=1000, source="assumption: it is for small firms",
                           meaning="size up to which a firm is asked to join")  # fmt: skip
    willing: float = param(0.3, unit="chance", low=0, high=1, source="assumption: little is at stake at first",
                           meaning="chance that a contact without any trust in the founder joins; with full trust it is 1")  # fmt: skip
    loan: float = param(60.0, unit="USD", low=1, high=1e5, source="assumption: an advance and something to start with",
                        meaning="loan of a group to a member; more where an advance is larger")  # fmt: skip
    term: int = param(12, unit="months", low=1, high=240, source="assumption", meaning="time to repay it")
    interest: float = param(0.015, unit="1/month", low=0, high=1, source="assumption: usual between members",
                            meaning="interest that members pay into their own fund")  # fmt: skip
    wait: int = param(6, unit="months", low=0, high=240, source="assumption: banks ask for half a year of savings",
                      meaning="age from which a bank lends to a group")  # fmt: skip
    bank_term: int = param(24, unit="months", low=1, high=240, source="assumption", meaning="time in which a group repays the bank")
    missed: int = param(4, unit="months", low=1, high=240, source="assumption: as with banks",
                        meaning="instalments missed in a row before the fund bears the loss")  # fmt: skip
    recognition: float = param(0.03, unit="share of the gap to 1 per month", low=0, high=1, source="assumption",
                               meaning="how fast women of a group that learns to read, reckon and lead come to share in the draw")  # fmt: skip


class Heirs(Section):
    """Heirs who work beside the owners: they carry no memory of a bad history, and their elders listen to them."""

    share: float = param(0.6, unit="share of firms", low=0, high=1, source="assumption",
                         meaning="firms in which a grown-up heir works beside the owner")  # fmt: skip
    keen: float = param(0.7, unit="chance", low=0, high=1, source="assumption: the young come to learn a trade",
                        meaning="chance that an heir who is asked takes the course")  # fmt: skip
    memory: float = param(0.0, unit="share", low=0, high=1, source="Clara et al. 2000, Box 2: the young were not part of it",
                          meaning="how far heirs share their elders' bitterness")  # fmt: skip
    course: float = param(0.6, unit="share of the gap to 1", low=0, high=1, source="assumption: weeks together weigh as four visits",
                          meaning="rise of an heir's trust in the broker with the course")  # fmt: skip
    together: float = param(0.2, unit="share of the gap to 1", low=0, high=1, source="assumption",
                            meaning="rise of an heir's belief that others would come, in a course full of others")  # fmt: skip
    skill: float = param(0.05, unit="skill", low=0, high=1, source="assumption: as of a joint training",
                         meaning="what the course adds to the firm's design and production")  # fmt: skip
    say: float = param(0.5, unit="share", low=0, high=1, source="assumption",
                       meaning="how far an heir at a table counts for the firm, against the owner")  # fmt: skip
    follow: float = param(0.10, unit="1/month", low=0, high=1, source="Clara et al. 2000, Box 2 (the elders follow); size an assumption",
                          meaning="how fast the elders' bitterness fades and their beliefs follow an heir who fully trusts the broker")  # fmt: skip
    news: float = param(0.05, unit="1/month", low=0, high=1, source="assumption",
                        meaning="how fast the elders' idea of what fairs and a showroom are worth moves to the truth, while heirs bring news")  # fmt: skip
