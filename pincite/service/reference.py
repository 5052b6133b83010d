"""Renders the OpenAPI document as an HTML page that loads nothing from other servers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pincite.html.marks import escape, escaped_prose
from pincite.html.pages import style_text
from pincite.html.words import words_html

__all__ = ["reference_html"]

_Json = Mapping[str, Any]


def reference_html(openapi: _Json) -> str:
    """Return a page with every path of `openapi`, its fields, and an example for the command line."""
    style = style_text("pincite.service", "plain.css")
    title = words_html("page_api_title")
    body = "".join(
        _operation(openapi, path, *item) for path, methods in openapi["paths"].items() for item in methods.items()
    )
    schemas = "".join(_schema(openapi, name, schema) for name, schema in openapi["components"]["schemas"].items())
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/favicon.ico">'
        f"<style>{style}</style></head><body><main><h1>{title}</h1><p>{escape(openapi['info']['summary'])}</p>"
        f'<p>{words_html("page_api_about")} <a href="openapi.json">openapi.json</a></p>'
        f"{body}<h2>{words_html('page_api_objects')}</h2>{schemas}</main></body></html>"
    )


def _operation(openapi: _Json, path: str, method: str, about: _Json) -> str:
    body = about.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    rows = [(p["name"], p["schema"], p.get("required", False)) for p in about.get("parameters", ())]
    if body is not None:
        rows += sorted(_fields(_resolved(openapi, body)), key=lambda row: not row[2])  # required ones first
    answers = "".join(
        f"<tr><td><code>{status}</code></td><td>{escape(response['description'])}</td><td>{_type(_content(response))}</td></tr>"
        for status, response in sorted(about["responses"].items())
    )
    example = _example(path, method, has_body=body is not None)
    return (
        f"<section><h2><code>{method.upper()} /v1{escape(path)}</code> {escape(about['summary'])}</h2>"
        f"<p>{escaped_prose(about.get('description', ''))}</p><pre>{escape(example)}</pre>"
        f"{_table(rows)}<table><tbody>{answers}</tbody></table></section>"
    )


def _example(path: str, method: str, *, has_body: bool) -> str:
    if not has_body:
        query = "?document_id=islamabad-talks.md&start=0&end=80" if path == "/passage" else ""
        return f"curl 'http://localhost:7860/v1{path}{query}'"
    request = {"question": "Who signed the lease?"} if path == "/ask" else {"draft": "“Ann Gray signed the lease.”"}
    body = json.dumps({**request, "text": "Ann Gray signed the lease in 1851."}, ensure_ascii=False)
    return f"curl http://localhost:7860/v1{path} \\\n  -H 'content-type: application/json' \\\n  -d '{body}'"


def _schema(openapi: _Json, name: str, schema: _Json) -> str:
    about = str(schema.get("description", "")).split("\n\n")[0]
    values = ", ".join(f"<code>{escape(str(value))}</code>" for value in schema.get("enum", ()))
    title = escape(name.lstrip("_"))
    fields = _table(list(_fields(schema)))
    return f'<section id="{escape(name)}"><h3>{title}</h3><p>{escaped_prose(about)} {values}</p>{fields}</section>'


def _fields(schema: _Json) -> Iterator[tuple[str, _Json, bool]]:
    required = schema.get("required", ())
    for name, field_schema in schema.get("properties", {}).items():
        yield name, field_schema, name in required


def _table(rows: list[tuple[str, _Json, bool]]) -> str:
    if not rows:
        return ""
    table_rows = "".join(
        f"<tr><th scope='row'><code>{escape(name)}</code></th><td>{_type(schema)}</td>"
        f"<td>{escaped_prose(str(schema.get('description', '')))} {_note(schema, required)}</td></tr>"
        for name, schema, required in rows
    )
    return f"<table><tbody>{table_rows}</tbody></table>"


def _note(schema: _Json, required: bool) -> str:
    if required:
        return words_html("page_api_required")
    if schema.get("default") in (None, [], {}):
        return ""
    return words_html("page_api_default", value=json.dumps(schema["default"]))


def _type(schema: _Json) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name.lstrip("_")}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(alternative) for alternative in schema["anyOf"])
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}" if schema.get("items") else "array"
    return escape(str(schema.get("type", "")))


def _content(response: _Json) -> _Json:
    content = response.get("content", {}).get("application/json", {}).get("schema", {})
    return content if isinstance(content, Mapping) else {}


def _resolved(openapi: _Json, schema: _Json) -> _Json:
    if "$ref" not in schema:
        return schema
    target: _Json = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return target
