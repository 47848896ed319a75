"""Every declared parameter: what it means, and what happens to a value that it does not allow."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from clustersim.interventions import KINDS
from clustersim.parameters.declare import Declaration, declarations
from clustersim.scenario import PROGRAMME, Scenario
from tests.bad_input import only


def declared(model: type[BaseModel], prefix: str = "") -> list[Declaration]:
    return list(declarations(model, prefix))


PARAMETERS = declared(Scenario)
FIELDS = [(kind, field) for kind, known in KINDS.items() for field in declared(known)]


def bad_value(parameter: Declaration) -> Any:
    """A value that no declaration of this type allows."""
    if parameter.type == "choice":
        return "no such choice"
    if parameter.type == "bool":
        return 1
    if parameter.high is not None:
        return parameter.high + 1 if parameter.type == "int" else parameter.high * 1.01 + 1.0
    return True


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.path)
def test_a_bad_value_is_refused_by_key_line_and_what_is_allowed(parameter: Declaration) -> None:
    section, _, name = parameter.path.rpartition(".")
    value = bad_value(parameter)
    shown = f"'{value}'" if isinstance(value, str) else str(value).lower()
    problem = only(f"[{section}]\n{name} = {shown}\n")
    assert (problem.key, problem.line, problem.file) == (parameter.path, 2, "x.toml")
    assert problem.allowed
    if parameter.high is not None and parameter.path != "cluster.firms":
        number = f"{parameter.high:,.0f}" if parameter.high == int(parameter.high) else repr(parameter.high)
        assert f"to {number}" in problem.allowed
    for choice in parameter.choices:
        assert choice in problem.allowed


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.path)
def test_every_parameter_says_what_it_means_and_where_it_is_from(parameter: Declaration) -> None:
    assert parameter.meaning.strip()
    assert parameter.unit.strip()
    assert parameter.source.strip()
    if parameter.type in ("int", "float"):
        assert parameter.low is not None
        assert parameter.high is not None


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda x: x if isinstance(x, str) else x.path)
def test_every_field_of_an_intervention_says_what_it_means_and_where_it_is_from(kind: str, field: Declaration) -> None:
    assert field.meaning.strip(), kind
    assert field.unit.strip(), kind
    assert field.source.strip(), kind
    if field.type in ("int", "float"):
        assert field.low is not None, kind
        assert field.high is not None, kind


def test_every_value_of_a_section_is_a_declared_parameter() -> None:
    paths = {parameter.path for parameter in PARAMETERS}
    for name, field in Scenario.model_fields.items():
        if name not in PROGRAMME and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            assert any(path.startswith(f"{name}.") for path in paths)
