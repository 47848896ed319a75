"""Many runs at once: threads over the compiled month, which releases the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

Address = TypeVar("Address")
Found = TypeVar("Found")


def run_all(
    addresses: Sequence[Address],
    one: Callable[[Address], Found],
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> dict[Address, Found]:
    """``one`` of every address, by address, whatever the order they finish in; what ``one`` raises ends it all.

    ``progress(done, total)`` is called in the calling thread.
    """
    found: dict[Address, Found] = {}
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(addresses)))) as pool:
        futures: dict[Future[Found], Address] = {pool.submit(one, address): address for address in addresses}
        try:
            for future in as_completed(futures):
                found[futures[future]] = future.result()
                if progress is not None:
                    progress(len(found), len(addresses))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # an interrupt must not wait for the runs still queued
            raise
    return found
