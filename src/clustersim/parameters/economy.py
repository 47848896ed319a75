"""Markets, households, credit, services, entry and exit: the economic parameters, section by section."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from clustersim.parameters.declare import Section, param

HAND = "assumption: a magnitude that held together in hand-made trials for an artisan cluster"


class Channel(Section):
    """One market channel: how buyers weigh price and quality."""

    price: float = param(..., unit="1 per unit of price", low=0, high=50, source=HAND, meaning="price sensitivity")
    quality: float = param(..., unit="1 per unit of quality", low=0, high=50, source=HAND, meaning="quality sensitivity")
    size: float = param(..., unit="share of the cluster's capacity", low=0, high=10, source=HAND,
                        meaning="most that all buyers of the channel would take at the reference price")  # fmt: skip


class Market(Section):
    """Production and sales.  Prices are relative to 1, quantities in USD at price 1."""

    capacity: float = param(96.0, unit="USD per worker and month", low=1, high=1e5, source=HAND,
                            meaning="output of a fully used worker at the reference price")  # fmt: skip
    wage: float = param(27.0, unit="USD per worker and month", low=0, high=1e4, source=HAND,
                        meaning="piece-rate earnings of a fully used hired worker")  # fmt: skip
    sharing: float = param(0.10, unit="share", low=0, high=1, source="assumption; Clara et al. 2000 tell of better wages",
                           meaning="share of income above the owner's subsistence that goes to hired workers as better pay")  # fmt: skip
    materials: float = param(0.58, unit="share of price 1", low=0, high=1, source=HAND,
                             meaning="cost of materials per unit of output")  # fmt: skip
    overhead: float = param(0.05, unit="share of capacity", low=0, high=1, source=HAND,
                            meaning="rent, energy and upkeep, due whether or not there is work")  # fmt: skip
    use: float = param(0.70, unit="share of capacity", low=0.05, high=1, source=HAND,
                       meaning="use of capacity at which firms leave their prices alone; fixes the outside good at the start")  # fmt: skip
    adjustment: float = param(0.10, unit="share", low=0, high=1, source="assumption: rule-of-thumb pricing",
                              meaning="monthly price change per unit of use above or below the target")  # fmt: skip
    verified: float = param(0.3, unit="share", low=0, high=1, source=HAND,
                            meaning="share of a firm's own quality that buyers can verify; the rest is the cluster's name")  # fmt: skip
    upgrading: float = param(0.12, unit="share", low=0, high=1, source="assumption",
                             meaning="share of income above subsistence that is put into quality")  # fmt: skip
    upgrade_effect: float = param(0.06, unit="quality per USD 100 per worker", low=0, high=10, source="assumption",
                                  meaning="effect of that spending on quality, with diminishing returns")  # fmt: skip
    wear: float = param(0.01, unit="1/month", low=0, high=1, source="assumption: skills and tools age in eight years",
                        meaning="rate at which quality above the trade's common level is lost")  # fmt: skip
    common_quality: float = param(0.3, unit="quality, 0 to 1", low=0, high=1, source="assumption",
                                  meaning="quality that the trade keeps without any effort")  # fmt: skip
    reach_loss: float = param(0.012, unit="1/month", low=0, high=1, source="assumption: buyers forget in seven years",
                              meaning="rate at which access to distant buyers beyond ordinary trade is lost")  # fmt: skip
    custom_spread: float = param(0.25, unit="log standard deviation", low=0, high=2, source="assumption",
                                 meaning="spread of regular custom between like firms")  # fmt: skip
    order_price: float = param(1.12, unit="price", low=0.1, high=10, source="assumption: no middleman in between",
                               meaning="price at fairs, over the reference price")  # fmt: skip
    local: Channel = Channel(price=10.0, quality=0.6, size=2.0)
    national: Channel = Channel(price=6.0, quality=2.0, size=0.35)
    export: Channel = Channel(price=5.0, quality=3.0, size=0.15)


class Households(Section):
    """Owners' and workers' households."""

    subsistence: float = param(45.0, unit="USD per month", low=0, high=1e4, source=HAND,
                               meaning="what an owner's household needs")  # fmt: skip
    squeeze: float = param(0.6, unit="share of subsistence", low=0, high=1, source=HAND,
                           meaning="how far an owner goes down to keep the firm (self-exploitation)")  # fmt: skip
    spending: float = param(0.7, unit="share", low=0, high=1, source="assumption",
                            meaning="share of income above subsistence that the owner's household draws")  # fmt: skip
    size: float = param(5.0, unit="heads", low=1, high=20, source="assumption: census averages of the region",
                        meaning="heads in a household")  # fmt: skip
    earners: float = param(1.6, unit="workers", low=1, high=10, source="assumption",
                           meaning="hired workers in one worker household")  # fmt: skip
    poverty_line: float = param(5.5, unit="USD per head and month", low=0, high=1e4,
                                source="assumption: near the rural line of the time",
                                meaning="a household under this income a head is poor")  # fmt: skip
    poverty_spread: float = param(0.2, unit="share of the line", low=0.01, high=2, source="assumption: earners differ",
                                  meaning="spread of income a head between worker households of one firm")  # fmt: skip
    unpaid: float = param(0.0, unit="share", low=0, high=1,
                          source="UNIDO Cluster Development Programme and microfinance (about 2004): women of Chanderi weave "
                          "unpaid and unrecognised; 0 where nothing is known",
                          meaning="share of the household's draw for their work that women of the family do not get")  # fmt: skip
    working_capital: float = param(0.5, unit="months of sales", low=0, high=24, source="assumption",
                                   meaning="cash that a firm starts with")  # fmt: skip


class Credit(Section):
    """Banks, collateral, guarantees."""

    loan: float = param(500.0, unit="USD", low=1, high=1e6, source=HAND, meaning="size of a loan")
    interest: float = param(0.16, unit="1/year", low=0, high=2, source=HAND, meaning="interest on loans")
    funds: float = param(0.09, unit="1/year", low=0, high=2, source=HAND, meaning="what the bank pays for its money")
    handling: float = param(12.0, unit="USD per loan", low=0, high=1e4, source="assumption",
                            meaning="administrative cost of a loan")  # fmt: skip
    term: int = param(18, unit="months", low=1, high=240, source="assumption", meaning="time to repay")
    resale: float = param(0.5, unit="share", low=0, high=1, source="assumption: pledged stock sells at half",
                          meaning="share of pledged assets that a bank gets back")  # fmt: skip
    cover: float = param(0.65, unit="share of the loan", low=0, high=1, source="range .5-.8",
                         meaning="share of a lost loan that a mutual guarantee fund pays")  # fmt: skip
    fund_leverage: float = param(5.0, unit="ratio", low=1, high=50, source="range 3-10",
                                 meaning="guaranteed lending that a fund of one dollar allows")  # fmt: skip
    prior_default: float = param(0.10, unit="chance", low=0, high=1, source="range .03-.15",
                                 meaning="what a bank first believes of small borrowers")  # fmt: skip
    prior_weight: float = param(40.0, unit="loans", low=1, high=1e4, source="assumption",
                                meaning="how many loans that belief weighs")  # fmt: skip
    forgetting: float = param(0.99, unit="share kept a month", low=0.5, high=1, source="assumption",
                              meaning="how much of the record of repayment the bank keeps in mind")  # fmt: skip
    screening: float = param(0.7, unit="share", low=0, high=1, source="Clara et al. 2000, Box 5; size an assumption",
                             meaning="share of risk that a well-trusted association's screening takes away")  # fmt: skip
    need: float = param(0.03, unit="1/month", low=0, high=1, source="assumption",
                        meaning="chance a month that a firm without a loan would use one")  # fmt: skip
    equipment: float = param(0.6, unit="share of the loan", low=0, high=1, source="assumption: the rest is working capital",
                             meaning="share of a loan that is spent on equipment at once")  # fmt: skip
    use: float = param(0.04, unit="quality", low=0, high=1, source="assumption",
                       meaning="gain in quality from the equipment that a loan buys")  # fmt: skip
    trouble: float = param(0.0025, unit="1/month", low=0, high=1, source="range of default .03-.15 over a loan's life",
                           meaning="chance a month that a borrower cannot pay for reasons outside the model")  # fmt: skip


class Service(Section):
    """One service of the catalogue: who could make it, what it costs, what it is worth."""

    able: int = param(4, unit="providers", low=1, high=20, source="Clara et al. 2000, ch. 5; numbers are assumptions",
                      meaning="providers able to make it fit small firms")  # fmt: skip
    cost: float = param(60.0, unit="USD", low=0.01, high=1e5, source="range 30-150 for a service unit", meaning="unit cost of delivery")
    worth: float = param(240.0, unit="USD", low=0, high=1e5, source="assumption", meaning="usual worth to a firm when it fits")
    development: float = param(4000.0, unit="USD", low=0, high=1e6, source="3,000-8,000; 5-50 unit prices",
                               meaning="cost of making it fit small firms, for the first who does")  # fmt: skip


def _service(able: int, cost: float, worth: float, development: float) -> Any:
    return Field(default_factory=lambda: Service(able=able, cost=cost, worth=worth, development=development))


class Catalogue(Section):
    """The services that firms of a cluster really need, beside general advice (Clara et al. 2000, ch. 3 and 5, Boxes 3 and 4)."""

    testing: Service = _service(3, 60.0, 260.0, 6000.0)
    packaging: Service = _service(5, 40.0, 160.0, 3000.0)
    design: Service = _service(4, 70.0, 280.0, 4000.0)
    web: Service = _service(8, 50.0, 200.0, 3000.0)
    software: Service = _service(2, 140.0, 560.0, 8000.0)


class Services(Section):
    """Business development services: experience goods with a fixed cost of development."""

    price: float = param(40.0, unit="USD", low=0, high=1e5, source="range 30-150 for a service unit",
                         meaning="price of one generic service")  # fmt: skip
    cost: float = param(38.0, unit="USD", low=0, high=1e5, source=HAND, meaning="unit cost of delivery")
    development: float = param(4000.0, unit="USD", low=0, high=1e6, source="3,000-8,000; 5-50 unit prices",
                               meaning="cost of making a service fit small firms")  # fmt: skip
    generic: float = param(0.35, unit="share", low=0, high=1, source=HAND,
                           meaning="use of the generic variety to a small firm, over the customised one")  # fmt: skip
    effect: float = param(0.04, unit="quality", low=0, high=1, source="assumption",
                          meaning="gain in quality from one customised service")  # fmt: skip
    worth: float = param(260.0, unit="USD", low=0, high=1e5, source="assumption",
                         meaning="value of one customised service to a firm")  # fmt: skip
    belief: float = param(0.4, unit="share of the true worth", low=0, high=2, source="assumption: experience goods",
                          meaning="what firms that never used a service think it is worth")  # fmt: skip
    interest: float = param(0.015, unit="1/month", low=0, high=1, source="assumption: every two years",
                            meaning="chance a month that a firm considers buying")  # fmt: skip
    mark_up: float = param(0.5, unit="share of the unit cost", low=0, high=10, source="assumption",
                           meaning="mark-up over the unit cost on a customised service")  # fmt: skip
    caution: float = param(0.6, unit="share", low=0, high=1, source="assumption",
                           meaning="share of the demand it expects on which a provider dares to count")  # fmt: skip
    horizon: int = param(36, unit="months", low=1, high=240, source="assumption",
                         meaning="time in which a provider wants development to be earned back")  # fmt: skip
    relief: float = param(0.8, unit="share of attention", low=0, high=1,
                          source="Clara et al. 2000, Box 3 (firms first ask for the law to be relaxed); size an assumption",
                          meaning="mean attention of firms to relief from outside, which keeps them from asking for services")  # fmt: skip
    felt: float = param(0.15, unit="share of the real need", low=0, high=1, source="Clara et al. 2000, ch. 3; size an assumption",
                        meaning="mean share of its real need for a service that a firm feels at the start")  # fmt: skip
    unproven: float = param(0.2, unit="share of the true worth", low=0, high=2, source="assumption: new to the cluster, and seen by nobody",
                            meaning="mean of what firms think a service of the catalogue is worth before there is proof")  # fmt: skip
    need_spread: float = param(0.25, unit="standard deviation", low=0, high=1, source="assumption",
                               meaning="spread between firms of what a service is truly worth to them")  # fmt: skip
    search: float = param(0.4, unit="1/month", low=0, high=1, source="assumption: each of five services about once a year",
                          meaning="chance a month that a firm has time to ask for one service of the catalogue")  # fmt: skip
    lasts: int = param(24, unit="months", low=1, high=240, source="assumption",
                       meaning="time after a use in which the same service is not needed again")  # fmt: skip
    attention: float = param(0.05, unit="1/month", low=0, high=1, source="assumption: a memory of about two years",
                             meaning="weight of this month in what providers think is asked for")  # fmt: skip
    generic_mark_up: float = param(1.0, unit="share of the unit cost", low=0, high=10, source="assumption: made and priced for larger firms",
                                   meaning="mark-up on the generic variety of a service, which stays on sale")  # fmt: skip
    power: float = param(0.8, unit="share of the surplus", low=0, high=1, source="assumption",
                         meaning="what a provider without a rival asks of what buyers think it worth beyond its cost")  # fmt: skip
    least_mark_up: float = param(0.1, unit="share of the unit cost", low=0, high=10, source="assumption",
                                 meaning="mark-up under which nobody sells")  # fmt: skip
    price_step: float = param(0.1, unit="1/month", low=0, high=1, source="assumption",
                              meaning="share of the gap to its target by which a provider moves its price")  # fmt: skip
    imitation: float = param(0.2, unit="share", low=0, high=1, source="assumption",
                             meaning="cost of development for one who can copy, over the first's")  # fmt: skip
    contract: float = param(1.0, unit="share", low=0, high=1, source="assumption: contracts are kept",
                            meaning="how far a contract with the programme holds a price down to its cap")  # fmt: skip
    joint: int = param(20, unit="firms", low=1, high=1000, source="assumption: one table",
                       meaning="most firms in one joint order; 1 or 2: there are none")  # fmt: skip
    joint_half: float = param(8.0, unit="firms", low=0.1, high=1000, source="Clara et al. 2000, ch. 5 (joint orders of software); size an assumption",
                              meaning="joint buyers before whom a provider gives up half of its mark-up")  # fmt: skip
    waiting: int = param(6, unit="months", low=1, high=120, source="assumption",
                         meaning="how long an unmet wish can still go into a joint order")  # fmt: skip
    articulation: float = param(0.6, unit="share of the gap", low=0, high=1,
                                source="Clara et al. 2000, Box 3 (about four months); size an assumption",
                                meaning="how far one talk with a fully trusted broker moves felt needs to real ones")  # fmt: skip
    hearing: float = param(0.4, unit="share of the gap", low=0, high=1, source="assumption: less than a talk for oneself",
                           meaning="the same at a meeting, towards the clearest view at the table")  # fmt: skip
    proof: float = param(0.6, unit="share of the gap", low=0, high=1, source="Clara et al. 2000, Box 4; size an assumption",
                         meaning="how far taking part in a pilot, or being shown one by a fully trusted peer, moves the believed worth to the true one")  # fmt: skip
    informing: float = param(0.1, unit="share of the gap", low=0, high=1, source="assumption: told is less than tried",
                             meaning="the same of a visit to an information point, for needs and one service's worth")  # fmt: skip
    visits: float = param(0.1, unit="1/month", low=0, high=1, source="assumption",
                          meaning="chance a month that a firm goes to an information point")  # fmt: skip
    teaching: float = param(0.1, unit="1/month", low=0, high=1, source="assumption",
                            meaning="share of a tutor's lead in skill that a member who fully trusts it makes up in a month")  # fmt: skip
    catalogue: Catalogue = Field(default_factory=Catalogue)


class Brand(Section):
    """A common brand with its catalogue, the policing of it, and certificates of single firms."""

    term: int = param(12, unit="months", low=1, high=120, source="assumption: a catalogue is printed every year",
                      meaning="how long a catalogue and its brand last")  # fmt: skip
    listing: float = param(0.05, unit="share of the gap to 1", low=0, high=1, source="assumption",
                           meaning="further access to distant buyers while a firm is in the catalogue")  # fmt: skip
    share: float = param(0.6, unit="share", low=0, high=1, source="assumption: buyers who know the brand look at it first",
                         meaning="part of the cluster's name, in what buyers cannot verify, whose place the brand's name takes")  # fmt: skip
    dilution: float = param(1.0, unit="ratio", low=0, high=5, source="assumption: bad goods are remembered longer than good ones",
                            meaning="weight of the mean shortfall of those below the carriers' mean in the brand's name")  # fmt: skip
    correction: float = param(2000.0, unit="USD per unit of quality", low=0, high=1e6, source="assumption",
                              meaning="what it costs a carrier found below the brand's standard to come up to it")  # fmt: skip
    certified: float = param(0.8, unit="share", low=0, high=1, source="assumption: a certificate shows most of what there is",
                             meaning="share of its own quality that buyers can verify of a certified firm")  # fmt: skip


class Investment(Section):
    """Investments of single firms that others help to pay: equipment and process, certificates."""

    interest: float = param(0.10, unit="1/month", low=0, high=1, source="assumption: most have thought about it within two years",
                            meaning="chance a month that a firm considers a standing offer")  # fmt: skip
    payback: int = param(24, unit="months", low=1, high=240, source="assumption",
                         meaning="time in which the margin above subsistence has to carry the firm's own share")  # fmt: skip
    saving: float = param(0.03, unit="share of the materials", low=0, high=0.3, source="assumption",
                          meaning="saving by new equipment and process")  # fmt: skip
    quality: float = param(0.05, unit="share of the gap to 1", low=0, high=1, source="assumption: as one training",
                           meaning="rise of quality by new equipment and process")  # fmt: skip
    renewal: float = param(0.5, unit="share", low=0, high=1, source="assumption: half of it gone",
                           meaning="share of that saving still left at which a firm thinks of new equipment again")  # fmt: skip
    ageing: float = param(0.01, unit="1/month", low=0, high=1, source="assumption: as quality wears (market.wear)",
                          meaning="share of that saving lost in a month")  # fmt: skip


class Facility(Section):
    """A common facility once it stands: its fees must carry it."""

    fee: float = param(6.0, unit="USD per user and month", low=0, high=1e4, source="assumption", meaning="what a user pays")
    running: float = param(90.0, unit="USD per month", low=0, high=1e6, source="assumption: a technician and the rent",
                           meaning="cost of keeping it open, whoever uses it")  # fmt: skip
    per_user: float = param(2.0, unit="USD per user and month", low=0, high=1e4, source="assumption: power and chemicals",
                            meaning="further cost of each user")  # fmt: skip
    saving: float = param(0.025, unit="share of the materials", low=0, high=0.25, source="assumption",
                          meaning="saving of a user whom it suits")  # fmt: skip
    quality: float = param(0.003, unit="share of the gap to 1 a month", low=0, high=1, source="assumption",
                           meaning="rise of a user's quality")  # fmt: skip
    patience: int = param(6, unit="months", low=1, high=120, source="assumption",
                          meaning="months in a row in which the fees do not carry it, after which it closes")  # fmt: skip


class Turnover(Section):
    """Firms close and open."""

    patience: int = param(9, unit="months", low=1, high=120, source="assumption",
                          meaning="months under the squeezed subsistence after which an owner gives up")  # fmt: skip
    entry: float = param(0.06, unit="1/month", low=0, high=1, source=HAND,
                         meaning="chance a month that an empty workshop is taken when income is twice subsistence")  # fmt: skip
    spare: float = param(0.10, unit="share of firms", low=0, high=1, source="assumption",
                         meaning="empty workshops at the start, over the number of firms")  # fmt: skip
    capital: float = param(60.0, unit="USD", low=0, high=1e5, source="assumption: savings of a worker",
                           meaning="cash with which a new firm starts")  # fmt: skip
