"""What a programme can do, and what can happen to a cluster: one kind a file, and NAMES, the one list of them.

A new kind takes one file like its neighbours here and one line below: its name, which is also the file's.
"""

from importlib import import_module

from clustersim.interventions.base import (
    Calendar,
    Gate,
    Grant,
    Intervention,
    Objection,
    Offer,
    Shares,
    Support,
    write_gates,
    write_grants,
    write_offers,
    write_supports,
)
from clustersim.interventions.taper import ShareTaper, Taper

__all__ = [
    "KINDS",
    "Calendar",
    "Gate",
    "Grant",
    "Intervention",
    "Objection",
    "Offer",
    "ShareTaper",
    "Shares",
    "Support",
    "Taper",
    "write_gates",
    "write_grants",
    "write_offers",
    "write_supports",
]

NAMES = (
    "diagnostic_study",
    "phase",
    "action_plan",
    "association_revival",
    "umbrella_organisation",
    "monitoring",
    "business_groups",
    "visits",
    "meetings",
    "network_formation",
    "joint_fair",
    "joint_purchase",
    "training",
    "demand_articulation",
    "pilot_service",
    "voucher",
    "information_point",
    "showroom",
    "study_tour",
    "cluster_to_cluster",
    "catalogue",
    "brand_policing",
    "technology_upgrading",
    "certification",
    "common_facility",
    "bank_mediation",
    "single_firm_support",
    "youth_first",
    "awareness",
    "institution_meeting",
    "self_help_groups",
    "micro_credit",
    "conflict_mediation",
    "handover",
    "broker_days",
    "mse_cdp",
    "flood",
    "demand_trend",
    "demand_shock",
    "import_liberalisation",
    "lead_firm_leaves",
    "group_fraud",
    "broker_withdrawn",
)


def _kind(name: str) -> type[Intervention]:
    """The one kind of intervention that the file of this name declares."""
    module = import_module(f"{__name__}.{name}")
    found = [
        value for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Intervention) and value.__module__ == module.__name__
    ]  # fmt: skip
    (only,) = found
    return only


KINDS: dict[str, type[Intervention]] = {name: _kind(name) for name in NAMES}
