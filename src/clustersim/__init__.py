"""clustersim: what does a neutral broker, and a programme around it, change in a cluster of small firms?

    import clustersim as cs

    jaipur = cs.load_scenario("jaipur")
    both = cs.compare({"programme": jaipur, "none": jaipur.without_programme()}, replications=100, seed=1)
    print(both.answer)

Each name is imported when it is first used, so that ``import clustersim`` takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clustersim.ensemble import Ensemble, load_ensemble
    from clustersim.errors import (
        ClusterSimError,
        InputError,
        InputWarning,
        ModelFault,
        Problem,
        ResourceError,
        StoreError,
    )
    from clustersim.experiment.compare import compare
    from clustersim.experiment.result import Comparison
    from clustersim.experiment.trial import trial
    from clustersim.experiment.trial_result import TrialResult
    from clustersim.experiment.worlds import ManyWorlds, run_worlds
    from clustersim.interventions import Calendar, Intervention, Offer, Shares
    from clustersim.interventions.taper import Taper
    from clustersim.levers import Plan
    from clustersim.model import ClusterModel
    from clustersim.parameters.declare import param
    from clustersim.reference import look_up as describe
    from clustersim.roster import from_graph, import_survey
    from clustersim.scenario import Scenario, load_scenario, parse_scenario
    from clustersim.scenario import shipped as scenarios
    from clustersim.simulation import Run, run, warm_up
    from clustersim.state import Bank, BDSProvider, Broker, Firm, Group, Institution, LocalAgent
    from clustersim.study.analysis.result import StudyResult, read_study
    from clustersim.study.definition import Study

    __version__: str

__all__ = [
    "BDSProvider",
    "Bank",
    "Broker",
    "Calendar",
    "ClusterModel",
    "ClusterSimError",
    "Comparison",
    "Ensemble",
    "Firm",
    "Group",
    "InputError",
    "InputWarning",
    "Institution",
    "Intervention",
    "LocalAgent",
    "ManyWorlds",
    "ModelFault",
    "Offer",
    "Plan",
    "Problem",
    "ResourceError",
    "Run",
    "Scenario",
    "Shares",
    "StoreError",
    "Study",
    "StudyResult",
    "Taper",
    "TrialResult",
    "__version__",
    "compare",
    "describe",
    "from_graph",
    "import_survey",
    "load_ensemble",
    "load_scenario",
    "param",
    "parse_scenario",
    "read_study",
    "run",
    "run_worlds",
    "scenarios",
    "trial",
    "warm_up",
]

_HOMES = {
    "ensemble": ("Ensemble", "load_ensemble"),
    "errors": ("ClusterSimError", "InputError", "InputWarning", "ModelFault", "Problem", "ResourceError", "StoreError"),
    "experiment.compare": ("compare",),
    "experiment.result": ("Comparison",),
    "experiment.trial": ("trial",),
    "experiment.trial_result": ("TrialResult",),
    "experiment.worlds": ("ManyWorlds", "run_worlds"),
    "interventions": ("Calendar", "Intervention", "Offer", "Shares"),
    "interventions.taper": ("Taper",),
    "levers": ("Plan",),
    "model": ("ClusterModel",),
    "parameters.declare": ("param",),
    "reference": ("describe",),
    "roster": ("from_graph", "import_survey"),
    "scenario": ("Scenario", "load_scenario", "parse_scenario", "scenarios"),
    "simulation": ("Run", "run", "warm_up"),
    "state": ("BDSProvider", "Bank", "Broker", "Firm", "Group", "Institution", "LocalAgent"),
    "study.definition": ("Study",),
    "study.analysis.result": ("StudyResult", "read_study"),
}
_OWN_NAMES = {"describe": "look_up", "scenarios": "shipped"}  # what some are called at home


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    else:
        home = next((home for home, names in _HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{home}"), _OWN_NAMES.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(__name__)
    except PackageNotFoundError:  # run from a source tree that nobody has installed
        return "0+unknown"
