"""Tapers: the shape of the fall, who pays the rest, what is refused, and one truth about who pays."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clustersim.errors import InputError, InputWarning
from clustersim.interventions import Calendar, Intervention, Offer, ShareTaper, Taper
from clustersim.interventions.joint_fair import JointFair
from clustersim.interventions.joint_purchase import JointPurchase
from clustersim.interventions.training import Training
from clustersim.scenario import load_scenario, parse_scenario
from tests.bad_input import problems

SPAN = Calendar("2000-01", 12, 60)
TABLE = '[interventions.x]\nkind = "joint_purchase"\nstart = "1998-01"\nend = "2000-12"\n'


def offers_of(intervention: Intervention) -> list[Offer]:
    return intervention.offers(SPAN)


def programme_shares(**taper: Any) -> list[float]:
    """What the programme pays of a purchase every six months of 2000 to 2002, at month 0, 6, ... 30 of 35."""
    purchase = JointPurchase(start="2000-01", end="2002-12", taper=ShareTaper(**taper))
    return [offer.shares.programme for offer in offers_of(purchase)]


def test_the_shapes() -> None:
    assert programme_shares(shape="linear", from_share=0.7) == pytest.approx(
        [0.7 * (1 - t / 35) for t in range(0, 36, 6)]
    )
    assert programme_shares(shape="steps", from_share=0.6, to_share=0.2) == [0.6, 0.6, 0.4, 0.4, 0.2, 0.2]
    assert programme_shares(shape="cliff", from_share=0.6, end="2001-07") == [0.6, 0.6, 0.6, 0.6, 0.0, 0.0]
    assert programme_shares(shape="flat", from_share=0.6) == [0.6] * 6


def test_it_stands_still_before_its_start_and_after_its_end() -> None:
    found = programme_shares(from_share=0.5, to_share=0.1, start="2000-07", end="2001-07")
    assert found == pytest.approx([0.5, 0.5, 0.3, 0.1, 0.1, 0.1])


def test_the_fairs_of_the_stagnant_cluster_are_a_taper_in_four_steps() -> None:
    listed = load_scenario("stagnant").interventions["fairs"]
    assert isinstance(listed, JointFair)
    taper = ShareTaper(shape="steps", steps=4, from_share=0.5, to_share=0.2, institutions=0.1)
    falling = JointFair.model_validate({"taper": taper, "events": tuple({"date": e.date} for e in listed.events)})
    assert offers_of(falling) == offers_of(listed)


def test_institutions_may_take_over_a_part_of_the_fall() -> None:
    taper = ShareTaper(from_share=0.6, institutions=0.1, taken_over=0.5)
    training = Training(start="2000-01", end="2001-01", every=6, taper=taper)
    paid = [offer.shares for offer in offers_of(training)]
    assert [s.programme for s in paid] == [0.6, 0.3, 0.0]
    assert [s.institutions for s in paid] == [0.1, 0.25, 0.4]
    assert [s.participants for s in paid] == [0.3, 0.45, 0.6]


@given(
    shape=st.sampled_from(["linear", "steps", "cliff", "flat"]), ends=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    rest=st.floats(0, 1), taken=st.floats(0, 1), steps=st.integers(2, 60), first=st.integers(0, 40),
    last=st.integers(0, 80),
)  # fmt: skip
def test_any_taper_never_rises_and_is_paid_in_full(
    shape: Any, ends: tuple[float, float], rest: float, taken: float, steps: int, first: int, last: int
) -> None:
    high, low = max(ends), min(ends)
    taper = ShareTaper(
        shape=shape, from_share=high, to_share=None if shape == "flat" else low, steps=steps,
        institutions=rest * (1 - high), taken_over=taken,
    )  # fmt: skip
    paid = [taper.shares(month, first, last) for month in range(90)]
    for s in paid:
        assert s.participants + s.programme + s.institutions == pytest.approx(1)
    assert all(b.programme <= a.programme for a, b in pairwise(paid))
    assert paid[0].programme == pytest.approx(high)


@pytest.mark.parametrize(
    ("taper", "key", "words"),
    [
        ("from_share = 0.3, to_share = 0.4", "to_share", "above from_share, 0.3: a taper never rises"),
        ("from_share = 0.8, institutions = 0.3", "institutions", "adds up to 1.1 with from_share, 0.8"),
        ("from_share = 1.2", "from_share", "must be a number from 0 to 1"),
        ("shape = 'flat', to_share = 0.1", "to_share", "which a flat taper never leaves"),
        ("start = '1999-01', end = '1998-01'", "end", "ends before it starts, 1999-01"),
        ("start = '1950-01'", "start", "before the first month"),
        ("shape = 'cliffs'", "shape", "did you mean 'cliff'?"),
        ("steps = 1", "steps", "from 2 to 60"),
        ("falls = true", "falls", "unknown key"),
    ],
)
def test_a_bad_taper_is_refused_by_file_line_and_key(taper: str, key: str, words: str) -> None:
    (problem,) = problems(f"{TABLE}taper = {{ {taper} }}\n")
    assert (problem.file, problem.line, problem.key) == ("x.toml", 5, f"interventions.x.taper.{key}")
    assert words in str(problem)


def test_a_bad_taper_is_refused_in_python_too() -> None:
    with pytest.raises(ValidationError, match="never rises"):
        Taper(from_share=0.1, to_share=0.2)
    with pytest.raises(InputError, match="never rises"):
        parse_scenario(f"{TABLE}taper = {{}}\n").with_values({"interventions.x.taper.to_share": 0.9})


@pytest.mark.parametrize("kind", ["joint_purchase", "training", "bank_mediation", "joint_fair"])
def test_who_pays_is_said_once_in_a_file_that_is_written(kind: str) -> None:
    dated = (
        "events = [{ date = '1998-01' }, { date = '1999-01' }]"
        if kind == "joint_fair"
        else "start = '1998-01'\nend = '2000-12'"
    )
    scenario = parse_scenario(f"[interventions.x]\nkind = '{kind}'\n{dated}\ntaper = {{ from_share = 0.4 }}\n")
    text = scenario.to_toml()
    assert "from_share = 0.4" in text
    assert "shares = " not in text
    again = parse_scenario(text)
    assert (again, again.digest()) == (scenario, scenario.digest())
    assert again.interventions["x"].offers(SPAN) == scenario.interventions["x"].offers(SPAN)
    assert scenario.interventions["x"].offers(SPAN)[0].shares.programme == 0.4


def test_a_scenario_without_tapers_is_written_as_before() -> None:
    assert "taper" not in load_scenario("stagnant").to_toml()


def test_a_taper_takes_the_place_of_inherited_shares_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('extends = "stagnant"\n[interventions.fairs]\ntaper = { from_share = 0.4 }\n', encoding="utf-8")
    with pytest.warns(
        InputWarning, match=r"mine\.toml:3: interventions\.fairs\.taper: stands in place of the `shares`"
    ):
        scenario = load_scenario(file)
    first, *_, last = scenario.interventions["fairs"].offers(SPAN)
    assert (first.shares.programme, last.shares.programme) == (0.4, 0.0)


def test_a_sweep_may_vary_a_taper() -> None:
    scenario = load_scenario("stagnant").with_values({"interventions.purchase.taper.from_share": 0.4})
    assert scenario.interventions["purchase"].offers(SPAN)[0].shares.programme == 0.4


WAITS = '[interventions.x.taper]\nshape = "conditional"\non = "trust"\nlevel = 0.4\nto_share = 0.1\n'


@pytest.mark.parametrize("kind", ["joint_purchase", "training", "study_tour", "cluster_to_cluster", "catalogue"])
def test_every_offer_to_groups_can_wait_for_a_condition(kind: str) -> None:
    found = parse_scenario(TABLE.replace("joint_purchase", kind) + WAITS).interventions["x"]
    for offer in offers_of(found):
        assert offer.turn is not None
        gate, later = offer.turn
        assert (gate.on, gate.level, later.programme) == ("trust", 0.4, 0.1)


@pytest.mark.parametrize("kind", [
    "voucher", "information_point", "brand_policing", "technology_upgrading", "certification",
    'training"\nmode = "individual',
])  # fmt: skip
def test_what_is_no_offer_to_groups_cannot(kind: str) -> None:
    (problem,) = problems(TABLE.replace("joint_purchase", kind) + WAITS)
    assert problem.key == "interventions.x.taper"
    assert "waits for a condition, which only offers to groups can" in problem.message
