"""Named tuples of columns, handed to compiled code as one pointer each.

Numba takes a named tuple apart: sixty columns of seven numbers each were four hundred arguments of every call, and
most of the time of the compiler.  Here a table is written once into a block of eight-byte slots (address and shape of
each column, numbers as they are, tables inside tables in place), and rules get the address of that block.  The text of
a rule does not change: ``firms.cash[i]`` looks the column up in the block, and since a block is never written again,
the compiler may look once and remember.
"""

from __future__ import annotations

import functools
import hashlib
import struct
from typing import Any

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, lower_getattr_generic, models, register_model, unbox
from numba.np.arrayobj import make_array, populate_array

SLOT = 8


class Pointed(types.Type):
    """The type of a named tuple behind a pointer: its fields and their types, in order."""

    def __init__(self, name: str, fields: tuple[tuple[str, Any], ...]) -> None:
        self.offsets: dict[str, int] = {}
        self.kinds = dict(fields)
        self.slots = 0
        for field, kind in fields:
            self.offsets[field] = SLOT * self.slots
            self.slots += slots(kind)
        digest = hashlib.sha256(repr([(field, str(kind)) for field, kind in fields]).encode()).hexdigest()
        super().__init__(f"{name}_{digest[:8]}")


def slots(kind: Any) -> int:
    """How many slots a value of this type takes."""
    if isinstance(kind, Pointed):
        return kind.slots
    if isinstance(kind, types.Array):
        return 1 + int(kind.ndim)
    return len(kind) if isinstance(kind, types.Tuple | types.UniTuple) else 1


class Block:
    """A named tuple written down for compiled code; keeps it alive.

    Compiled entry points write one for each call; who calls often keeps one and passes it instead of the named tuple.
    """

    def __init__(self, table: Any) -> None:
        self.table = table
        written: list[int | float] = []
        self._numba_type_ = type_of(write(table, written))
        letters = "".join(["d" if type(value) is float else "q" for value in written])
        self.slots = np.frombuffer(struct.pack(letters, *written), np.int64)
        self.address = self.slots.ctypes.data


def write(value: Any, into: list[Any]) -> Any:
    """Append the slots of a value; returns what ``type_of`` needs to know about it."""
    if isinstance(value, np.ndarray):
        if not value.flags.c_contiguous:
            raise TypeError(f"a column must be contiguous; got strides {value.strides} for shape {value.shape}")
        into.append(value.__array_interface__["data"][0])
        into.extend(value.shape)
        return value.dtype.char, value.ndim
    if isinstance(value, tuple):
        return type(value), tuple([write(part, into) for part in value])
    number = float(value) if isinstance(value, float | np.floating) else int(value)
    into.append(number)
    return type(number)


@functools.cache
def type_of(found: Any) -> Any:
    """The type for numba of what ``write`` has found."""
    if found is float or found is int:
        return types.float64 if found is float else types.int64
    if isinstance(found[0], str):
        return types.Array(from_dtype(np.dtype(found[0])), found[1], "C")
    kinds = [type_of(part) for part in found[1]]
    if hasattr(found[0], "_fields"):
        return Pointed(found[0].__name__, tuple(zip(found[0]._fields, kinds, strict=True)))
    return types.Tuple(kinds)


@register_model(Pointed)
class PointedModel(models.OpaqueModel):
    """In compiled code it is an address."""


@unbox(Pointed)
def unbox_pointed(kind: Any, block: Any, c: Any) -> Any:
    """Take the address out of a Block."""
    number = c.pyapi.object_getattr_string(block, "address")
    address = c.pyapi.long_as_voidptr(number)
    c.pyapi.decref(number)
    return NativeValue(address)


@infer_getattr
class PointedFields(AttributeTemplate):
    """``firms.cash`` has the type that the field has."""

    key = Pointed

    def generic_resolve(self, pointed: Any, field: str) -> Any:
        return pointed.kinds.get(field)


@lower_getattr_generic(Pointed)
def read_field(context: Any, builder: Any, pointed: Any, address: Any, field: str) -> Any:
    """Read a field out of the block."""
    return read(context, builder, pointed.kinds[field], step(builder, address, pointed.offsets[field]))


def step(builder: Any, address: Any, far: int) -> Any:
    """The address so many bytes further on."""
    return builder.gep(address, [ir.Constant(ir.IntType(64), far)]) if far else address


def read(context: Any, builder: Any, kind: Any, address: Any) -> Any:
    """The value of this type at an address inside a block."""
    if isinstance(kind, Pointed):
        return address
    if isinstance(kind, types.Tuple | types.UniTuple):
        parts = [read(context, builder, part, step(builder, address, SLOT * k)) for k, part in enumerate(kind)]
        return context.make_tuple(builder, kind, parts)
    if not isinstance(kind, types.Array):
        return load(builder, address, context.get_value_type(kind))
    array = make_array(kind)(context, builder)
    size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    shape = [load(builder, step(builder, address, SLOT * (1 + k)), ir.IntType(64)) for k in range(kind.ndim)]
    strides = [size]
    for extent in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], extent))
    data = load(builder, address, array.data.type)
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return array._getvalue()


def load(builder: Any, address: Any, kind: Any) -> Any:
    """Read a slot; the mark says that it never changes, so that reading once is enough."""
    value = builder.load(builder.bitcast(address, kind.as_pointer()))
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


__all__ = ["Block", "Pointed"]
