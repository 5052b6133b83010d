"""The words of answers and of the page, one template a file: `prompts/NAME.txt`, with `$name` for its variables."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template

__all__ = ["render"]


def render(name: str, /, **values: object) -> str:
    """The template `name` with its variables filled in, without the file's last newline.

    Raises `KeyError` naming the variable that `values` lacks, `LookupError` if there is no such template.
    """
    try:
        return _template(name).substitute(values)
    except KeyError as error:
        raise KeyError(f"template {name!r} needs a value for {error.args[0]!r}") from error


@cache
def _template(name: str) -> Template:
    path = files(__name__) / f"{name}.txt"
    if not path.is_file():
        raise LookupError(f"there is no template {name!r} in prompts/")
    return Template(path.read_text(encoding="utf-8").removesuffix("\n"))
