"""What each mechanism is for: the whole scoreboard with one mechanism switched off at a time.

A folder of results, one file a mechanism, each whole or absent: killed, the same command goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from clustersim.ensemble import Ensemble
from clustersim.errors import InputError, Problem, closest
from clustersim.experiment.files import MANIFEST, WRITTEN_BY
from clustersim.patterns.declare import Pattern
from clustersim.patterns.execute import PATTERNS, chosen_of, run_patterns
from clustersim.study.design.version import model_version
from clustersim.study.store.durable import make_folder, write_whole

NOTHING = "nothing"


class Mechanism(NamedTuple):
    """A mechanism, and the values that switch it off."""

    name: str
    words: str
    off: Mapping[str, Any]


MECHANISMS = (
    Mechanism(NOTHING, "nothing is switched off", {}),
    Mechanism("gossip", "what contacts say of third parties", {"information.talk": 0.0, "information.witness": 0.0}),
    Mechanism("standing", "public standing lost by a broken word", {"information.standing_loss": 0.0}),
    Mechanism("asymmetry", "a broken promise weighs more than a kept one", {"trust.rule": "average"}),
    Mechanism("drift", "trust returns to the disposition without contact", {"trust.drift": 0.0}),
    Mechanism("climate", "the belief that others would come counts beside trust", {"joint_action.trust_weight": 1.0}),
    Mechanism("fear", "the fear of a failed try", {"joint_action.fear": 0.0, "learning.failure": 0.0}),
    Mechanism("success", "own success raises that belief", {"learning.success": 0.0}),
    Mechanism("demonstration", "success is seen by contacts", {"learning.observe": 0.0, "learning.demonstration": 0.0}),
    Mechanism("learning by use", "use teaches what a thing is worth", {"learning.use": 0.0}),
    Mechanism("fairness", "favours that nobody agreed on are resented", {"fairness.envy": 0.0}),
    Mechanism("reference price", "who paid little resents the full price", {"fairness.resentment": 0.0}),
    Mechanism("visits", "visits build trust in the broker", {"broker.visit_effect": 0.0}),
    Mechanism("meetings", "meetings pass trust on", {"broker.meeting_effect": 0.0, "broker.introductions": 0.0}),
    Mechanism("judgement", "the broker proposes what is likely to succeed", {"broker.judgement": 0.0}),
    Mechanism("coaching", "a local agent learns the work", {"broker.coaching": 0.0}),
    Mechanism("capacity", "groups learn to run things", {"groups.capacity_gain": 0.0}),
    Mechanism("reliance", "groups wait for the broker", {"groups.reliance_gain": 0.0}),
    Mechanism("admission", "groups select whom they admit", {"groups.admission": 0.0}),
    Mechanism("imitation", "firms follow contacts into groups", {"groups.imitation": 0.0, "groups.innovation": 0.0}),
    Mechanism("leaders", "leaders tire and quit", {"groups.tiring": 0.0}),
    Mechanism("free riders", "some break their word when it pays", {"joint_action.free_riders": 0.0}),
    Mechanism("shared market", "what marketing brings shrinks as more take part", {"joint_action.crowding": 0.0}),
    Mechanism("distance", "a long way costs time", {"joint_action.travel": 0.0}),
    Mechanism("screening", "the association screens borrowers", {"credit.screening": 0.0}),
    Mechanism("guarantee", "a mutual fund covers losses", {"credit.cover": 0.0}),
    Mechanism("common name", "buyers judge a firm by the cluster", {"market.verified": 1.0}),
    Mechanism("upgrading", "what is left over subsistence goes into quality", {"market.upgrading": 0.0}),
    Mechanism("sharing", "workers get part of what is left", {"market.sharing": 0.0}),
    Mechanism("entry", "good profits bring newcomers", {"turnover.entry": 0.0}),
)


def ablate(
    folder: Path,
    *,
    seed: int = 0,
    replications: int = 60,
    ensemble: Ensemble | None = None,
    only: Iterable[str] | None = None,
    patterns: Iterable[str] | None = None,
    workers: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    known: tuple[Pattern, ...] = PATTERNS,
) -> dict[str, dict[str, str]]:
    """Run what is missing in ``folder`` and leave matrix.md and matrix.json: mechanism -> pattern -> verdict.

    Raises InputError if the folder holds something else, or the matrix of another model, seed or ensemble.
    """
    chosen = [pattern.id for pattern in chosen_of(patterns, known) if pattern.scored]
    asked = {"written_by": WRITTEN_BY, "kind": "ablation", "format": 1, "model": model_version(), "seed": seed,
             "replications": replications, "ensemble": ensemble.digest() if ensemble else None,
             "patterns": chosen}  # fmt: skip
    mechanisms = _named(only)
    _take(folder, asked)
    found: dict[str, dict[str, str]] = {}
    for mechanism in mechanisms:
        file = folder / f"{hashlib.sha256(mechanism.name.encode()).hexdigest()[:12]}.json"
        if not file.exists():
            bar = None if progress is None else lambda done, total, name=mechanism.name: progress(name, done, total)
            board = run_patterns(seed=seed, workers=workers, progress=bar, only=chosen, replications=replications,
                                 values=mechanism.off, ensemble=ensemble, patterns=known)  # fmt: skip
            verdicts = {result.pattern.id: result.verdict for result in board.results}
            write_whole(file, json.dumps({"mechanism": mechanism.name, "verdicts": verdicts}).encode())
        found[mechanism.name] = json.loads(file.read_bytes())["verdicts"]
    write_whole(folder / "matrix.json", json.dumps(found, indent=2).encode())
    write_whole(matrix_file(folder), matrix(found, known, asked).encode())
    return found


def matrix(found: Mapping[str, Mapping[str, str]], known: Iterable[Pattern], asked: Mapping[str, Any]) -> str:
    """The matrix in Markdown: ● goes with the mechanism, ○ comes only without it, · is as it was."""
    kinds = {pattern.id: pattern.kind for pattern in known}
    base = found[NOTHING]
    words = {mechanism.name: mechanism.words for mechanism in MECHANISMS}
    lines = [
        "# What each mechanism is for", "",
        "Made by `clustersim ablation`. A row is a mechanism switched off in every arm, a column a scored pattern: "
        "**●** holds with the mechanism and fails without it, **○** fails with it and holds without, · the verdict is "
        "the same. Patterns in *italics* fail as they are; those in brackets restate one rule.",
        f"{asked['replications']} replications, seed {asked['seed']}, "
        f"{'the ensemble' if asked['ensemble'] else 'default parameters'}.", "",
        "| switched off | " + " | ".join(_head(p, base[p], kinds) for p in base) + " | needed by |",
        "|---|" + "---|" * (len(base) + 1),
    ]  # fmt: skip
    without = {name: verdicts for name, verdicts in found.items() if name != NOTHING}
    for name, verdicts in without.items():
        marks = [_mark(base[p], verdicts[p]) for p in base]
        lines.append(f"| {name}: {words[name]} | {' | '.join(marks)} | {marks.count('●')} |")
    idle = [name for name, verdicts in without.items() if all(_mark(base[p], verdicts[p]) != "●" for p in base)]
    lines += ["", "Needed by no pattern: " + (", ".join(idle) or "none") + "."]
    carried = {p for verdicts in without.values() for p in base if _mark(base[p], verdicts[p]) == "●"}
    alone = [p for p in base if base[p] == "holds" and p not in carried]
    lines += ["", "Patterns that no single mechanism here carries: " + (", ".join(alone) or "none") + "."]
    return "\n".join(lines) + "\n"


def matrix_file(folder: Path) -> Path:
    """Where the matrix stands in words."""
    return folder / "matrix.md"


def _head(pattern: str, verdict: str, kinds: Mapping[str, str]) -> str:
    name = f"({pattern})" if kinds[pattern] == "direct" else pattern
    return name if verdict == "holds" else f"*{name}*"


def _mark(before: str, after: str) -> str:
    return "·" if before == after else "●" if before == "holds" else "○"


def _named(only: Iterable[str] | None) -> list[Mechanism]:
    names = [mechanism.name for mechanism in MECHANISMS]
    asked = names if only is None else [NOTHING, *(name.strip() for name in only)]
    for name in asked:
        if name not in names:
            raise InputError(Problem("unknown mechanism", value=name, allowed=", ".join(names),
                                     suggestion=closest(name, names)))  # fmt: skip
    return [mechanism for mechanism in MECHANISMS if mechanism.name in asked]


def _take(folder: Path, asked: Mapping[str, Any]) -> None:
    manifest = folder / MANIFEST
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not manifest.exists())):
        raise InputError(Problem(f"{folder} holds something else; give a folder that is new or empty"))
    if manifest.exists():
        try:
            before = json.loads(manifest.read_bytes())
        except ValueError:
            before = {}
        wrong = [key for key in asked if not isinstance(before, dict) or before.get(key) != asked[key]]
        if wrong:
            raise InputError(Problem(f"{folder} holds a matrix made with another {', '.join(wrong)}; give a new one"))
        return
    make_folder(folder)
    write_whole(manifest, json.dumps(asked, indent=2).encode())
