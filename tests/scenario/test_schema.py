"""The JSON Schema of a scenario."""

from __future__ import annotations

import json

from clustersim.interventions import KINDS
from clustersim.scenario.schema import json_schema


def test_the_schema_knows_every_parameter_and_kind() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"].startswith("https://json-schema.org/")
    gain = schema["$defs"]["Trust"]["properties"]["gain"]
    assert (gain["minimum"], gain["maximum"], gain["x-unit"]) == (0, 0.5, "share of the gap to 1")
    assert gain["description"]
    for section, shock in (("interventions", False), ("shocks", True)):
        options = schema["properties"][section]["additionalProperties"]["oneOf"]
        named = {option["properties"]["kind"]["const"] for option in options}
        assert named == {kind for kind, known in KINDS.items() if known.shock is shock} | {"none"}
    references = [part.split('"')[0] for part in json.dumps(schema).split('"#/$defs/')[1:]]
    assert set(references) <= set(schema["$defs"])
