"""How firms trust, expect, compare and decide: the behavioural parameters, section by section."""

from __future__ import annotations

from typing import Literal

from clustersim.parameters.declare import Section, param

PRIOR = "starting range of the design, fitted by hand to the patterns; assumption until calibrated"


class Trust(Section):
    """Directed trust between two firms, in [0, 1]."""

    rule: Literal["asymmetric", "beta", "loyalty", "average"] = param(
        "asymmetric", unit="choice",
        meaning="how kept and broken promises move trust; the rivals test which findings hang on one rule",
        source="asymmetric: Slovic 1993; beta: Jøsang and Ismail 2002; loyalty: Klos and Nooteboom 2001; average: "
        "symmetric exponential average")  # fmt: skip
    gain: float = param(
        0.12, unit="share of the gap to 1", low=0, high=0.5, source=f"{PRIOR}; range .02-.15",
        meaning="step up for one kept promise of full weight")  # fmt: skip
    loss: float = param(
        0.38, unit="share of trust", low=0, high=1, source="Slovic 1993 (asymmetry); 2 to 5 times the gain (centre 3), here 3.2",
        meaning="step down for one broken promise of full weight")  # fmt: skip
    damage: float = param(
        0.35, unit="share", low=0, high=1, source=PRIOR,
        meaning="reputation damage left by a broken promise; it slows the way back up")  # fmt: skip
    healing: float = param(
        0.02, unit="1/month", low=0, high=0.2, source=f"{PRIOR}; range 0-.03",
        meaning="share of the reputation damage that heals in a month")  # fmt: skip
    drift: float = param(
        0.006, unit="1/month", low=0, high=0.2, source=PRIOR,
        meaning="without contact trust drifts to the actor's general disposition at this rate")  # fmt: skip
    dealing: float = param(
        0.15, unit="weight", low=0, high=1, source="assumption: an everyday favour weighs less than a joint activity",
        meaning="weight of an everyday dealing (a tool lent, an order passed on) against a joint activity")  # fmt: skip
    dealing_rate: float = param(
        0.5, unit="1/month", low=0, high=1, source="assumption: a neighbour is asked for something every other month",
        meaning="chance that a firm asks one of its contacts for something in a month")  # fmt: skip
    memory: float = param(
        0.99, unit="share kept a month", low=0.5, high=1, source="Jøsang and Ismail 2002 (forgetting factor); here about the drift of the other rules",
        meaning="rule beta: how much of the evidence is still remembered a month later")  # fmt: skip
    prior_weight: float = param(
        6.0, unit="dealings", low=0.5, high=50, source="assumption: a disposition counts as six dealings",
        meaning="rule beta: weight of the general disposition as prior evidence")  # fmt: skip
    firmness: float = param(
        0.15, unit="share", low=0, high=0.99, source="Klos and Nooteboom 2001 (trust factor); here a first step like that of the other rules",
        meaning="rule loyalty: how fast uninterrupted kept promises raise trust")  # fmt: skip


class Information(Section):
    """What firms hear from each other."""

    talk: float = param(
        0.5, unit="1/month", low=0, high=1, source="assumption: neighbours talk about a third firm every other month",
        meaning="chance that a firm hears in a month what one contact thinks of another")  # fmt: skip
    own_weight: float = param(
        5.0, unit="contacts", low=0.5, high=50, source="Burt and Knez 1995; range 2-10",
        meaning="weight of one's own opinion against one voice of full trust")  # fmt: skip
    bad_news: float = param(
        2.0, unit="ratio", low=1, high=5, source="bad news travels further: range 1-3; assumption",
        meaning="weight of an opinion worse than one's own against a better one")  # fmt: skip
    witness: float = param(
        0.5, unit="weight", low=0, high=1, source="Burt and Knez 1995 (third parties); size an assumption",
        meaning="weight of a promise seen kept or heard broken by a contact of the firm, against one's own dealing")  # fmt: skip
    standing_loss: float = param(
        0.25, unit="share", low=0, high=1, source="assumption",
        meaning="public standing lost by a firm that broke its word in a joint activity")  # fmt: skip
    standing_recovery: float = param(
        0.01, unit="1/month", low=0, high=1, source="assumption: half forgotten in six years",
        meaning="share of lost standing that comes back in a month")  # fmt: skip
    fraud_loss: float = param(
        0.8, unit="share", low=0, high=1, source="assumption: worse than a word broken once",
        meaning="public standing lost by one who runs off with common money")  # fmt: skip
    fraud_weight: float = param(
        2.0, unit="weight", low=0, high=5, source="assumption: a fraud counts as two broken promises",
        meaning="weight of a fraud, against a broken promise in a joint activity")  # fmt: skip
    talk_of_needs: float = param(
        0.01, unit="1/month", low=0, high=1, source="assumption",
        meaning="speed at which what a firm thinks an activity is worth moves to what a trusted contact thinks")  # fmt: skip


class JointAction(Section):
    """The decision to act together: an assurance game with a threshold."""

    trust_weight: float = param(
        0.6, unit="share", low=0, high=1, source=PRIOR,
        meaning="weight of trust in the others invited, against the climate belief, in the chance that they come")  # fmt: skip
    threshold: float = param(
        0.4, unit="share of those invited", low=0.05, high=1, source=f"{PRIOR}; range .3-.8",
        meaning="share of those invited who must come for the activity to happen")  # fmt: skip
    prior_value: float = param(
        0.65, unit="share of the true value", low=0, high=2, source=PRIOR,
        meaning="what firms without experience think a joint activity is worth")  # fmt: skip
    refund: float = param(
        0.5, unit="share", low=0, high=1, source="assumption: deposits come back, preparation is lost",
        meaning="share of the contribution returned when an activity fails")  # fmt: skip
    fear: float = param(
        0.25, unit="share of the cost", low=0, high=3, source="assumption: a failed try costs face as well as money",
        meaning="cost of a failed try beyond the money, in shares of the full cost per head")  # fmt: skip
    noise: float = param(
        0.25, unit="share of the cost", low=0, high=3, source="assumption",
        meaning="spread of what a firm overlooks or knows beyond the model when it decides")  # fmt: skip
    free_riders: float = param(
        0.30, unit="share of firms", low=0, high=1, source="Fischbacher, Gächter and Fehr 2001",
        meaning="share of firms that break their word when it pays")  # fmt: skip
    break_free_rider: float = param(
        0.30, unit="chance", low=0, high=1, source="assumption",
        meaning="chance that a free rider who said yes does not come")  # fmt: skip
    break_conditional: float = param(
        0.04, unit="chance", low=0, high=1, source="assumption: illness, a rush order",
        meaning="chance that a conditional co-operator who said yes does not come")  # fmt: skip
    travel: float = param(
        0.5, unit="USD per km", low=0, high=100, source="assumption: the fare, and half an hour's work forgone for ten km",
        meaning="what coming together costs a firm for each km from the middle of those asked, in time and trouble")  # fmt: skip
    fit_spread: float = param(
        0.35, unit="standard deviation", low=0, high=1, source="assumption: activities do not suit all alike",
        meaning="spread of how well an activity suits a firm (mean 1)")  # fmt: skip
    fit_known: float = param(
        0.5, unit="share", low=0, high=1, source="assumption: half known beforehand",
        meaning="share of the fit that a firm knows before it has tried")  # fmt: skip
    crowding: float = param(
        0.9, unit="share", low=0, high=1, source=PRIOR,
        meaning="part of the gain of a marketing activity that shrinks as more firms of the segment take part")  # fmt: skip
    crowding_half: float = param(
        0.12, unit="share of the segment", low=0.001, high=10, source=PRIOR,
        meaning="share of the segment taking part in a year at which the shrinking part is halved")  # fmt: skip


class Activity(Section):
    """One kind of joint activity: what it costs and what it gives."""

    fixed: float = param(..., unit="USD", low=0, high=1e6, meaning="cost whatever the number of participants",
                         source="assumption: such that all of Jaipur's activities cost what Clara et al. 2000, Table 1 adds up to")  # fmt: skip
    per_head: float = param(..., unit="USD per participant", low=0, high=1e5, meaning="further cost for each participant",
                            source="assumption: such that all of Jaipur's activities cost what Clara et al. 2000, Table 1 adds up to")  # fmt: skip
    gain: float = param(..., unit="USD per participant", low=0, high=1e5,
                        meaning="true value of one participation to a firm that it suits, before crowding",
                        source="assumption: value over cost 1.5-5, a range of the design")  # fmt: skip
    stake: float = param(..., unit="ratio", low=0.1, high=5, meaning="threshold of this kind over the general threshold",
                         source="assumption: strategic projects need more who commit")  # fmt: skip


class RareActivity(Activity):
    """A kind that a group knows only once it has been offered in the cluster."""

    fixed: float = param(..., unit="USD", low=0, high=1e6, meaning="cost whatever the number of participants",
                         source="assumption: a magnitude beside those of fairs and training; the source prints no cost of this kind")  # fmt: skip
    per_head: float = param(..., unit="USD per participant", low=0, high=1e5, meaning="further cost for each participant",
                            source="assumption: a magnitude beside those of fairs and training; the source prints no cost of this kind")  # fmt: skip


class Activities(Section):
    """The kinds of joint activity.  Costs of fairs follow the totals of Clara, Russo and Gulati 2000, Table 1."""

    fair: Activity = Activity(fixed=2000.0, per_head=80.0, gain=600.0, stake=1.0)
    purchase: Activity = Activity(fixed=150.0, per_head=20.0, gain=140.0, stake=0.9)
    training: Activity = Activity(fixed=700.0, per_head=15.0, gain=180.0, stake=0.9)
    showroom: Activity = Activity(fixed=6000.0, per_head=100.0, gain=1800.0, stake=1.25)
    guarantee: Activity = Activity(fixed=200.0, per_head=60.0, gain=200.0, stake=1.0)
    expo: RareActivity = RareActivity(fixed=5000.0, per_head=400.0, gain=1600.0, stake=1.0)
    tour: RareActivity = RareActivity(fixed=800.0, per_head=150.0, gain=400.0, stake=0.9)
    exchange: RareActivity = RareActivity(fixed=600.0, per_head=20.0, gain=120.0, stake=0.9)
    catalogue: RareActivity = RareActivity(fixed=1500.0, per_head=40.0, gain=300.0, stake=1.0)
    facility: RareActivity = RareActivity(fixed=12000.0, per_head=50.0, gain=1500.0, stake=1.25)


class Exposure(Section):
    """What firms take home that have seen a cluster where firms act together, and what they tell of it."""

    climate: float = param(0.12, unit="share of the gap to 1", low=0, high=1,
                           source="assumption: to have seen it done weighs about as much as one success of one's own",
                           meaning="rise of the climate belief of who has seen firms elsewhere act together")  # fmt: skip
    worth: float = param(0.25, unit="share of the gap to the true worth", low=0, high=1,
                         source="assumption: less than one's own use (learning.use)",
                         meaning="rise of the believed worth of every known kind of activity that seems worth less than it is")  # fmt: skip
    told: float = param(0.04, unit="share of the gap", low=0, high=1, source="assumption: less than seeing it oneself (learning.demonstration)",
                        meaning="how far a contact that fully trusts the traveller comes up to what it believes now")  # fmt: skip


class Learning(Section):
    """What a firm comes to expect of others in general (the climate belief), and of an activity's worth."""

    success: float = param(0.10, unit="share of the gap to 1", low=0, high=1, source=PRIOR,
                           meaning="rise of the climate belief of those who took part in a success")  # fmt: skip
    failure: float = param(0.12, unit="share", low=0, high=1, source=PRIOR,
                           meaning="fall of the climate belief of those who tried and failed")  # fmt: skip
    observe: float = param(0.06, unit="share of the gap to 1", low=0, high=1, source=PRIOR,
                           meaning="rise of the climate belief on seeing a fully trusted contact succeed")  # fmt: skip
    observe_kept: float = param(0.001, unit="share of the gap to 1", low=0, high=1, source=PRIOR,
                                meaning="step of the climate belief when an everyday promise is kept (up) or broken (down)")  # fmt: skip
    forget: float = param(0.012, unit="1/month", low=0, high=1, source=PRIOR,
                          meaning="rate at which the climate belief returns to the general disposition")  # fmt: skip
    use: float = param(0.35, unit="share of the gap", low=0, high=1, source=PRIOR,
                       meaning="how far one use moves the believed worth of an activity to the worth experienced")  # fmt: skip
    demonstration: float = param(0.05, unit="share of the gap", low=0, high=1, source=PRIOR,
                                 meaning="how far seeing a fully trusted contact use it moves the believed worth")  # fmt: skip
    rival_damping: float = param(0.5, unit="share", low=0, high=1, source="Hardy and McCasland 2021",
                                 meaning="share of a demonstration that is hidden between close rivals")  # fmt: skip


class Fairness(Section):
    """Unequal help: what was visible, private and not agreed is resented inside one's own group."""

    envy: float = param(0.425, unit="weight", low=0, high=2,
                        source="meta-analysis of Fehr-Schmidt parameters: .425 [.244, .606]",
                        meaning="weight of being behind a favoured peer")  # fmt: skip
    guilt: float = param(0.291, unit="weight", low=0, high=2,
                         source="meta-analysis of Fehr-Schmidt parameters: .291 [.218, .363]",
                         meaning="weight of being ahead: lowers what a favoured firm thinks its gain is worth")  # fmt: skip
    agreed: float = param(0.1, unit="weight", low=0, high=1, source="assumption: who decides is what differs",
                          meaning="what is left of envy when the group chose the favoured firm itself")  # fmt: skip
    scale: float = param(1500.0, unit="USD", low=1, high=1e6, source="assumption: about a year's income",
                         meaning="private gain that counts as one unit of favour")  # fmt: skip
    fading: float = param(0.03, unit="1/month", low=0, high=1, source="assumption",
                          meaning="share of a grievance that fades in a month")  # fmt: skip
    trust_cost: float = param(0.06, unit="share of trust a month", low=0, high=1, source="assumption",
                              meaning="trust in the favoured firm lost in a month per unit of grievance")  # fmt: skip
    conflict: float = param(0.25, unit="1/month", low=0, high=1, source="assumption",
                            meaning="chance a month of an open conflict per unit of mean grievance in the group")  # fmt: skip
    conflict_cost: float = param(0.25, unit="share of trust", low=0, high=1, source="assumption",
                                 meaning="trust lost in every pair of the group when a conflict breaks out")  # fmt: skip
    standstill: int = param(6, unit="months", low=0, high=120, source="assumption: half a year",
                            meaning="how long a group in conflict does nothing together")  # fmt: skip
    resentment: float = param(0.8, unit="share of the cost", low=0, high=2,
                              source="Köszegi and Rabin 2006 (loss against a reference price)",
                              meaning="how much a cost share above the one got used to hurts")  # fmt: skip
    reference: float = param(0.5, unit="share of the gap", low=0, high=1, source="assumption; Dupas 2014",
                             meaning="how far one payment moves the reference price, when the end is not announced")  # fmt: skip
    announced: float = param(0.5, unit="ratio", low=0, high=1, source="assumption",
                             meaning="the same where the end of the help was announced, over where it was not")  # fmt: skip


class Groups(Section):
    """Associations, networks and self-help groups."""

    network_size: int = param(16, unit="firms", low=3, high=200, source="Clara et al. 2000, Annex I: networks of 15-27",
                              meaning="size at which a network is full; candidates then found one of their own")  # fmt: skip
    invited: int = param(24, unit="firms", low=3, high=200, source="assumption: stands of one fair",
                         meaning="most firms that are invited to one activity of a group")  # fmt: skip
    propose: float = param(0.40, unit="1/month", low=0, high=1, source=PRIOR,
                           meaning="chance a month that a group of full capacity proposes an activity of its own")  # fmt: skip
    capacity_gain: float = param(0.20, unit="share of the gap to 1", low=0, high=1, source=PRIOR,
                                 meaning="rise of a group's capacity with an activity it ran itself")  # fmt: skip
    capacity_decay: float = param(0.012, unit="1/month", low=0, high=1, source=PRIOR,
                                  meaning="loss of a group's capacity in a month")  # fmt: skip
    reliance_gain: float = param(0.25, unit="share of the gap to 1", low=0, high=1, source=PRIOR,
                                 meaning="how far an activity run by the broker makes a group wait for the next one")  # fmt: skip
    reliance_fade: float = param(0.05, unit="1/month", low=0, high=1, source=PRIOR,
                                 meaning="how fast that waiting fades when the broker stays away or its end is near")  # fmt: skip
    foresight: int = param(24, unit="months", low=0, high=240, source="assumption: people act on the last two years",
                           meaning="time before an announced end from which groups stop waiting for the broker")  # fmt: skip
    imitation: float = param(0.10, unit="1/month", low=0, high=1,
                             source="Sultan, Farley and Lehmann 1990: q .3-.5 a year at full share",
                             meaning="chance a month of asking to join at a full trust-weighted share of contacts inside")  # fmt: skip
    innovation: float = param(0.0004, unit="1/month", low=0, high=1,
                              source="Sultan, Farley and Lehmann 1990: p .001-.03 a year",
                              meaning="chance a month of asking to join, on top of imitation, for firms with a contact inside")  # fmt: skip
    admission: float = param(0.33, unit="trust", low=0, high=1, source=PRIOR,
                             meaning="mean trust of the members who know a candidate that is needed to admit it")  # fmt: skip
    absorption: float = param(0.05, unit="1/month", low=0, high=1, source="Clara et al. 2000: CALICO 26 to 120 in two years",
                              meaning="newcomers that a group can take in a month, as a share of its members")  # fmt: skip
    founding: float = param(0.004, unit="1/month", low=0, high=1, source=PRIOR,
                            meaning="chance a month that a firm able to lead founds a network among contacts it fully trusts")  # fmt: skip
    leaving: float = param(0.03, unit="1/month", low=0, high=1, source=PRIOR,
                           meaning="chance a month of leaving a group that has done nothing worth it for a year and a half")  # fmt: skip
    leaders: float = param(0.15, unit="share of firms", low=0, high=1, source=PRIOR,
                           meaning="share of firms whose owner can lead a group")  # fmt: skip
    tiring: float = param(0.008, unit="1/month", low=0, high=1, source=PRIOR,
                          meaning="chance a month that a leader gives up")  # fmt: skip
