"""Compiled and plain: the same bits, nothing counted, nothing left to go stale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clustersim.pointer import Block, Pointed
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

ROOT = Path(__file__).resolve().parents[1]

# Lives a small cluster with a programme; prints a hash of all its columns, the books and the measures.
LIFE = """
import hashlib, json
import numpy as np
from clustersim.month import months
from clustersim.scenario import load_scenario
from clustersim.simulation import live, new_world

def columns(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from columns(part)

small = {"cluster.firms": 30, "run.months": 12, "run.burn_in": 3}
prints = []
for name in ("stagnant", "thriving"):
    world = new_world(load_scenario(name).with_values(small), seed=4, replication=2)
    live(world, 0, 15)
    digest = hashlib.sha256()
    for column in columns(world):
        digest.update(np.ascontiguousarray(column).tobytes())
    prints.append(digest.hexdigest())
compiled = getattr(months, "compiled", None)
text = "".join(compiled.inspect_llvm().values()) if compiled else ""
pays = int(world.ledger.count[0])
print(json.dumps({"prints": prints, "text": len(text), "counted": text.count("NRT_incref"), "pays": pays}))
"""


def life(folder: Path, **environment: str) -> dict[str, object]:
    """What LIFE prints in a process and with a cache of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LIFE], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "CLUSTERSIM_CACHE": str(folder), **environment},
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_compiled_and_plain_rules_give_the_same_bits(tmp_path: Path) -> None:
    compiled = life(tmp_path)
    plain = life(tmp_path, NUMBA_DISABLE_JIT="1")
    assert compiled["text"] > 100_000  # type: ignore[operator]
    assert plain["text"] == 0
    assert plain["pays"] > 30  # type: ignore[operator]
    assert compiled["prints"] == plain["prints"]
    # numba's counting of references, which cost more than the rules
    assert compiled["counted"] == 0


def test_a_block_holds_the_columns_where_they_are() -> None:
    world = new_world(Scenario().with_values({"cluster.firms": 12, "run.months": 2, "run.burn_in": 0}))
    block = Block(world)
    kind = block._numba_type_
    assert isinstance(kind, Pointed)
    assert len(block.slots) == kind.slots
    at = (kind.offsets["firms"] + kind.kinds["firms"].offsets["felt"]) // 8
    assert list(block.slots[at : at + 3]) == [world.firms.felt.ctypes.data, *world.firms.felt.shape]
    at = (kind.offsets["p"] + kind.kinds["p"].offsets["trust"] + kind.kinds["p"].kinds["trust"].offsets["gain"]) // 8
    assert block.slots.view(np.float64)[at] == world.p.trust.gain


def test_a_column_with_gaps_is_refused() -> None:
    world = new_world(Scenario().with_values({"cluster.firms": 12, "run.months": 2, "run.burn_in": 0}))
    with pytest.raises(TypeError, match="contiguous"):
        Block(world.ties._replace(trust=world.ties.trust[::2]))
