"""Everything that was found, as one record that JSON can hold: what the brief, the workbook and the terminal tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.desk import cea, voi, words
from clustersim.desk.arrange import share_by_year
from clustersim.desk.draws import numbers
from clustersim.desk.flips import LEVEL, flip
from clustersim.desk.lives import MEASURED, Lives
from clustersim.desk.outcomes import LAST, WHEN, Table, as_dict
from clustersim.desk.study_file import DeskStudy, Draws
from clustersim.experiment import statistics
from clustersim.reference import look_up, measures

Array = NDArray[np.float64]
SERIES = ("trust", "joint_action", "unassisted", "willingness_to_pay", "income", "cost_recovery", "leverage")
"""measures whose courses are kept for charts"""
EFFECTS = {
    "joint_action": "firms acting jointly",
    "unassisted": "firms acting jointly without help",
    "trust": "of trust",
}


def findings(study: DeskStudy, lives: Lives, draws: Draws | None, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The record; see the keys below.  ``provenance`` is what the caller knows of command, time and versions."""
    table = Table(study, lives)
    unknowns = _kept(numbers(draws, max(lives.kept) + 1), lives)
    effects = {name: table.effect(name) for name in study.policies}
    costs = {name: table.costs(name) for name in study.policies}
    money = study.money
    spent = {name: float(table.costs(name, discounted=False).mean()) for name in study.policies}
    dear = [name for name in study.policies if money.budget is not None and spent[name] > money.budget]
    open_ = [name for name in study.policies if name not in dear]
    steps = cea.increments({name: costs[name] for name in open_}, {name: effects[name] for name in open_})
    worth, worth_words = _worth(study, costs, effects)
    benefit = {name: worth * effects[name] - costs[name] for name in open_}
    best = max(benefit, key=lambda name: float(benefit[name].mean()))
    grid = cea.grid_of(steps, worth)
    corners = [
        flip(name, benefit[name] >= benefit[best], unknowns, LEVEL / max(1, len(open_) - 1))
        for name in open_
        if name != best
    ]
    found: dict[str, Any] = {
        "study": _study(study, lives),
        "money": money.model_dump() | {"rate": money.rate},
        "policies": [_policy(study, name) for name in study.policies],
        "best": best,
        "worth": worth,
        "worth_words": worth_words,
        "over_budget": dear,
        "ranking": _ranking(open_, effects, costs, benefit, best),
        "alike": _alike(study, effects, open_, best),
        "rows": [as_dict(row) for row in table.rows()],
        "increments": [{"policy": row.policy, "cost": row.cost, "effect": row.effect, "icer": _plain(row.icer),
                        "status": row.status} for row in steps],
        "acceptability": {"worth": grid} | {"share": cea.acceptability({name: costs[name] for name in open_},
                                                                       {name: effects[name] for name in open_}, grid)},
        "unknowns": sorted(unknowns),
        "voi": {"with_luck": voi.with_luck(benefit),
                "unknowns": [vars(one) | {"real": one.real} for one in voi.of_unknowns(benefit, unknowns)]},
        "flips": [vars(one) | {"sentence": one.sentence} for one in corners if one is not None],
        "indicators": _indicators(table),
        "series": _series(study, lives),
        "ledger": [list(row) for row in table.ledger_rows()],
        "runs": _runs(study, lives, effects, costs, unknowns),
        "assumptions": _assumptions(study, unknowns),
        "left_out": list(words.LEFT_OUT),
        "provenance": dict(provenance),
    }  # fmt: skip
    said = {"answer": words.answer(found), "when_it_flips": words.when_it_flips(found),
            "worth_knowing": words.worth_knowing(found)}  # fmt: skip
    return found | said


def _kept(unknowns: Mapping[str, list[float]], lives: Lives) -> dict[str, list[float]]:
    """The values of the replications that were kept."""
    return {name: [column[r] for r in lives.kept] for name, column in unknowns.items()}


def _worth(study: DeskStudy, costs: Mapping[str, Array], effects: Mapping[str, Array]) -> tuple[float, str]:
    """What a point is reckoned at: as was said, or what the most effective policy pays for one on average."""
    if study.money.worth is not None:
        return study.money.worth, "as the study says"
    top = max(effects, key=lambda name: float(effects[name].mean()))
    gain = float(effects[top].mean())
    if gain <= 0.0:
        return 0.0, "since no policy gains anything"
    return float(costs[top].mean()) / gain, f"what “{top}” pays for one on average"


def _ranking(names: list[str], effects: Mapping[str, Array], costs: Mapping[str, Array],
             benefit: Mapping[str, Array], best: str) -> list[dict[str, Any]]:  # fmt: skip
    shares = cea.odds(benefit)
    rows = []
    for name in sorted(names, key=lambda one: -float(benefit[one].mean())):
        effect, cost = statistics.interval(effects[name]), statistics.interval(costs[name])
        behind = statistics.interval(benefit[name] - benefit[best])
        rows.append({"policy": name, "effect": effect.mean, "effect_low": _plain(effect.low),
                     "effect_high": _plain(effect.high), "cost": cost.mean, "cost_low": _plain(cost.low),
                     "cost_high": _plain(cost.high), "odds": shares[name],
                     "at_least_as_good": float((benefit[name] >= benefit[best]).mean()),
                     "behind": behind.mean, "behind_low": _plain(behind.low), "behind_high": _plain(behind.high),
                     "n": effect.n})  # fmt: skip
    return rows


def _alike(study: DeskStudy, effects: Mapping[str, Array], names: list[str], best: str) -> list[str]:
    """The policies whose effect cannot be told from that of the best: the paired interval holds zero."""
    return [name for name in names if name not in (best, study.none)
            and not statistics.interval(effects[name] - effects[best]).excludes_zero]  # fmt: skip


def _study(study: DeskStudy, lives: Lives) -> dict[str, Any]:
    effect = next(entry for entry in measures() if entry.name == study.effect)
    return {
        "name": study.name,
        "title": study.title,
        "base": study.base.name,
        "base_title": study.base.title,
        "none": study.none,
        "effect": study.effect,
        "effect_words": EFFECTS.get(study.effect, study.effect),
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


def _policy(study: DeskStudy, name: str) -> dict[str, Any]:
    policy = study.policies[name]
    exit_ = policy.exit or study.base.programme.end
    return {"name": name} | policy.model_dump() | {"activity": ", ".join(policy.activity), "exit": exit_,
            "unrecorded": policy.unrecorded, "share_by_year": dict(share_by_year(policy, study.scenarios[name])),
            "digest": study.scenarios[name].digest()}  # fmt: skip


def _indicators(table: Table) -> list[dict[str, Any]]:
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
                rows.append({"policy": policy, "indicator": name, "when": when, "baseline": _plain(base.mean),
                             "value": _plain(value.mean), "low": _plain(value.low), "high": _plain(value.high),
                             "gross": _plain(gross.mean), "attributable": _plain(due.mean),
                             "attributable_low": _plain(due.low), "attributable_high": _plain(due.high),
                             "n": value.n})  # fmt: skip
    return rows


def _series(study: DeskStudy, lives: Lives) -> dict[str, dict[str, dict[str, list[float | None]]]]:
    """Measure -> policy -> year by year the mean and its interval, at each December or twelfth month."""
    found: dict[str, dict[str, dict[str, list[float | None]]]] = {}
    months = range(11, study.months, 12)
    for measure in SERIES:
        rate = study.money.rate if measure == "income" else 1.0
        found[measure] = {}
        for policy in study.policies:
            columns = [statistics.interval(rate * lives.series(policy, measure)[:, month]) for month in months]
            found[measure][policy] = {"mean": [_plain(one.mean) for one in columns],
                                      "low": [_plain(one.low) for one in columns],
                                      "high": [_plain(one.high) for one in columns]}  # fmt: skip
    return found


def _runs(study: DeskStudy, lives: Lives, effects: Mapping[str, Array], costs: Mapping[str, Array],
          unknowns: Mapping[str, list[float]]) -> list[dict[str, Any]]:  # fmt: skip
    end = {name: min(study.months, study.exit_of(name) + 60) - 1 for name in study.policies}
    return [{"policy": name, "replication": r, "effect": float(effects[name][k]), "cost": float(costs[name][k])}
            | {measure: _plain(float(lives.measures[name][k, MEASURED.index(measure), end[name]]))
               for measure in ("trust", "joint_action", "unassisted", "income", "poverty")}
            | {unknown: column[k] for unknown, column in unknowns.items()}
            for name in study.policies for k, r in enumerate(lives.kept)]  # fmt: skip


def _assumptions(study: DeskStudy, unknowns: Mapping[str, list[float]]) -> list[dict[str, str]]:
    """What was uncertain, with its range and the source of the usual value."""
    ends: dict[str, list[Any]] = {
        factor.name: [factor.value(0.0), factor.value(1.0)] if factor.levels is None else list(factor.levels)
        for factor in study.factors}  # fmt: skip
    drawn = {name: [min(column), max(column)] for name, column in unknowns.items() if name not in ends}
    rows = []
    for name, values in {**ends, **drawn}.items():
        entry = next(iter(look_up(name)), None) if "." in name and name.split(".")[0] != "interventions" else None
        facts = entry.facts if entry else {}
        source = facts.get("source", "")
        rows.append({
            "name": name, "range": " to ".join(f"{end:.3g}" if isinstance(end, float) else str(end) for end in values),
            "usual": facts.get("default", ""), "meaning": facts.get("meaning", ""), "unit": facts.get("unit", ""),
            "source": f"calibrated ensemble; {source}" if name in drawn else source,
        })  # fmt: skip
    return rows


def _plain(value: float) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
