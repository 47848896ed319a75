"""A study under doubt about parameters: replication r uses draw r, and the folder says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import clustersim as cs
from clustersim.study.design.plan import LUCK_STRIDE, RunKey
from clustersim.study.store.folder import Store
from tests.study.execute.small_study import SMALL, study

DRAWS = cs.Ensemble("mine", ("trust.gain", "learning.use", "broker.visit_effect"),
                    ((0.05, 0.3, 0.15), (0.12, 0.4, 0.25), (0.09, 0.2, 0.2)), (0.2, 0.5, 0.3))  # fmt: skip


def test_replication_r_is_lived_under_draw_r_as_in_a_comparison(tmp_path: Path) -> None:
    result = study(vary=None, ensemble=DRAWS).run(tmp_path / "s", executor="threads", progress=None)
    table = result.to_df(["trust", "income"]).set_index(["arm", "replication"])
    both = cs.compare({arm.name: arm.scenario for arm in result.plan.arms}, replications=5, seed=4, ensemble=DRAWS)
    for name, arm in both.arms.items():
        for measure in ("trust", "income"):
            ends = [float(series[-12:].mean()) for series in arm.series(measure)]
            assert table.loc[name][measure].tolist() == pytest.approx(ends, rel=1e-12)
    plain = study(vary=None).run(tmp_path / "plain", executor="threads", progress=None).to_df(["trust"])
    assert (plain["trust"].to_numpy() != result.to_df(["trust"])["trust"].to_numpy()).any()
    run_id = result.plan.id(3)
    assert result.replay(run_id).same is True


def test_what_scenario_or_factor_sets_stays_set_and_other_luck_is_the_same_draw() -> None:
    base = cs.load_scenario("stagnant").with_values(SMALL | {"learning.use": 0.5})
    plan = cs.Study(base, vary={"trust.gain": [0.07]}, replications=4, ensemble=DRAWS).plan()
    assert [plan.settings_of(RunKey(0, 0, r))["trust.gain"] for r in range(3)] == [0.07] * 3
    assert plan.arms[0].free == ("trust.gain", "broker.visit_effect")
    assert plan.arms[0].drawn(1) == plan.arms[0].drawn(LUCK_STRIDE + 1) == plan.arms[0].drawn(4)
    assert plan.arms[0].drawn(0) != plan.arms[0].drawn(1)


def test_every_id_hangs_on_the_draws_and_without_an_ensemble_on_the_scenario_alone() -> None:
    plain, doubt = study().plan(), study(ensemble=DRAWS).plan()
    other = study(ensemble=replace(DRAWS, weights=(0.3, 0.4, 0.3))).plan()
    assert not set(plain.ids()) & set(doubt.ids())
    assert not set(other.ids()) & set(doubt.ids())
    assert [arm.digest for arm in plain.arms] == [arm.scenario.digest() for arm in plain.arms]


def test_it_grows_in_its_folder_and_stands_by_itself(tmp_path: Path) -> None:
    study(ensemble=DRAWS, replications=2).run(tmp_path / "s", executor="threads", progress=None)
    again = Store.read(tmp_path / "s").plan
    assert list(again.ids()) == list(study(ensemble=DRAWS, replications=2).plan().ids())
    grown = study(ensemble=DRAWS).run(tmp_path / "s", executor="threads", progress=None)
    whole = study(ensemble=DRAWS).run(tmp_path / "whole", executor="threads", progress=None)
    assert grown.to_df(["trust"]).equals(whole.to_df(["trust"]))
    with pytest.raises(cs.InputError, match="the ensemble mine, and this one has none"):
        study().run(tmp_path / "s", progress=None)


def test_a_file_may_name_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(DRAWS.to_json(), encoding="utf-8")
    file = tmp_path / "doubt.toml"
    file.write_text('base = "stagnant"\nensemble = "mine.json"\n', encoding="utf-8")
    assert cs.Study.from_file(file).arms[0].ensemble == DRAWS
    file.write_text('base = "stagnant"\nensemble = "al"\n', encoding="utf-8")
    with pytest.raises(cs.InputError, match=r"doubt\.toml:2.*did you mean 'all'"):
        cs.Study.from_file(file)
    (tmp_path / "mine.json").write_text(replace(DRAWS, parameters=("trust.gian", *DRAWS.parameters[1:])).to_json(),
                                        encoding="utf-8")  # fmt: skip
    file.write_text('base = "stagnant"\nensemble = "mine.json"\n', encoding="utf-8")
    with pytest.raises(cs.InputError, match=r"trust\.gian"):
        cs.Study.from_file(file)
    with pytest.raises(cs.InputError, match="must be the name of an ensemble"):
        study(ensemble=3)
