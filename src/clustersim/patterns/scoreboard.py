"""What the patterns came to: a table for the terminal, plain values for JSON, one page, and the definitions."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clustersim.experiment.statistics import Interval
from clustersim.experiment.words import digits_for, number
from clustersim.patterns.declare import EVIDENCE, KINDS, Finding, Pattern, Verdict

WIDTH = 100


@dataclass(frozen=True)
class ArmRecord:
    """An arm of a pattern: its name, the digest of its scenario, what the programme spent in it on average."""

    name: str
    digest: str
    cost: float


@dataclass(frozen=True)
class Result:
    """One pattern, judged."""

    pattern: Pattern
    arms: tuple[ArmRecord, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    seconds: float
    """processor seconds of its runs; runs that several patterns share count for each"""
    faults: tuple[str, ...] = ()
    """what went wrong in runs that failed; their values are empty"""


@dataclass(frozen=True)
class Scoreboard:
    """Every pattern asked for, failures beside successes."""

    results: tuple[Result, ...]
    seed: int
    replications: int
    seconds: float
    knock_out: bool
    values: Mapping[str, Any]
    ensemble: str = ""
    """name of the ensemble and its number of draws; empty for default parameters"""
    rules: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    """rival rule of trust -> pattern -> verdict under it, where they were run"""
    rival_replications: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many hold, fail, are reported; patterns that restate one rule are counted apart."""
        found = dict.fromkeys(("holds", "fails", "direct holds", "direct fails", "reported"), 0)
        for result in self.results:
            apart = "direct " if result.pattern.kind == "direct" and result.verdict != "reported" else ""
            found[apart + result.verdict] += 1
        return found

    @property
    def sentence(self) -> str:
        """The count in words."""
        c = self.counts
        said = f"{c['holds']} of {c['holds'] + c['fails']} scored patterns hold"
        if c["direct holds"] + c["direct fails"]:
            said += f"; of the direct ones, which count for nothing, {c['direct holds']} of "
            said += f"{c['direct holds'] + c['direct fails']}"
        if c["reported"]:
            said += f"; {c['reported']} reported and not scored"
        if self.knock_out:
            said += ". Each with the mechanism that should carry it switched off: what still holds does not need it"
        return said + "."

    @property
    def setting(self) -> str:
        """On what it rests."""
        said = [f"{key} = {value}" for key, value in self.values.items()]
        one = ", ".join([f"ensemble {self.ensemble}" if self.ensemble else "default parameters", *said])
        return f"{self.replications} replications, seed {self.seed}, {one}, {self.seconds:.0f} s"

    def also(self, result: Result) -> str:
        """Under which rival rules a pattern holds too; empty where none was run, or it is not scored."""
        if not self.rules or result.verdict == "reported":
            return ""
        held = [rule for rule, verdicts in self.rules.items() if verdicts[result.pattern.id] == "holds"]
        return ", ".join(held) or "none"

    @property
    def by_rule(self) -> list[str]:
        """A sentence for each rival rule that was run."""
        said = []
        for rule, verdicts in self.rules.items():
            scored = [r.pattern.id for r in self.results if r.verdict != "reported" and r.pattern.kind != "direct"]
            held = sum(verdicts[name] == "holds" for name in scored)
            said.append(f"Under the rule {rule}: {held} of {len(scored)} ({self.rival_replications} replications).")
        return said

    def table(self) -> str:
        """For a terminal: each pattern with its claims, effects, intervals and verdict."""
        lines = [f"{'':4}{'verdict':10}{'class':10}{'claims':8}{'s':>5}  what"]
        lines += [_line(result) for result in self.results]
        if self.rules:
            lines += ["", "holds also under:"]
            lines += [f"{result.pattern.id:4}{self.also(result)}" for result in self.results if self.also(result)]
        for direct in (False, True):
            chosen = [result for result in self.results if (result.pattern.kind == "direct") is direct]
            if direct and chosen:
                lines += ["", "DIRECT: each restates one rule, and counts for nothing"]
            for result in chosen:
                lines += ["", *_lines(result)]
        return "\n".join([*lines, "", self.sentence, *self.by_rule, self.setting])

    def markdown(self) -> str:
        """The same as one table in Markdown, failures beside successes, direct patterns apart."""
        grades = "; ".join(f"{key} = {text}" for key, text in EVIDENCE.items())
        lines = ["# Evidence: what holds and what fails", "", " ".join([self.sentence, *self.by_rule]), "",
                 f"{self.setting}. Evidence: {grades}. Margins and the rules of the verdicts stand in "
                 "[patterns.md](patterns.md)."]  # fmt: skip
        for direct, title in ((False, "What the model has to show"), (True, "Direct: each restates one rule")):
            head = ["id", "statement", "evidence", "class", "verdict", "claims, effects and intervals", "arms", "s"]
            head += ["holds also under"] if self.rules else []
            lines += ["", f"## {title}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
            for result in self.results:
                if (result.pattern.kind == "direct") is not direct:
                    continue
                p = result.pattern
                verdict = f"**{result.verdict}**" if result.verdict == "fails" else result.verdict
                cells = [p.id, p.statement, p.evidence, p.kind, verdict, _claims(result), costs(result.arms),
                         f"{result.seconds:.0f}", *([self.also(result)] if self.rules else [])]  # fmt: skip
                lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
        return "\n".join(lines) + "\n"

    def as_dicts(self) -> list[dict[str, Any]]:
        """Plain values, None for what is empty."""
        return [_as_dict(result) | {"rules": {rule: found[result.pattern.id] for rule, found in self.rules.items()}}
                for result in self.results]  # fmt: skip

    def save(self, folder: Path, command: str, *, force: bool = False) -> None:
        """Leave patterns.json, patterns.html, patterns.md and a manifest in ``folder``: all of them or none."""
        from clustersim.experiment.files import about, whole_folder, write_manifest, write_text
        from clustersim.patterns.page import render

        with whole_folder(folder, force=force) as partial:
            write_text(partial / "patterns.json", json.dumps(self.as_dicts(), indent=2, ensure_ascii=False) + "\n")
            write_text(partial / "patterns.html", render(self, command))
            write_text(partial / "patterns.md", self.markdown())
            write_manifest(partial, about("patterns", command, seed=self.seed, replications=self.replications,
                                          values=dict(self.values), ensemble=self.ensemble, knock_out=self.knock_out,
                                          counts=self.counts))  # fmt: skip


def shown(interval: Interval) -> str:
    """A mean with its interval, in as many digits as it needs."""
    digits = digits_for(interval[:3])
    low, high = number(interval.low, digits, sign=True), number(interval.high, digits, sign=True)
    return f"{number(interval.mean, digits, sign=True)} [{low}, {high}]"


def word(finding: Finding) -> str:
    """One word for a finding."""
    return "" if finding.holds is None else "holds" if finding.holds else "fails"


def costs(arms: Iterable[ArmRecord]) -> str:
    """The arms with what the programme spent in each."""
    return "; ".join(f"{arm.name} ({number(arm.cost, 0)} USD)" for arm in arms)


def _line(result: Result) -> str:
    scored = [finding for finding in result.findings if finding.holds is not None]
    held = f"{sum(finding.holds is True for finding in scored)} of {len(scored)}" if scored else "–"
    what = textwrap.shorten(result.pattern.statement, WIDTH - 39, placeholder=" ...")
    return f"{result.pattern.id:4}{result.verdict:10}{result.pattern.kind:10}{held:8}{result.seconds:5.0f}  {what}"


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2),
                         break_on_hyphens=False)  # fmt: skip


def _lines(result: Result) -> list[str]:
    pattern = result.pattern
    about = f"{EVIDENCE[pattern.evidence]} ({pattern.source}); {pattern.kind}; {pattern.strictness}"
    lines = _wrapped(f"{pattern.id} {result.verdict.upper()}: {pattern.statement}", 0)
    lines += _wrapped(f"{about}; {result.seconds:.1f} s", 4) + _wrapped(f"arms: {costs(result.arms)}", 4)
    if pattern.revised:
        lines += _wrapped(f"revised {pattern.revised}", 4)
    for finding in result.findings:
        lines += _wrapped(f"{word(finding) or '·'}: {finding.stated}", 4)
        lines += [f"        {part.words}: {shown(part.interval)}, n = {part.interval.n}" for part in finding.parts]
        lines += _wrapped(finding.note, 8)
    return lines + [f"    failed runs: {fault}" for fault in result.faults]


def _claims(result: Result) -> str:
    said = []
    for finding in result.findings:
        parts = "; ".join(f"{part.words} {shown(part.interval)}" for part in finding.parts)
        note = f" ({finding.note})" if finding.note else ""
        said.append(f"{word(finding) or 'reported'}: {finding.stated}: {parts}{note}")
    return "<br>".join(said)


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _as_dict(result: Result) -> dict[str, Any]:
    pattern = result.pattern
    return {
        "id": pattern.id, "statement": pattern.statement, "evidence": pattern.evidence, "source": pattern.source,
        "class": pattern.kind, "strictness": pattern.strictness, "needs": pattern.needs, "revised": pattern.revised,
        "arms": [{"name": a.name, "scenario": a.digest, "programme_cost": _plain(a.cost)} for a in result.arms],
        "claims": [
            {
                "stated": finding.stated, "holds": finding.holds, "note": finding.note,
                "effects": [
                    {"what": part.words, "effect": _plain(part.interval.mean), "low": _plain(part.interval.low),
                     "high": _plain(part.interval.high), "n": part.interval.n}
                    for part in finding.parts
                ],
            }
            for finding in result.findings
        ],
        "verdict": result.verdict, "seconds": round(result.seconds, 2), "failed_runs": list(result.faults),
    }  # fmt: skip


def definitions(patterns: Iterable[Pattern]) -> str:
    """The declarations as Markdown: what each pattern says, and what the model must show, before any run."""
    lines = [
        "# Patterns, as declared",
        "",
        "Made by `clustersim patterns --list`; a test keeps it fresh. `clustersim patterns` runs them, all on the",
        "defaults or, with `--ensemble`, all over one ensemble. Every margin and smallest effect of interest is stated",
        "here, before the run; what was changed after runs had been seen is marked as revised, and is to be read on a",
        "seed not used before.",
        "",
        "- **Sign**: the 95 % interval of the paired difference on common random numbers excludes the smallest effect.",
        "- **Null**: two one-sided tests at 5 % put the mean within the margin (the interval shown is that of 90 %).",
        "- **Order**: each arm beats the one before it by more than the smallest effect. At equal money: what the",
        "  better arm costs is at most 10 % above what the other does; every table shows what each arm cost.",
        "  An order of effects compares paired differences in the same way.",
        "- **Range**: the published figure lies where nine in ten of the histories lie, under an ensemble fitted",
        "  without that case, and that range is at most half as wide as under the prior. With default parameters,",
        "  whose histories differ by luck alone, it must be no wider than half of the figure.",
        "- **Bimodal**: Silverman's test rejects a single hump at 5 %, and both humps are large and well apart.",
        "- A claim to which fewer than half of the replications can speak fails.",
        "",
        *(f"- **{kind}**: {meaning}." for kind, meaning in KINDS.items()),
        "  Direct patterns are shown apart and count for nothing.",
        "",
        "Evidence: " + "; ".join(f"{key} = {meaning}" for key, meaning in EVIDENCE.items()) + ".",
    ]
    for pattern in patterns:
        lines += [
            "", f"## {pattern.id}: {pattern.statement}", "",
            f"Evidence {pattern.evidence} ({pattern.source}); {pattern.kind}; {pattern.strictness}.", "",
            *(f"- {'' if claim.scored else '(reported) '}{claim.stated.replace('; reported)', ')')}"
              for claim in pattern.claims),
            "", f"Carried by: {pattern.needs}.",
        ]  # fmt: skip
        if pattern.off:
            off = ", ".join(f"`{key} = {value}`" for key, value in pattern.off.items())
            lines.append(f"Switched off by {off}.")
        if pattern.revised:
            lines += ["", f"Revised {pattern.revised}."]
    return "\n".join(lines) + "\n"
