"""The line before a live room: run once for all who ask it, in turn, one place a page, no more kept than allowed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from clustersim.errors import InputError, ResourceError
from clustersim.workshop import line as room_line
from clustersim.workshop.line import Line, Replaced


class Runs:
    """Answers that say who was run, and that can be held back."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.at_once: list[int] = []
        self.gate = threading.Event()
        self.gate.set()
        self._now = 0
        self._count = threading.Lock()

    def answer(self, name: str) -> bytes:
        with self._count:
            self._now += 1
            self.at_once.append(self._now)
            self.ran.append(name)
        self.gate.wait(5)
        time.sleep(0.005)
        with self._count:
            self._now -= 1
        return name.encode() * 40

    def of(self, name: str) -> Callable[[], bytes]:
        return partial(self.answer, name)


async def insist(line: Line, page: str, name: str, runs: Runs) -> bytes:
    """Ask as a page does."""
    while isinstance(found := await line.ask(page, name, runs.of(name)), int):
        pass
    return found


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture(autouse=True)
def _two_workers_and_no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_line, "WORKERS", 2)
    monkeypatch.setattr(room_line, "PATIENCE", 0.02)


def test_the_same_question_is_run_once_for_all(runs: Runs) -> None:
    async def ask() -> set[bytes]:
        line = Line()
        return set(await asyncio.gather(*(insist(line, f"page {k}", "a", runs) for k in range(20))))

    assert asyncio.run(ask()) == {b"a" * 40}
    assert runs.ran == ["a"]


def test_no_more_is_kept_than_allowed(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_line, "KEPT", 100)

    async def ask() -> None:
        line = Line()
        for name in "abcdefa":
            await insist(line, "page", name, runs)
            assert line.bytes <= 100

    asyncio.run(ask())
    assert runs.ran == list("abcdefa")


def test_sixty_pages_are_all_served_in_turn_and_no_more_run_at_once_than_there_are_workers(runs: Runs) -> None:
    sent: list[str] = []  # in the order in which the line sends them off: which worker is then faster is the system's affair

    class Watched(Line):
        async def _run(self, question: str, answer: Callable[[], bytes]) -> None:
            sent.append(question)
            await super()._run(question, answer)

    async def ask() -> None:
        line = Watched()
        await asyncio.gather(*(insist(line, f"page {k}", f"{k:02}", runs) for k in range(60)))
        assert line.pages == 0

    asyncio.run(ask())
    assert max(runs.at_once) == 2
    assert sent == [f"{k:02}" for k in range(60)]
    assert sorted(runs.ran) == sent


def test_a_newer_question_takes_the_place_of_the_older_one(runs: Runs) -> None:
    async def ask() -> bytes:
        line = Line()
        runs.gate.clear()
        others = [asyncio.create_task(insist(line, f"page {k}", f"other {k}", runs)) for k in range(2)]
        while len(runs.ran) < 2:
            await asyncio.sleep(0.005)
        mine = asyncio.create_task(line.ask("me", "old", runs.of("old")))
        await asyncio.sleep(0.01)
        behind = asyncio.create_task(insist(line, "behind", "behind", runs))
        newer = asyncio.create_task(insist(line, "me", "new", runs))
        await asyncio.sleep(0.01)
        runs.gate.set()
        with pytest.raises(Replaced):
            await mine
        await asyncio.gather(*others, behind)
        return await newer

    assert asyncio.run(ask()) == b"new" * 40
    assert set(runs.ran[:2]) == {"other 0", "other 1"}
    assert set(runs.ran[2:]) == {"new", "behind"}


def test_whoever_asks_anew_keeps_the_place_even_in_a_crowd(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_line, "MOST_WAITING", 4)

    async def ask() -> list[bytes | int]:
        line = Line()
        runs.gate.clear()
        for page in ("a", "b", "me", "behind"):
            await line.ask(page, page, runs.of(page))
        told = [await line.ask("me", "new", runs.of("new")), await line.ask("behind", "behind", runs.of("behind"))]
        runs.gate.set()
        return told

    assert asyncio.run(ask()) == [1, 2]


def test_an_answer_that_is_there_lets_go_of_what_the_page_waited_for(runs: Runs) -> None:
    async def ask() -> int:
        line = Line()
        await insist(line, "me", "known", runs)
        runs.gate.clear()
        for page in ("a", "b", "me"):
            await line.ask(page, page, runs.of(page))
        assert await line.ask("me", "known", runs.of("known")) == b"known" * 40
        runs.gate.set()
        return line.pages

    assert asyncio.run(ask()) == 2


def test_what_was_asked_last_is_kept_longest(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_line, "KEPT", 100)

    async def ask() -> None:
        line = Line()
        for name in "abaca":
            await insist(line, "page", name, runs)

    asyncio.run(ask())
    assert runs.ran == list("abc")


def test_a_page_is_told_its_place(runs: Runs) -> None:
    async def ask() -> list[bytes | int]:
        line = Line()
        runs.gate.clear()
        asked = [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "3"), ("f", "5")]
        told = await asyncio.gather(*(line.ask(page, name, runs.of(name)) for page, name in asked))
        runs.gate.set()
        return list(told)

    assert asyncio.run(ask()) == [0, 0, 1, 2, 1, 3]


def test_what_can_come_later_comes_after_what_cannot(runs: Runs) -> None:
    async def ask() -> list[bytes | int]:
        line = Line()
        runs.gate.clear()
        asked = [("a", False), ("b", False), ("c", True), ("d", False)]
        told = await asyncio.gather(*(line.ask(page, page, runs.of(page), later=later) for page, later in asked))
        runs.gate.set()
        await asyncio.gather(*(insist(line, page, page, runs) for page, _ in asked))
        return list(told)

    assert asyncio.run(ask()) == [0, 0, 2, 1]
    assert sorted(runs.ran) == ["a", "b", "c", "d"]


def test_who_has_left_is_not_run_for(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_line, "GONE", 0.5)

    async def ask() -> None:
        line = Line()
        runs.gate.clear()
        for page in "abc":
            await line.ask(page, page, runs.of(page))
        await asyncio.sleep(0.6)
        runs.gate.set()
        await insist(line, "here", "here", runs)
        assert line.pages == 0

    asyncio.run(ask())
    assert set(runs.ran) == {"a", "b", "here"}


def test_a_crowd_is_turned_away(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_line, "MOST_WAITING", 10)

    async def ask() -> list[bytes | BaseException]:
        line = Line()
        asked = [insist(line, f"page {k}", str(k), runs) for k in range(14)]
        return await asyncio.gather(*asked, return_exceptions=True)

    assert sum(isinstance(answer, ResourceError) for answer in asyncio.run(ask())) == 4


def test_a_fault_is_for_who_asked_and_is_not_kept(runs: Runs) -> None:
    def fail() -> bytes:
        raise InputError("no")

    async def ask() -> None:
        line = Line()
        with pytest.raises(InputError):
            await line.ask("page", "a", fail)
        assert await insist(line, "page", "a", runs) == b"a" * 40

    asyncio.run(ask())
