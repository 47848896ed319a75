"""Fit the free parameters once for all cases, and once more without each case in turn; leave ensembles and a report.

    python experiments/calibration/calibrate.py --out results/calibration

1. A Latin hypercube over the ranges of free.toml, each set run on every case (a study: killed, it goes on).
2. Rounds around the sets that come nearest to the published figures (ABC, abc_rounds.py), weighed for an even prior.
3. The patterns judge what is left: sets under which more of them lean the right way weigh more.
4. Ensembles for all cases and without each; `--ship` puts them where the package looks for them.

Before that, the method is tried where the truth is known: figures made by the model itself at sets drawn from the
prior.  What it cannot find there it cannot find in the field.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tomllib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

import clustersim as cs
from calibration import abc_rounds as abc
from calibration import report
from clustersim.ensemble import Ensemble, Observation, observed_of
from clustersim.errors import InputWarning
from clustersim.interventions import Calendar

HERE = Path(__file__).parent
SHIPPED = Path(cs.__file__).parent / "ensemble"
KERNEL = 0.05  # share of claims by which a set may lean worse than the best before its weight falls to a third
PRIOR_DRAWS = 64
LEFT_OUT = ("outreach",)  # follows from sizes of firms, which a case states
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """What free.toml says."""

    free: dict[str, tuple[float, float]]
    cases: tuple[str, ...]
    points: int
    replications: int
    seed: int
    keep: int
    rounds: int
    again: int
    draws: int
    signs: int

    @property
    def names(self) -> tuple[str, ...]:
        """The key paths of the free parameters."""
        return tuple(self.free)

    def values(self, unit: Floats) -> Floats:
        """From the unit cube to the parameters' own scales."""
        low, high = np.array(list(self.free.values())).T
        found: Floats = low + unit * (high - low)
        return found


def setting(toy: bool) -> Setting:
    """Read free.toml; a toy is far too small to tell anything."""
    text = tomllib.loads((HERE / "free.toml").read_text(encoding="utf-8"))
    free = {name: (entry["range"][0], entry["range"][1]) for name, entry in text.pop("free").items()}
    text["cases"] = tuple(text["cases"])
    if toy:
        text |= {"points": 24, "replications": 2, "keep": 8, "again": 12, "rounds": 1, "draws": 4, "signs": 2}
    return Setting(free=free, **text)


def targets(case: str) -> tuple[Observation, ...]:
    """The published figures of a case that are fitted to."""
    return tuple(seen for seen in observed_of(case) if seen.measure not in LEFT_OUT)


def scenarios(cases: Sequence[str], toy: bool) -> dict[str, cs.Scenario]:
    """The cases up to the month of their last target."""
    found = {}
    for case in cases:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InputWarning)  # shares as printed do not add up
            whole = cs.load_scenario(case)
        calendar = Calendar(whole.run.start, 0, whole.run.months)
        months = max(calendar.at(seen.date) for seen in targets(case)) + 1
        small = {"cluster.firms": 60, "run.burn_in": 6} if toy else {}
        found[case] = whole.with_values({"run.months": months, **small})
    return found


def simulate(unit: Floats, name: str, chosen: Setting, arms: dict[str, cs.Scenario], out: Path,
             workers: int | None) -> dict[str, Floats]:  # fmt: skip
    """Every set on every case: case -> (sets, targets, replications)."""
    rows = [dict(zip(chosen.names, map(float, row), strict=True)) for row in chosen.values(unit)]
    measures = sorted({seen.measure for case in arms for seen in targets(case)})
    study = cs.Study(next(iter(arms.values())), arms=arms, table=rows, replications=chosen.replications,
                     seed=chosen.seed, series=measures, name=name)  # fmt: skip
    monthly = study.run(out / name, workers=workers or "auto").monthly(*measures)
    found = {}
    for case, scenario in arms.items():
        calendar = Calendar(scenario.run.start, 0, scenario.run.months)
        of_case = monthly[monthly["arm"] == case]
        values = np.full((len(unit), len(targets(case)), chosen.replications), math.nan)
        for k, seen in enumerate(targets(case)):
            at = of_case[of_case["month"] == calendar.at(seen.date)]
            values[at["point"].to_numpy(), k, at["replication"].to_numpy()] = at[seen.measure].to_numpy()
        found[case] = values
    return found


def away(simulated: dict[str, Floats], cases: Sequence[str]) -> Floats:
    """How far each set is from the figures of some cases, each case counting alike."""
    found = [
        abc.distance(_means(simulated[case]), *(np.array([getattr(seen, what) for seen in targets(case)])
                                                for what in ("value", "tolerance")))
        for case in cases
    ]  # fmt: skip
    total: Floats = np.sqrt(np.mean(np.square(found), axis=0))
    return total


def _means(simulated: Floats) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a target that no history produced
        found: Floats = np.nanmean(simulated, axis=2)
    return found


def fit(name: str, cases: Sequence[str], first: tuple[Floats, dict[str, Floats]], chosen: Setting,
        arms: dict[str, cs.Scenario], out: Path, workers: int | None) -> abc.Population:  # fmt: skip
    """The rounds of one fit; with no case left it stays with the prior."""
    unit, simulated = first
    kept = abc.nearest(unit, away(simulated, cases), chosen.keep)
    print(f"{name}: distance of the nearest {len(kept.distance)}: {kept.distance[0]:.2f} to {kept.distance[-1]:.2f}")
    for k in range(chosen.rounds):
        unit = abc.around(kept, chosen.again, chosen.seed + 100 * k + 1)
        used = {case: arms[case] for case in cases}
        simulated = simulate(unit, f"{name}-{k + 1}", chosen, used, out, workers)
        kept = abc.reweighed(unit, away(simulated, cases), chosen.keep, kept)
        print(f"{name}: round {k + 1}: {kept.distance[0]:.2f} to {kept.distance[-1]:.2f}")
    return kept


def judged(kept: abc.Population, chosen: Setting, seed: int, workers: int | None,
           toy: bool) -> tuple[NDArray[np.int64], Floats]:  # fmt: skip
    """Rows of sets drawn from a population, and of each the share of scored claims that lean the right way.

    Patterns that restate one rule and figures that were fitted to say nothing here and are left out.
    """
    from clustersim.patterns import PATTERNS, leaning

    rows = np.unique(abc.systematic(kept.weights, chosen.draws))
    names, values = chosen.names, chosen.values(kept.unit[rows])
    even = Ensemble("candidates", names, tuple(map(tuple, values.tolist())), (1.0 / len(rows),) * len(rows))
    only = [p.id for p in PATTERNS if p.kind != "direct" and p.scored and "range" not in p.strictness]
    if toy:
        only = ["E2"]
    share = leaning(even, only=only, seed=seed, replications=chosen.signs * len(rows), workers=workers)
    return rows, np.array(share)


def keep(ensemble: Ensemble, options: argparse.Namespace) -> None:
    """Write an ensemble, and where asked also to where the package looks for it."""
    for folder in (options.out, SHIPPED) if options.ship else (options.out,):
        (folder / f"{ensemble.name}.json").write_text(ensemble.to_json(), encoding="utf-8", newline="\n")


def main() -> None:
    """Everything, in order."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("results/calibration"), help="studies, ensembles, report")
    asked.add_argument("--workers", type=int, help="all cores unless given")
    asked.add_argument("--ship", action="store_true", help="put the ensembles into the package")
    asked.add_argument("--toy", action="store_true", help="far too small to tell anything: does all work?")
    asked.add_argument("--without-patterns", action="store_true", help="leave the patterns' judgement out")
    options = asked.parse_args()
    chosen = setting(options.toy)
    options.out.mkdir(parents=True, exist_ok=True)
    arms = scenarios(chosen.cases, options.toy)
    from scipy.stats import qmc

    unit = qmc.LatinHypercube(len(chosen.names), rng=np.random.default_rng(chosen.seed)).random(chosen.points)
    first = (unit, simulate(unit, "prior", chosen, arms, options.out, options.workers))
    tried = report.synthetic(unit, {case: _means(values) for case, values in first[1].items()},
                             {case: np.array([seen.tolerance for seen in targets(case)]) for case in arms},
                             chosen.keep, chosen.seed)  # fmt: skip
    fits = {"all": chosen.cases}
    fits |= {f"without-{case}": tuple(c for c in chosen.cases if c != case) for case in chosen.cases}
    ensembles, posteriors = {}, {}
    drawn = qmc.LatinHypercube(len(chosen.names), rng=np.random.default_rng(chosen.seed + 1))
    before = np.round(chosen.values(drawn.random(8 if options.toy else PRIOR_DRAWS)), 6)
    about = {"method": "a Latin hypercube over the ranges, before any fit", "seed": chosen.seed + 1}
    even = (1.0 / len(before),) * len(before)
    keep(Ensemble("prior", chosen.names, tuple(map(tuple, before.tolist())), even, about), options)
    for name, cases in fits.items():
        kept = fit(name, cases, first, chosen, arms, options.out, options.workers)
        posteriors[name] = kept
        share = None
        if options.without_patterns or name != "all":  # the others are there for published figures alone
            rows, weights = abc.systematic(kept.weights, chosen.draws), np.full(chosen.draws, 1.0 / chosen.draws)
        else:
            rows, share = judged(kept, chosen, chosen.seed + 7, options.workers, options.toy)
            weights = np.exp(-(share.max() - share) / KERNEL)
        left = name.removeprefix("without-") if name != "all" else ""
        judges = "" if share is None else ", weighed by the patterns"
        about = {"cases": list(cases), "left_out": left, "seed": chosen.seed, "sets_tried": chosen.points,
                 "method": f"approximate Bayesian computation{judges}",
                 "identified": report.identified(chosen, kept),
                 "prior_width": report.prior_width(first[1], arms)}  # fmt: skip
        values = np.round(chosen.values(kept.unit[rows]), 6)
        ensembles[name] = Ensemble(name, chosen.names, tuple(map(tuple, values.tolist())),
                                   tuple((weights / weights.sum()).tolist()), about)  # fmt: skip
        keep(ensembles[name], options)
        if share is not None:
            print(f"{name}: claims that lean the right way: {share.min():.2f} to {share.max():.2f}")
    told: dict[str, Any] = {"synthetic": tried, "learned": report.learned(chosen, posteriors, ensembles)}
    (options.out / "calibration.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8", newline="\n")
    (options.out / "calibration.md").write_text(report.page(chosen, told, ensembles, arms, options.workers),
                                                encoding="utf-8", newline="\n")  # fmt: skip
    print(f"in {options.out}: calibration.md, {', '.join(f'{name}.json' for name in ensembles)}")


if __name__ == "__main__":
    main()
