"""Write a picture as JSON, for other programs, and read it back.

The fields are those of the dataclasses in `viz.graph.parts`; the JSON Schema is generated from them
too, so the three always agree.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from typing import Any

from viz.graph.parts import GraphPicture

#: Increased when fields are removed or change their meaning; new ones do not change it.
VERSION = 1


def to_json(picture: GraphPicture) -> str:
    """Return the picture as JSON; numbers that JSON lacks (nan, inf) are written as text.

    >>> from viz.graph.parts import PictureNode
    >>> text = to_json(GraphPicture((PictureNode("n0", "w", "leaf", "2.0"),)))
    >>> from_json(text).nodes[0].name
    'w'
    """
    data = {"format": "chainrule picture", "version": VERSION, **dataclasses.asdict(picture)}
    return json.dumps(_writable(data), ensure_ascii=False, indent=1)


def from_json(text: str) -> GraphPicture:
    """Return the picture that was written by `to_json`.

    Raises ValueError if it is not JSON, not ours, of a later version, or has an invalid field.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is no JSON: {error}") from None
    if not isinstance(data, dict) or data.get("format") != "chainrule picture":
        raise ValueError('this is no picture of ours: it lacks "format": "chainrule picture"')
    if data.get("version") != VERSION:
        raise ValueError(f"the picture has version {data.get('version')}; this reads {VERSION}")
    return typing.cast(GraphPicture, _read(GraphPicture, data, "picture"))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of what `to_json` writes.

    >>> schema()["properties"]["version"]
    {'const': 1}
    """
    whole = _schema(GraphPicture)
    frame = {"format": {"const": "chainrule picture"}, "version": {"const": VERSION}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A picture of a recorded computation",
        **whole,
        "properties": {**frame, **whole["properties"]},
        "required": [*frame, *whole["required"]],
    }


def _writable(x: Any) -> Any:
    if isinstance(x, dict):
        return {key: _writable(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [_writable(value) for value in x]
    return str(x) if isinstance(x, float) and not abs(x) < float("inf") else x


def _read(kind: Any, x: Any, where: str) -> Any:
    """Return `x` as `kind`, one of the types in the dataclasses."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(x, dict):
        hints = typing.get_type_hints(kind)
        known = {name: value for name, value in x.items() if name in hints}
        missing = [
            field.name
            for field in dataclasses.fields(kind)
            if field.name not in known and field.default is dataclasses.MISSING
        ]
        if missing:
            raise ValueError(f"{where} lacks {', '.join(missing)}")
        fields = {name: _read(hints[name], v, f"{where}.{name}") for name, v in known.items()}
        return typing.cast(Any, kind)(**fields)
    if origin is tuple and isinstance(x, list):
        each = arguments[:1] * len(x) if arguments[1:] == (...,) else arguments
        return tuple(
            _read(k, v, f"{where}[{i}]") for i, (k, v) in enumerate(zip(each, x, strict=True))
        )
    if origin is typing.Literal and x in arguments:
        return x
    if origin in (types.UnionType, typing.Union):
        return None if x is None else _read(arguments[0], x, where)
    if kind is float and isinstance(x, int | float | str):
        return float(x)
    if isinstance(kind, type) and isinstance(x, kind):
        return x
    raise ValueError(f"{where} is {x!r}, which does not fit {kind}")


def _schema(kind: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        fields = dataclasses.fields(kind)
        return {
            "type": "object",
            "description": (kind.__doc__ or "").split("\n")[0],
            "properties": {field.name: _schema(hints[field.name]) for field in fields},
            "required": [field.name for field in fields],
        }
    if origin is tuple and arguments[1:] == (...,):
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_schema(each) for each in arguments]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema(each) for each in arguments]}
    names = {str: ["string"], int: ["integer"], float: ["number", "string"], bool: ["boolean"]}
    return {"type": "null"} if kind is type(None) else {"type": names[kind]}
