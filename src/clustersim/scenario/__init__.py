"""A scenario: a complete, checked, frozen description of a cluster, what is done there, and for how long."""

from clustersim.scenario.model import PROGRAMME, Scenario, load_scenario, parse_scenario, shipped

__all__ = ["PROGRAMME", "Scenario", "load_scenario", "parse_scenario", "shipped"]
