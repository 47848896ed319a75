"""Doubt about parameters: plausible parameter sets, fitted once for all cases, laid under any scenario."""

from clustersim.ensemble.draws import DEFAULT, Ensemble, Under, load_ensemble, shipped
from clustersim.ensemble.observed import OBSERVED, Observation, observed_of

__all__ = ["DEFAULT", "OBSERVED", "Ensemble", "Observation", "Under", "load_ensemble", "observed_of", "shipped"]
