"""Holds a value against the part of JSON Schema that docs/verdict.schema.json uses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

__all__ = ["faults", "verdict_schema"]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "null": type(None),
}
_KNOWN = {
    "$schema", "title", "description", "$defs", "$ref", "oneOf", "type", "enum", "pattern",
    "required", "properties", "additionalProperties", "items",
}  # fmt: skip


def verdict_schema() -> dict[str, Any]:
    """The schema in the documentation."""
    path = Path(__file__).parents[3] / "docs" / "verdict.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "$") -> list[str]:
    """Everything in a value that the schema does not allow."""
    assert set(schema) <= _KNOWN, f"the test cannot check {set(schema) - _KNOWN}"
    if "$ref" in schema:
        return faults(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole, at)
    if "oneOf" in schema:
        tried = [faults(value, choice, whole, at) for choice in schema["oneOf"]]
        return [] if tried.count([]) == 1 else [f"{at}: none or several of oneOf: {tried}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is not in {schema['enum']}")
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(isinstance(value, _TYPES[kind]) for kind in kinds):
            return [f"{at}: {value!r} is no {kinds}"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: {value!r} does not fit {schema['pattern']}")
    if isinstance(value, dict):
        found += _faults_of_object(value, schema, whole, at)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += faults(item, schema["items"], whole, f"{at}[{index}]")
    return found


def _faults_of_object(
    value: dict[str, Any], schema: dict[str, Any], whole: dict[str, Any], at: str
) -> list[str]:
    found = [f"{at}: {key} is missing" for key in schema.get("required", []) if key not in value]
    others = schema.get("additionalProperties", True)
    for key, item in value.items():
        inner = schema.get("properties", {}).get(key, others)
        if inner is False:
            found.append(f"{at}: {key} is not allowed")
        elif isinstance(inner, dict):
            found += faults(item, inner, whole, f"{at}.{key}")
    return found
