"""The API's reference as a page, made from its OpenAPI description; readable without JavaScript."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from shared.web.render import Renderer

METHODS = ("get", "post", "put", "patch", "delete")


def router(area: str, title: str) -> APIRouter:
    """Return `/<area>/api/docs`."""
    made = APIRouter(include_in_schema=False)

    @made.get(f"/{area}/api/docs")
    async def reference(request: Request) -> HTMLResponse:
        description = request.app.openapi()
        context = {"title": title, "area": area, "operations": operations(description), "schemas": schemas(description)}
        renderer: Renderer = request.app.state.resources.renderer
        return renderer.page(request, "kit/reference.html", context)

    return made


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every operation of an OpenAPI description, with what the page shows of it."""
    found = []
    for path, item in description.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                found.append(_operation(path, method, item[method]))
    return found


def schemas(description: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the fields of every schema by its name."""
    named = description.get("components", {}).get("schemas", {})
    return {name: _fields(schema) for name, schema in named.items() if "properties" in schema}


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return {
        "id": operation.get("operationId", ""),
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [{**given, "type": kind(given.get("schema", {}))} for given in operation.get("parameters", [])],
        "body": kind(body) if body else "",
        "responses": {status: given.get("description", "") for status, given in operation.get("responses", {}).items()},
    }


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    needed = schema.get("required", [])
    return [
        {"name": name, "type": kind(given), "required": name in needed, "description": given.get("description", "")}
        for name, given in schema["properties"].items()
    ]


def kind(schema: dict[str, Any]) -> str:
    """Return a schema's type in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(kind(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{kind(schema.get('items', {}))}]"
    return " ".join(str(part) for part in (schema.get("type", "any"), schema.get("format", "")) if part)
