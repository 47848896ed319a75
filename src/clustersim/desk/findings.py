"""Everything that was found, as one record that JSON can hold: what the brief, the workbook and the terminal tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clustersim.desk import cea, records, voi, weigh, words
from clustersim.desk.draws import draws_of, numbers
from clustersim.desk.flips import LEVEL, flip
from clustersim.desk.lives import Lives
from clustersim.desk.outcomes import Table, as_dict, plain
from clustersim.desk.study_file import DeskStudy


def findings(study: DeskStudy, lives: Lives, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The record; see the keys below.  ``provenance`` is what the caller knows of command, time and versions."""
    table, money = Table(study, lives), study.money
    unknowns = numbers(draws_of(study), lives.kept)
    effects = {name: table.effect(name) for name in study.policies}
    costs = {name: table.costs(name) for name in study.policies}
    spent = {name: float(table.costs(name, discounted=False).mean()) for name in study.policies}
    dear = [name for name in study.policies if money.budget is not None and spent[name] > money.budget]
    open_ = [name for name in study.policies if name not in dear]
    open_costs, open_effects = {name: costs[name] for name in open_}, {name: effects[name] for name in open_}
    steps = cea.increments(open_costs, open_effects)
    worth, worth_words = _worth(study, costs, effects)
    benefit = weigh.benefits(worth, effects, costs, open_)
    best = weigh.best_of(benefit, study.none)
    grid = cea.grid_of(steps, worth)
    corners = [flip(name, benefit[name] >= benefit[best], unknowns, LEVEL / max(1, len(open_) - 1))
               for name in open_ if name != best]  # fmt: skip
    found: dict[str, Any] = {
        "study": records.study_of(study, lives),
        "money": money.model_dump() | {"rate": money.rate},
        "policies": [records.policy_of(study, name) for name in study.policies],
        "best": best,
        "worth": worth,
        "worth_words": worth_words,
        "over_budget": dear,
        "ranking": weigh.ranking(benefit, effects, costs, best),
        "alike": weigh.alike(open_effects, best, study.none),
        "if_counted": weigh.if_counted(table, costs, open_, best),
        "rows": [as_dict(row) for row in table.rows()],
        "increments": [{"policy": row.policy, "cost": row.cost, "effect": row.effect, "icer": plain(row.icer),
                        "status": row.status} for row in steps],
        "acceptability": {"worth": grid, "share": cea.acceptability(open_costs, open_effects, grid)},
        "unknowns": sorted(unknowns),
        "ensemble": records.ensemble_of(study),
        "voi": {"with_luck": voi.with_luck(benefit),
                "unknowns": [vars(one) | {"real": one.real} for one in voi.of_unknowns(benefit, unknowns)]},
        "flips": [vars(one) | {"sentence": one.sentence} for one in corners if one is not None],
        "indicators": records.indicators_of(table),
        "series": records.series_of(study, lives),
        "ledger": [list(row) for row in table.ledger_rows()],
        "runs": records.runs_of(study, lives, effects, costs, unknowns),
        "assumptions": records.assumptions_of(study, unknowns),
        "left_out": list(words.LEFT_OUT),
        "provenance": dict(provenance),
    }  # fmt: skip
    return found | {"answer": words.answer(found), "when_it_flips": words.when_it_flips(found),
                    "other_outcomes": words.if_counted(found), "worth_knowing": words.worth_knowing(found)}  # fmt: skip


def _worth(study: DeskStudy, costs: Mapping[str, weigh.Array], effects: Mapping[str, weigh.Array]) -> tuple[float, str]:
    """What a point is reckoned at, and why."""
    if study.money.worth is not None:
        return study.money.worth, "as the study says"
    worth, top = weigh.worth_of(costs, effects)
    return worth, f"what “{top}” pays for one on average" if top else "since no policy gains anything"
