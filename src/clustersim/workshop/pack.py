"""A recording as bytes: small numbers in arrays, and one JSON head that says where each array lies.

    4 bytes   length of the head, little-endian
    head      JSON; an array stands as {"array": type, "shape": [...], "at": offset, "coded": "" or "steps"}
    body      the arrays, one after another, each on a multiple of 8 bytes

``steps`` are differences along the first axis, modulo the size of the number: what changes little packs small.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

TYPES = {"u1": "<u1", "u2": "<u2", "i2": "<i2", "i4": "<i4", "f4": "<f4"}
EDGE = 8  # bytes


class Steps(NamedTuple):
    """An array to be written as its differences along the first axis (months)."""

    values: np.ndarray


def pack(tree: Mapping[str, Any]) -> bytes:
    """The tree of dicts, lists, texts, numbers and arrays as bytes; arrays of the types u1, u2, i2, i4, f4 only."""
    body: list[bytes] = []
    at = 0

    def put(value: Any) -> Any:
        nonlocal at
        if isinstance(value, Steps):
            first = value.values[:1]
            return put(np.concatenate([first, np.diff(value.values, axis=0)])) | {"coded": "steps"}
        if isinstance(value, np.ndarray):
            kind = value.dtype.str[1:]
            data = np.ascontiguousarray(value, dtype=TYPES[kind]).tobytes()
            here, at = at, at + -(-len(data) // EDGE) * EDGE
            body.append(data.ljust(at - here, b"\0"))
            return {"array": kind, "shape": list(value.shape), "at": here, "coded": ""}
        if isinstance(value, Mapping):
            return {str(key): put(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [put(inner) for inner in value]
        return value

    head = json.dumps(put(tree), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    head = head.ljust(-(-(4 + len(head)) // EDGE) * EDGE - 4)  # blanks are JSON too; the body begins on an edge
    return struct.pack("<I", len(head)) + head + b"".join(body)


def unpack(data: bytes) -> Any:
    """The tree again, as the page reads it; for tests and for what is printed."""
    (length,) = struct.unpack_from("<I", data)
    body = data[4 + length :]

    def get(value: Any) -> Any:
        if isinstance(value, dict) and "array" in value:
            count = int(np.prod(value["shape"], dtype=np.int64))
            found = np.frombuffer(body, TYPES[value["array"]], count, value["at"]).reshape(value["shape"])
            return np.cumsum(found, axis=0, dtype=found.dtype) if value["coded"] == "steps" else found
        if isinstance(value, dict):
            return {key: get(inner) for key, inner in value.items()}
        return [get(inner) for inner in value] if isinstance(value, list) else value

    return get(json.loads(data[4 : 4 + length]))
