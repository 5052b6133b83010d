"""Gives the words that people read, one file a surface: `prompts/SURFACE.toml`, with `$name` for variables."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from string import Template

__all__ = ["render"]

SURFACES = ("answer", "page", "report", "dossier", "command_line", "programs", "check")


def render(key: str, /, **values: object) -> str:
    """Return the template `key`, whichever file has it, with its variables filled in.

    Raises `KeyError` naming the variable that `values` lacks, `LookupError` if there is no such template.
    """
    template = _templates().get(key)
    if template is None:
        raise LookupError(f"there is no template {key!r} in prompts/")
    try:
        return template.substitute(values)
    except KeyError as error:
        raise KeyError(f"template {key!r} needs a value for {error.args[0]!r}") from error


@cache
def _templates() -> dict[str, Template]:
    tables = (tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8")) for name in SURFACES)
    return {key: Template(text) for table in tables for key, text in table.items()}
