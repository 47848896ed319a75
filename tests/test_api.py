"""The Python of the contract, word for word; and every public name is there, and comes when it is asked for."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import clustersim as cs

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = """
import clustersim as cs

jaipur = cs.load_scenario("jaipur")                    # or a path
run = cs.run(jaipur, seed=1)                           # run.monthly, run.ledger, run.firms: DataFrames
both = cs.compare({"programme": jaipur, "none": jaipur.without_programme()}, replications=100, seed=1)
both.summary                                           # as in summary.csv
model = cs.ClusterModel(jaipur, seed=1)                # a mesa.Model
model.step(); model.run(months=12)
model.graph                                            # networkx, current
model.agents_by_type[cs.Firm]                          # mesa AgentSet of views
faster = jaipur.with_values({"broker.days_per_month": 6, "trust.gain": 0.08})
"""


def lived(code: str) -> dict[str, object]:
    """What the code leaves, run on few replications."""
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cs.InputWarning)
        exec(re.sub(r"replications=\d+", "replications=2", code), names)
    return names


def test_the_contract_word_for_word() -> None:
    import mesa
    import networkx
    import pandas

    names = lived(CONTRACT)
    run, both, model = names["run"], names["both"], names["model"]
    assert isinstance(run, cs.Run)
    assert isinstance(both, cs.Comparison)
    assert isinstance(model, cs.ClusterModel)
    for frame in (run.monthly, run.ledger, run.firms, both.summary, both.monthly, both.ledger, model.monthly):
        assert isinstance(frame, pandas.DataFrame)
        assert len(frame) > 0
    assert isinstance(model, mesa.Model)
    assert model.steps == len(model.monthly) == 13
    assert isinstance(model.graph, networkx.DiGraph)
    assert isinstance(model.agents_by_type[cs.Firm], mesa.agent.AgentSet)
    faster = names["faster"]
    assert isinstance(faster, cs.Scenario)
    assert (faster.broker.days_per_month, faster.trust.gain) == (6, 0.08)


def test_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    readme = ROOT / "README.md"
    for code in re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL):
        lived(code)


@pytest.mark.parametrize("name", cs.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(cs, name) is not None
    assert name in dir(cs)


def test_the_public_names_are_these() -> None:
    wanted = {"load_scenario", "parse_scenario", "Scenario", "scenarios", "run", "compare", "ClusterModel", "Firm",
              "BDSProvider", "Bank", "Institution", "Broker", "LocalAgent", "Group", "Intervention", "Offer", "Shares",
              "describe", "warm_up", "ClusterSimError", "InputError", "ModelFault", "__version__"}  # fmt: skip
    assert wanted <= set(cs.__all__)
    assert sorted(cs.__all__) == sorted(set(cs.__all__))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Frim'"):
        _ = cs.Frim


def test_the_package_itself_imports_next_to_nothing() -> None:
    code = "import sys, clustersim; print(*(set(sys.modules) & {'numpy', 'pydantic', 'mesa', 'numba', 'pandas'}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_an_intervention_of_ones_own() -> None:
    class Silence(cs.Intervention):
        """Does nothing at all."""

        start: str = cs.param("2000-01", unit="year-month", meaning="first month", source="a test")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cs.InputWarning)
        small = cs.load_scenario("stagnant").with_values({"cluster.firms": 12, "run.months": 6, "run.burn_in": 2})
    quiet = small.with_programme({"silence": Silence()})
    nothing = small.with_programme({})
    assert cs.run(quiet, seed=1).measures.tobytes() == cs.run(nothing, seed=1).measures.tobytes()
