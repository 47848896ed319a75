"""Views of rows: the true state at any time, one object for one actor, nothing kept alive that is not wanted."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from clustersim import agents
from clustersim.model import ClusterModel
from clustersim.scenario import Scenario
from clustersim.state import KINDS, Bank, BDSProvider, Broker, Firm, Group, Institution, LocalAgent, View

TABLES: dict[type[View], type] = {
    Firm: agents.Firms, Group: agents.Groups, BDSProvider: agents.Providers, Bank: agents.Banks,
    Institution: agents.Institutions, Broker: agents.Brokers, LocalAgent: agents.Brokers,
}  # fmt: skip


@pytest.fixture
def model() -> ClusterModel:
    values = {"cluster.firms": 24, "cluster.association_members": 10, "cluster.networks": 2, "run.months": 24,
              "run.burn_in": 2, "turnover.entry": 1.0, "households.subsistence": 10.0}  # fmt: skip
    return ClusterModel(Scenario().with_values(values), seed=5)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_declared_column_is_an_attribute(model: ClusterModel, kind: type[View]) -> None:
    view = next(iter(model.agents_by_type[kind]))
    for name, column in agents.columns(TABLES[kind]).items():
        value = getattr(view, name)
        if column.width:
            assert len(value) == agents.WIDTHS[column.width]
        elif column.unit == "flag":
            assert isinstance(value, bool)
        else:
            assert isinstance(value, int | float) or name == "leader"


def test_a_view_shows_what_is_true_now(model: ClusterModel) -> None:
    firms = list(model.agents_by_type[Firm])
    before = [firm.cash for firm in firms]
    model.step()
    assert [firm.cash for firm in firms] != before
    rows = [firm.row for firm in firms]
    assert [firm.price for firm in firms] == model.world.firms.price[rows].tolist()


def test_writing_goes_to_the_row_in_the_type_of_its_column(model: ClusterModel) -> None:
    firm = next(iter(model.agents_by_type[Firm]))
    firm.quality, firm.able, firm.reach = 0.75, True, (1.0, 0.5, 0.25)
    assert model.world.firms.quality[firm.row] == 0.75
    assert model.world.firms.able.dtype == np.int8
    assert (firm.quality, firm.able, firm.reach) == (0.75, True, (1.0, 0.5, 0.25))


@pytest.mark.parametrize("name", ["cash", "alive", "partners", "groups"])
def test_what_has_books_of_its_own_is_not_written_here(model: ClusterModel, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(next(iter(model.agents_by_type[Firm])), name, 1)


def test_the_same_actor_is_the_same_view(model: ClusterModel) -> None:
    first = list(model.agents_by_type[Firm])
    assert all(a is b for a, b in zip(first, model.agents_by_type[Firm], strict=True))
    assert len({view.unique_id for view in model.agents}) == len(model.agents)


def test_partners_and_trust_follow_the_ties(model: ClusterModel) -> None:
    ties = model.world.ties
    for firm in model.agents_by_type[Firm]:
        for other in firm.partners:
            assert firm in other.partners
            e = ties.start[firm.row] + list(ties.to[ties.start[firm.row] :][: ties.degree[firm.row]]).index(other.row)
            assert firm.trust_in(other) == ties.trust[e]
    stranger = next(o for o in model.agents_by_type[Firm] if o not in firm.partners and o is not firm)
    assert firm.trust_in(stranger) is None
    assert firm.trust_in(next(iter(model.agents_by_type[Broker]))) == firm.trust_broker
    assert firm.trust_in(next(iter(model.agents_by_type[LocalAgent]))) == firm.trust_agent


def test_groups_and_members_agree(model: ClusterModel) -> None:
    for group in model.agents_by_type[Group]:
        assert len(group.members) == group.size
        assert all(group in firm.groups for firm in group.members)
        assert group.leader is None or group.leader in group.members


def test_a_new_firm_in_an_old_workshop_is_another_agent(model: ClusterModel) -> None:
    old = next(iter(model.agents_by_type[Firm]))
    model.world.firms.alive[old.row] = 0
    assert not old.alive
    assert old not in model.agents_by_type[Firm]
    assert old.quality > 0  # its workshop is as it left it
    while model.world.firms.alive[old.row] == 0:
        model.step()
    new = model.view(Firm, old.row)
    assert new is not old
    assert new.unique_id != old.unique_id
    assert new.alive
    assert not old.alive
    with pytest.raises(AttributeError, match="is no more"):
        _ = old.quality


def test_views_cannot_be_removed(model: ClusterModel) -> None:
    with pytest.raises(TypeError, match="by the rules"):
        next(iter(model.agents_by_type[Firm])).remove()


def test_a_dropped_model_is_collected(model: ClusterModel) -> None:
    own = ClusterModel(model.description)
    own.step()
    kept = weakref.ref(own)
    views = weakref.ref(next(iter(own.agents)))
    assert own.graph.number_of_nodes() == len(own.agents)
    del own
    gc.collect()
    assert kept() is None
    assert views() is None


def test_unique_ids_do_not_depend_on_what_was_looked_at(model: ClusterModel) -> None:
    other = ClusterModel(model.description, seed=5)
    model.run(12)
    for _ in range(12):
        other.step()
        assert len(other.agents) > 0
    assert [v.unique_id for v in model.agents] == [v.unique_id for v in other.agents]
