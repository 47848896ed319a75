"""The tables of a record: the study and its policies, indicators, courses, runs, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.desk.arrange import share_by_year
from clustersim.desk.draws import fitted
from clustersim.desk.lives import MEASURED, Lives
from clustersim.desk.outcomes import LAST, WHEN, Table, plain
from clustersim.desk.study_file import EFFECTS, DeskStudy
from clustersim.experiment import statistics
from clustersim.reference import look_up, measures

Array = NDArray[np.float64]
SERIES = ("trust", "joint_action", "unassisted", "willingness_to_pay", "income", "cost_recovery", "leverage")
"""measures whose courses are kept for charts"""


def study_of(study: DeskStudy, lives: Lives) -> dict[str, Any]:
    """What was asked, of which cluster, and how often it was lived."""
    effect = next(entry for entry in measures() if entry.name == study.effect)
    return {
        "name": study.name,
        "title": study.title,
        "base": study.base.name,
        "base_title": study.base.title,
        "none": study.none,
        "effect": study.effect,
        "effect_words": EFFECTS[study.effect],
        "effect_definition": effect.facts["definition"],
        "replications": study.replications,
        "draws": len(lives.kept),
        "seed": study.seed,
        "months": study.months,
        "start": study.base.run.start,
        "firms": study.base.cluster.firms,
        "windows": list(WHEN),
        "last": LAST,
        "failed": list(lives.failed),
    }


def policy_of(study: DeskStudy, name: str) -> dict[str, Any]:
    """A policy as its row of the sheet says it, and the programme's mean share of offers year by year."""
    policy = study.policies[name]
    exit_ = policy.exit or study.base.programme.end
    return {"name": name} | policy.model_dump() | {"activity": ", ".join(policy.activity), "exit": exit_,
            "unrecorded": policy.unrecorded, "share_by_year": dict(share_by_year(policy, study.scenarios[name])),
            "digest": study.scenarios[name].digest()}  # fmt: skip


def indicators_of(table: Table) -> list[dict[str, Any]]:
    """Baseline, value, gross and attributable change, as results-measurement standards ask (DCED Standard, 2017)."""
    rows = []
    lives, study = table.lives, table.study
    for policy in study.policies:
        if policy == study.none:
            continue
        for name in ("trust", "joint_action", "unassisted", "income", "poverty", "willingness_to_pay"):
            rate = study.money.rate if name == "income" else 1.0
            base = statistics.interval(rate * lives.series(policy, name)[:, 0])
            for when in WHEN:
                own = np.array(table.values(policy, name, when))
                gross = statistics.interval(own - rate * lives.series(policy, name)[:, 0])
                other = table.values(study.none, name, when, at=policy)
                due = statistics.paired(list(own), other).difference
                value = statistics.interval(own)
                rows.append({"policy": policy, "indicator": name, "when": when, "baseline": plain(base.mean),
                             "value": plain(value.mean), "low": plain(value.low), "high": plain(value.high),
                             "gross": plain(gross.mean), "attributable": plain(due.mean),
                             "attributable_low": plain(due.low), "attributable_high": plain(due.high),
                             "n": value.n})  # fmt: skip
    return rows


def series_of(study: DeskStudy, lives: Lives) -> dict[str, dict[str, dict[str, list[float | None]]]]:
    """Measure -> policy -> year by year the mean and its interval, at each December or twelfth month."""
    found: dict[str, dict[str, dict[str, list[float | None]]]] = {}
    months = range(11, study.months, 12)
    for measure in SERIES:
        rate = study.money.rate if measure == "income" else 1.0
        found[measure] = {}
        for policy in study.policies:
            columns = [statistics.interval(rate * lives.series(policy, measure)[:, month]) for month in months]
            found[measure][policy] = {"mean": [plain(one.mean) for one in columns],
                                      "low": [plain(one.low) for one in columns],
                                      "high": [plain(one.high) for one in columns]}  # fmt: skip
    return found


def runs_of(study: DeskStudy, lives: Lives, effects: Mapping[str, Array], costs: Mapping[str, Array],
            unknowns: Mapping[str, list[float]]) -> list[dict[str, Any]]:  # fmt: skip
    """A row for each run: effect, cost, what stands five years after the exit, and its values of what is unknown."""
    end = {name: min(study.months, study.exit_of(name) + 60) - 1 for name in study.policies}
    return [{"policy": name, "replication": r, "effect": float(effects[name][k]), "cost": float(costs[name][k])}
            | {measure: plain(float(lives.measures[name][k, MEASURED.index(measure), end[name]]))
               for measure in ("trust", "joint_action", "unassisted", "income", "poverty")}
            | {unknown: column[k] for unknown, column in unknowns.items()}
            for name in study.policies for k, r in enumerate(lives.kept)]  # fmt: skip


def ensemble_of(study: DeskStudy) -> dict[str, Any] | None:
    """The ensemble that was used: how many sets, fitted to which cases, what was taken from it, what it identifies."""
    if study.ensemble is None:
        return None
    about, taken = study.ensemble.about, fitted(study)
    return {"name": study.ensemble.name, "sets": len(study.ensemble), "cases": list(about.get("cases", ())),
            "taken": taken, "identified": [name for name in about.get("identified", ()) if name in taken]}  # fmt: skip


def assumptions_of(study: DeskStudy, unknowns: Mapping[str, list[float]]) -> list[dict[str, str]]:
    """What was uncertain, its range and where that is from: what the ensemble identifies first, its rest last."""
    ends: dict[str, list[Any]] = {
        factor.name: [factor.value(0.0), factor.value(1.0)] if factor.levels is None else list(factor.levels)
        for factor in study.factors}  # fmt: skip
    drawn = {name: [min(column), max(column)] for name, column in unknowns.items() if name not in ends}
    ensemble = ensemble_of(study)
    known = ensemble["identified"] if ensemble else []
    rows = []
    for name in (*known, *ends, *(other for other in drawn if other not in known)):
        entry = next(iter(look_up(name)), None) if "." in name and name.split(".")[0] != "interventions" else None
        facts = entry.facts if entry else {}
        rows.append({
            "name": name, "range": " to ".join(f"{end:.3g}" if isinstance(end, float) else str(end)
                                               for end in ends.get(name) or drawn[name]),
            "usual": facts.get("default", ""), "meaning": facts.get("meaning", ""), "unit": facts.get("unit", ""),
            "source": _fit(ensemble, name) if ensemble and name in drawn else facts.get("source", ""),
        })  # fmt: skip
    return rows


def _fit(ensemble: Mapping[str, Any], name: str) -> str:
    said = "fitted: the published figures identify it" if name in ensemble["identified"] else "fitted, not identified"
    return f"ensemble “{ensemble['name']}”, {said}"
