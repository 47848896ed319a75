"""What a programme can do, and what can happen to a cluster: one kind a file, and KINDS, the one list of them.

A new kind takes one file like its neighbours here and one line below.
"""

from clustersim.interventions.bank_mediation import BankMediation
from clustersim.interventions.base import Calendar, Intervention, Offer, Shares, write_offers
from clustersim.interventions.conflict_mediation import ConflictMediation
from clustersim.interventions.demand_trend import DemandTrend
from clustersim.interventions.diagnostic_study import DiagnosticStudy
from clustersim.interventions.flood import Flood
from clustersim.interventions.handover import Handover
from clustersim.interventions.joint_fair import JointFair
from clustersim.interventions.joint_purchase import JointPurchase
from clustersim.interventions.meetings import Meetings
from clustersim.interventions.network_formation import NetworkFormation
from clustersim.interventions.showroom import Showroom
from clustersim.interventions.single_firm_support import SingleFirmSupport
from clustersim.interventions.training import Training
from clustersim.interventions.visits import Visits

__all__ = ["KINDS", "Calendar", "Intervention", "Offer", "Shares", "write_offers"]

KINDS: dict[str, type[Intervention]] = {
    "diagnostic_study": DiagnosticStudy,
    "visits": Visits,
    "meetings": Meetings,
    "network_formation": NetworkFormation,
    "joint_fair": JointFair,
    "joint_purchase": JointPurchase,
    "training": Training,
    "showroom": Showroom,
    "bank_mediation": BankMediation,
    "single_firm_support": SingleFirmSupport,
    "conflict_mediation": ConflictMediation,
    "handover": Handover,
    "flood": Flood,
    "demand_trend": DemandTrend,
}
