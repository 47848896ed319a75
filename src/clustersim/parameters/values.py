"""The parameters as compiled rules read them: one named tuple of numbers for each section.

``p.trust.gain`` in a rule is ``gain`` under ``[trust]`` in a scenario file.  Written out, since numba's cache finds the
types again by their names.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from clustersim.parameters import behaviour, economy, people, programme
from clustersim.parameters.declare import values_of, values_type

KINDS = tuple(behaviour.Activities.model_fields)  # joint activities, in the order of their codes
FAIR, PURCHASE, TRAINING, SHOWROOM, GUARANTEE, EXPO, TOUR, EXCHANGE, CATALOGUE, FACILITY = range(len(KINDS))
COMMON = 5  # the first kinds are known everywhere, the others only once they have been offered in the cluster
CHANNELS = ("local", "national", "export")
LOCAL, NATIONAL, EXPORT = range(len(CHANNELS))
SERVICES = tuple(economy.Catalogue.model_fields)  # services of the catalogue, in the order of their codes
TESTING, PACKAGING, DESIGN, WEB, SOFTWARE = range(len(SERVICES))
TOPICS = ("technical", "marketing", "design", "it")  # of courses

TrustValues = values_type(behaviour.Trust, __name__)
InformationValues = values_type(behaviour.Information, __name__)
JointActionValues = values_type(behaviour.JointAction, __name__)
ExposureValues = values_type(behaviour.Exposure, __name__)
LearningValues = values_type(behaviour.Learning, __name__)
FairnessValues = values_type(behaviour.Fairness, __name__)
GroupsValues = values_type(behaviour.Groups, __name__)
MarketValues = values_type(economy.Market, __name__)
HouseholdsValues = values_type(economy.Households, __name__)
CreditValues = values_type(economy.Credit, __name__)
ServicesValues = values_type(economy.Services, __name__)
BrandValues = values_type(economy.Brand, __name__)
InvestmentValues = values_type(economy.Investment, __name__)
FacilityValues = values_type(economy.Facility, __name__)
TurnoverValues = values_type(economy.Turnover, __name__)
InstitutionsValues = values_type(people.Institutions, __name__)
MiddlemenValues = values_type(people.Middlemen, __name__)
SelfHelpValues = values_type(people.SelfHelp, __name__)
HeirsValues = values_type(people.Heirs, __name__)
ClusterValues = values_type(programme.Cluster, __name__)
BrokerValues = values_type(programme.Broker, __name__)
UmbrellaValues = values_type(programme.Umbrella, __name__)
BusinessGroupsValues = values_type(programme.BusinessGroups, __name__)


class ActivityValues(NamedTuple):
    """The kinds of joint activity as columns, one row a kind."""

    fixed: Any
    per_head: Any
    gain: Any
    stake: Any


class ChannelValues(NamedTuple):
    """The market channels as columns, one row a channel."""

    price: Any
    quality: Any
    size: Any


class CatalogueValues(NamedTuple):
    """The services of the catalogue as columns, one row a service."""

    able: Any
    cost: Any
    worth: Any
    development: Any


class Parameters(NamedTuple):
    """All parameters of a run, by section."""

    trust: Any
    information: Any
    joint_action: Any
    exposure: Any
    learning: Any
    fairness: Any
    groups: Any
    market: Any
    households: Any
    credit: Any
    services: Any
    brand: Any
    investment: Any
    facility: Any
    turnover: Any
    institutions: Any
    middlemen: Any
    self_help: Any
    heirs: Any
    cluster: Any
    broker: Any
    umbrella: Any
    business_groups: Any
    activities: ActivityValues
    channels: ChannelValues
    catalogue: CatalogueValues


TYPES = {
    "trust": TrustValues, "information": InformationValues, "joint_action": JointActionValues,
    "exposure": ExposureValues, "learning": LearningValues, "fairness": FairnessValues, "groups": GroupsValues,
    "market": MarketValues, "households": HouseholdsValues, "credit": CreditValues, "services": ServicesValues,
    "brand": BrandValues, "investment": InvestmentValues, "facility": FacilityValues, "turnover": TurnoverValues,
    "institutions": InstitutionsValues, "middlemen": MiddlemenValues, "self_help": SelfHelpValues, "heirs": HeirsValues,
    "cluster": ClusterValues, "broker": BrokerValues,
    "umbrella": UmbrellaValues, "business_groups": BusinessGroupsValues,
}  # fmt: skip


def _columns(rows: list[Any], names: tuple[str, ...]) -> list[np.ndarray]:
    return [np.array([float(getattr(row, name)) for row in rows]) for name in names]


def parameter_values(scenario: Any) -> Parameters:
    """The numbers of a scenario, as compiled rules read them."""
    sections = {name: values_of(getattr(scenario, name), kind) for name, kind in TYPES.items()}
    kinds = [getattr(scenario.activities, name) for name in KINDS]
    channels = [getattr(scenario.market, name) for name in CHANNELS]
    services = [getattr(scenario.services.catalogue, name) for name in SERVICES]
    return Parameters(
        **sections,
        activities=ActivityValues(*_columns(kinds, ActivityValues._fields)),
        channels=ChannelValues(*_columns(channels, ChannelValues._fields)),
        catalogue=CatalogueValues(*_columns(services, CatalogueValues._fields)),
    )
