"""Mesa agents as thin views of rows: made when somebody asks for them, always showing the state as it is now.

A view is never registered with Mesa: state lives in numpy columns, and 700,000 agents would take seconds to make; Mesa
3.3 also keeps every model alive that ever registered one.  The model keeps the views it has made, since Mesa's agent
sets hold their agents weakly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import mesa
import numpy as np

from clustersim.agents import Banks, Brokers, Column, Firms, Groups, Institutions, Providers, columns
from clustersim.ledger import FIRST_FIRM


class Attribute:
    """A declared column of a row, read and written as an attribute; flags as bool, a second axis as a tuple."""

    def __init__(self, name: str, column: Column) -> None:
        self.name, self.flag = name, column.unit == "flag"
        self.__doc__ = f"{column.meaning} ({column.unit})"

    def __get__(self, view: View | None, owner: type[View]) -> Any:
        if view is None:
            return self
        value = view.cells(self.name)[view.row]
        if isinstance(value, np.ndarray):
            return tuple(value.tolist())
        return bool(value) if self.flag else value.item()

    def __set__(self, view: View, value: Any) -> None:
        view.cells(self.name)[view.row] = value


class View(mesa.Agent):
    """One row of a table as a Mesa agent; every declared column of the table is an attribute.

    ``unique_id`` belongs to the actor, not to the row: a firm that opens where another has closed has its own.  A
    firm's is the same in every arm and replication of a scenario.
    """

    field: ClassVar[str]  # of the world, where the table stands
    rows: ClassVar[tuple[int, int]] = (0, 10**12)  # first and last row of the table that are actors of this kind

    def __init_subclass__(cls, table: Any = None, **options: Any) -> None:
        super().__init_subclass__(**options)
        if table is not None:
            for name, column in columns(table).items():
                if not hasattr(cls, name):  # what a class says itself goes before
                    setattr(cls, name, Attribute(name, column))

    def __init__(self, model: mesa.Model, row: int, life: int, unique_id: int) -> None:
        # Not Mesa's own __init__: it would register the view, see above.
        self.model, self.row, self.life_of_row = model, row, life
        self.unique_id, self.pos = unique_id, None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"

    @classmethod
    def lives(cls, table: Any) -> np.ndarray:
        """For each row of the table, how many actors have lived in it before the present one."""
        return np.zeros(len(table[0]), np.int64)

    @classmethod
    def present(cls, table: Any) -> np.ndarray:
        """The rows in which an actor of this kind is at work now."""
        return np.arange(cls.rows[0], min(cls.rows[1] + 1, len(table[0])))

    def cells(self, name: str) -> np.ndarray:
        """The column of this name; raises AttributeError where the row has gone to another actor."""
        table = getattr(self.model.world, self.field)
        if self.lives(table)[self.row] != self.life_of_row:
            raise AttributeError(f"{self!r} is no more, and another has taken its place: it has no {name}")
        cells: np.ndarray = getattr(table, name)
        return cells

    def remove(self) -> None:
        """Refused: actors come and go by the rules of the model."""
        raise TypeError("firms close and groups dissolve by the rules of the model; a view cannot be removed")


class Lasting(View):
    """A view of an actor whose row another may take after it."""

    @property
    def alive(self) -> bool:
        """Whether it still exists: false for good once it has closed or dissolved."""
        table = getattr(self.model.world, self.field)
        return bool(table.alive[self.row]) and bool(self.lives(table)[self.row] == self.life_of_row)

    @classmethod
    def present(cls, table: Any) -> np.ndarray:
        """The rows whose actor is alive."""
        return np.flatnonzero(table.alive)


class Firm(Lasting, table=Firms):
    """A firm."""

    field = "firms"

    @classmethod
    def lives(cls, table: Any) -> np.ndarray:
        """Firms that have opened in each workshop before."""
        lives: np.ndarray = table.life
        return lives

    @property
    def cash(self) -> float:
        """Balance of its account in the ledger (USD); written by payments alone."""
        self.cells("alive")
        return float(self.model.world.ledger.balance[FIRST_FIRM + self.row])

    @property
    def partners(self) -> list[Firm]:
        """The living firms it has ties with, in the order in which the ties were made."""
        self.cells("alive")
        ties, alive = self.model.world.ties, self.model.world.firms.alive
        known = ties.to[ties.start[self.row] : ties.start[self.row] + ties.degree[self.row]]
        return [self.model.view(Firm, row) for row in known if alive[row]]

    @property
    def groups(self) -> list[Group]:
        """The groups it belongs to: the association first, then its network."""
        return [self.model.view(Group, row) for row in self.cells("group")[self.row] if row >= 0]

    def trust_in(self, other: Firm | Broker | LocalAgent) -> float | None:
        """Trust in another firm, the broker or the local agent, from 0 to 1; None in a firm that it does not know."""
        if not isinstance(other, Firm):
            return float(self.trust_broker if isinstance(other, Broker) else self.trust_agent)
        self.cells("alive")
        other.cells("alive")
        ties = self.model.world.ties
        known = ties.to[ties.start[self.row] : ties.start[self.row] + ties.degree[self.row]]
        found = np.flatnonzero(known == other.row)
        return float(ties.trust[ties.start[self.row] + found[0]]) if found.size else None


class Group(Lasting, table=Groups):
    """An association, a network or a self-help group."""

    field = "groups"

    @classmethod
    def lives(cls, table: Any) -> np.ndarray:
        """The month of foundation, counted from 1: a row is free again once its group has dissolved."""
        lives: np.ndarray = np.maximum(0, table.founded + 1)
        return lives

    @property
    def leader(self) -> Firm | None:
        """The firm whose owner leads it, if anybody does."""
        row = self.cells("leader")[self.row]
        return self.model.view(Firm, int(row)) if row >= 0 else None

    @property
    def members(self) -> list[Firm]:
        """The firms that belong to it, by row."""
        self.cells("size")
        rows = np.flatnonzero((self.model.world.firms.group == self.row).any(axis=1))
        return [self.model.view(Firm, row) for row in rows.tolist()]


class BDSProvider(View, table=Providers):
    """A provider of business development services."""

    field = "providers"


class Bank(View, table=Banks):
    """A bank."""

    field = "banks"


class Institution(View, table=Institutions):
    """A support institution."""

    field = "institutions"


class Broker(View, table=Brokers):
    """The broker."""

    field, rows = "brokers", (0, 0)


class LocalAgent(View, table=Brokers):
    """The local agent who learns the broker's work."""

    field, rows = "brokers", (1, 1)


KINDS: tuple[type[View], ...] = (Firm, Group, BDSProvider, Bank, Institution, Broker, LocalAgent)


class Views:
    """The views of one ClusterModel, each made when it is first asked for, and kept."""

    def __init__(self, model: mesa.Model) -> None:
        self.model = model
        self.made: dict[int, View] = {}
        sizes = {kind.field: len(getattr(model.world, kind.field)[0]) for kind in KINDS}
        before = np.cumsum([1, *sizes.values()])
        self.first = dict(zip(sizes, before[:-1].tolist(), strict=True))
        self.all = sum(sizes.values())

    def ids(self, kind: type[View], rows: np.ndarray) -> list[int]:
        """The unique ids of the actors now in these rows."""
        lives = kind.lives(getattr(self.model.world, kind.field))[rows]
        found: list[int] = (self.first[kind.field] + rows + self.all * lives).tolist()
        return found

    def of(self, kind: type[View], rows: np.ndarray) -> list[View]:
        """The views of the actors now in these rows."""
        lives = kind.lives(getattr(self.model.world, kind.field))
        found = []
        for row, unique_id in zip(rows.tolist(), self.ids(kind, rows), strict=True):
            if unique_id not in self.made:
                self.made[unique_id] = kind(self.model, row, int(lives[row]), unique_id)
            found.append(self.made[unique_id])
        return found

    def present(self, kind: type[View]) -> list[View]:
        """The views of all actors of a kind that exist now."""
        return self.of(kind, kind.present(getattr(self.model.world, kind.field)))


class AgentsByType(Mapping[type[View], mesa.agent.AgentSet]):
    """The kinds of actors, each with an AgentSet of those that exist now; a set is made when it is looked up."""

    def __init__(self, views: Views) -> None:
        self.views = views

    def __getitem__(self, kind: type[View]) -> mesa.agent.AgentSet:
        if kind not in KINDS:
            raise KeyError(kind)
        return mesa.agent.AgentSet(self.views.present(kind), random=self.views.model.random)

    def __iter__(self) -> Iterator[type[View]]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)
