"""Doubt about parameters: plausible parameter sets, fitted once for all cases, laid under any scenario."""

from clustersim.ensemble.draws import DEFAULT, Ensemble, Under, ensemble_of, load_ensemble, shipped
from clustersim.ensemble.observed import OBSERVED, Observation, observed_of

__all__ = ["DEFAULT", "OBSERVED", "Ensemble", "Observation", "Under", "ensemble_of", "load_ensemble", "observed_of",
           "shipped"]  # fmt: skip
