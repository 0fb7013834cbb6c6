"""The reference of the resource API as a page, made from its OpenAPI document."""

from collections.abc import Iterator, Mapping
from typing import Any

Spec = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
PRESCRIBED = frozenset({"HTTPValidationError", "ValidationError"})
"""Shapes that the framework adds, and that no answer has."""

OPENING = """# The resource API

<!-- Written by `pydatalab dev.write-api-reference`; do not edit. -->

All routes of the API that the page and new scripts use, from its OpenAPI document, which every server
gives at `/v1/openapi.json`. How they are used (keys, pages, conflicts, uploads, errors):
[use the API](../how-to/use-the-api.md). Routes of existing clients: [old clients](old-clients.md).

Every route but `GET /v1/info` and the health checks needs a key or a session. Errors are problem details
(RFC 9457): 401 nobody is signed in, 403 not allowed, 404 not there or hidden, 409 somebody else was
first, 413 too large, 422 unfit, with `errors` for single fields, 503 try again.
"""


def page(document: Spec) -> str:
    """The whole page, as Markdown."""
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                said = "\n".join(_route(method, path, operations[method]))
                by_tag.setdefault(operations[method]["tags"][0], []).append(said)
    rooms = [f"## {tag.capitalize()}\n\n" + "\n".join(said) for tag, said in by_tag.items()]
    shapes = [
        "\n".join(_shape(name, schema))
        for name, schema in sorted(document["components"]["schemas"].items())
        if name not in PRESCRIBED and "properties" in schema and not _listed(name)
    ]
    return "\n".join([OPENING, *rooms, "## Shapes\n", *shapes]).rstrip() + "\n"


def _route(method: str, path: str, operation: Spec) -> Iterator[str]:
    yield f"### `{method.upper()} {path}`\n"
    yield f"{_prose(operation['description'])}\n"
    given = [one for one in operation.get("parameters", []) if one["in"] != "path"]
    if given:
        yield from _table("parameter", [(one["name"], one["schema"], one) for one in given])
    if "requestBody" in operation:
        yield f"Body: {_content(operation['requestBody'])}.\n"
    answers = [
        f"{status} {_content(answer) or 'without a shape of its own'}"
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    ]
    yield f"Answer: {'; '.join(answers)}.\n"


def _content(body: Spec) -> str:
    kinds = {
        kind: _type(one["schema"])
        for kind, one in body.get("content", {}).items()
        if "schema" in one
    }
    plain = kinds.pop("application/json", None)
    others = [f"`{kind}`" for kind in kinds]
    return " or ".join([plain, *others] if plain else others)


def _shape(name: str, schema: Spec) -> Iterator[str]:
    yield f"### {_shown(name)}\n"
    if schema.get("description"):
        yield f"{_prose(schema['description'])}\n"
    needed = schema.get("required", [])
    yield from _table(
        "field",
        [
            (key, one, {"required": key in needed, **one})
            for key, one in schema["properties"].items()
        ],
    )


def _table(title: str, rows: list[tuple[str, Spec, Spec]]) -> Iterator[str]:
    yield f"| {title} | type | |"
    yield "| --- | --- | --- |"
    for name, schema, about in rows:
        notes = [_prose(about.get("description", ""))]
        if about.get("required") is True:
            notes.append("Always there." if title == "field" else "Needed.")
        elif schema.get("default") not in (None, [], {}, ""):
            notes.append(f"Default `{schema['default']}`.")
        said = " ".join(note if note.endswith(".") else f"{note}." for note in notes if note)
        yield f"| `{name}` | {_type(schema)} | {said} |"
    yield ""


def _type(schema: Spec) -> str:
    """A type as people say it, with links to the shapes of this page."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        listed = _listed(name)
        if listed:
            return f"page of {_link(listed)}"
        return _link(name)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[key]))
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    words = {"null": "`null`", "object": "object", "string": "text", "boolean": "true or false"}
    kind = schema.get("type", "anything")
    return words.get(kind, str(kind))


def _listed(name: str) -> str | None:
    """The shape of which a shape is a page."""
    return name[7:-1] if name.startswith("Listed_") and name.endswith("_") else None


def _shown(name: str) -> str:
    return name.replace("-Input", " (sent)").replace("-Output", "")


def _link(name: str) -> str:
    shown = _shown(name)
    anchor = shown.lower().replace(" ", "-").replace("(", "").replace(")", "")
    return f"[{shown}](#{anchor})"


def _prose(text: str) -> str:
    """A docstring on one line, its literals marked as Markdown does; safe within a table."""
    return " ".join(text.replace("``", "`").split()).replace("|", "\\|")
