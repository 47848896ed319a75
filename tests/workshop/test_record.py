"""A recording says what the run was, changes nothing in it, and comes back from its bytes as it went in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from clustersim.errors import InputError
from clustersim.scenario import Scenario
from clustersim.simulation import run
from clustersim.workshop import record as r
from clustersim.workshop.pack import TYPES, Steps, pack, unpack
from clustersim.workshop.story import AFRAID, ENTERED, JOINED, JOINED_FAILED, MESSAGES

KIND = st.sampled_from(sorted(TYPES.values()))


@pytest.fixture(scope="module")
def recording(small: Scenario) -> dict[str, Any]:
    return r.record(small, seed=3, replication=1)


@given(KIND.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(max_dims=3, max_side=7))), st.booleans())
def test_arrays_come_back(values: np.ndarray, steps: bool) -> None:
    steps = steps and values.dtype.kind != "f"
    found = unpack(pack({"a": [Steps(values) if steps else values, "text < é", None]}))["a"]
    assert found[0].dtype == values.dtype
    np.testing.assert_array_equal(found[0], values)
    assert found[1:] == ["text < é", None]


def test_recording_changes_nothing(small: Scenario, recording: dict[str, Any]) -> None:
    plain = run(small, seed=3, replication=1)
    for k, name in enumerate(r.SHOWN):
        np.testing.assert_array_equal(recording["measures"][name], r.shown(plain.measures)[:, k].astype(np.float32))


def test_the_bytes_say_what_the_firms_did(small: Scenario, recording: dict[str, Any]) -> None:
    state, measures = recording["state"].values, recording["measures"]
    founders = (state & r.ALIVE > 0) & (state & r.NEWCOMER == 0)
    acted = (founders & (state & r.ACTED > 0)).sum(axis=1) / founders.sum(axis=1)
    np.testing.assert_allclose(acted, measures["joint_action"], atol=1e-6)
    assert measures["joint_action"].max() > 0.1, "nothing happened, so nothing was tested"
    end = run(small, seed=3, replication=1).world.firms
    np.testing.assert_array_equal(state[-1] & r.ALIVE > 0, end.alive == 1)
    np.testing.assert_array_equal(recording["income"].values[-1], np.rint(end.income_year))


def test_the_diary_and_the_map_agree(recording: dict[str, Any]) -> None:
    state, diary = recording["state"].values, recording["diary"]
    joined = diary[diary[:, 2] == JOINED]
    assert len(joined) > 20
    assert (state[joined[:, 0], joined[:, 1]] & r.ACTS_NOW > 0).all()
    month, firm = np.nonzero(state & r.ACTS_NOW)
    missing = {*zip(month, firm, strict=True)} - {*zip(joined[:, 0], joined[:, 1], strict=True)}
    assert len(missing) <= 0.02 * len(month)  # who left the group in the very month has no group to tell of


def test_reasons_fit_their_numbers(recording: dict[str, Any]) -> None:
    diary = recording["diary"]
    failed, afraid = diary[diary[:, 2] == JOINED_FAILED], diary[diary[:, 2] == AFRAID]
    assert len(failed) + len(afraid) > 0
    assert (failed[:, 4] < failed[:, 5]).all()
    assert (afraid[:, 4] <= afraid[:, 5]).all()
    entered = diary[diary[:, 2] == ENTERED]
    assert set(entered[:, 3]) <= {0, 1}
    assert diary[:, 2].max() < len(MESSAGES)


def test_events_tell_the_first_visit_and_the_first_meeting(recording: dict[str, Any], small: Scenario) -> None:
    keys = [key for _, key, _ in recording["events"]]
    assert keys.count("first_visit") == 1
    assert recording["events"][keys.index("first_visit")][0] == 0
    alone = r.record(small.without_programme(), seed=3, replication=1)
    assert not {key for _, key, _ in alone["events"]} & {"first_visit", "first_meeting", "failed_meeting"}


@pytest.mark.parametrize("key", ["cluster.firms", "run.months"])
def test_what_no_room_could_see_is_refused(small: Scenario, key: str) -> None:
    with pytest.raises(InputError, match=key):
        r.check_size(small.with_values({key: 2000}))


def test_the_page_reads_the_bits_that_are_written() -> None:
    source = Path(__file__).resolve().parents[2] / "web" / "src" / "state.ts"
    if not source.is_file():
        pytest.skip("the page's sources are not in this copy")
    found = dict(re.findall(r"\b([A-Z][A-Z_]+) = (\d+)", source.read_text(encoding="utf-8")))
    names = ("ALIVE", "ACTED", "NETWORK", "ASSOCIATION", "VISITED", "ACTS_NOW", "LOAN", "NEWCOMER", "NO_TIE", "YEAR")
    assert {name: int(value) for name, value in found.items()} == {name: getattr(r, name) for name in names}
