"""The words that people read: every one that is asked for is there, and every one there is asked for."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import prompts

ROOT = Path(__file__).parent.parent
TABLES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "prompts").glob("*.toml")}
KEYS = Counter(key for table in TABLES.values() for key in table)
TREES = [
    ast.parse(path.read_text(encoding="utf-8"))
    for part in ("pincite", "qa", "index")
    for path in sorted((ROOT / part).rglob("*.py"))
]


def asks_for_words(call: ast.Call) -> bool:
    """`render(…)`, `prompts.render(…)` and `words_html(…)`; other things that are rendered are no words."""
    function = ast.unparse(call.func)
    return function in {"render", "prompts.render", "words_html"}


def asked() -> Iterator[ast.expr]:
    """The key of every call: an expression, or both sides of a choice."""
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and asks_for_words(node):
                key = node.args[0]
                yield from (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,)


TEMPLATES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pincite").rglob("*.html"))
LITERAL = {
    *(key.value for key in asked() if isinstance(key, ast.Constant)),
    *re.findall(r"""\brender\(["'](\w+)["']""", TEMPLATES),
}
# Keys that stand in tables in the code, from which a call takes one. All have a part of their surface's name in them.
IN_TABLES = {
    node.value for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Constant) and "_" in str(node.value)
}


def test_every_key_that_is_asked_for_is_there() -> None:
    assert len(LITERAL) > 100
    assert LITERAL - KEYS.keys() == set()


def test_every_key_that_is_there_is_asked_for() -> None:
    assert KEYS.keys() - LITERAL - IN_TABLES == set()


def test_no_key_is_made_of_parts_so_that_a_search_finds_it() -> None:
    made = [ast.unparse(key) for key in asked() if isinstance(key, ast.JoinedStr | ast.BinOp)]
    assert made == []


def test_a_key_stands_in_one_file_alone_and_all_files_are_read() -> None:
    assert [key for key, count in KEYS.items() if count > 1] == []
    assert set(prompts.SURFACES) == TABLES.keys()


def test_a_template_is_filled_in() -> None:
    assert prompts.render("place_page", page=7) == ", page 7"


def test_a_missing_value_and_a_missing_template_are_named() -> None:
    with pytest.raises(KeyError, match="template 'place_page' needs a value for 'page'"):
        prompts.render("place_page")
    with pytest.raises(LookupError, match="there is no template 'nothing_like_it' in prompts/"):
        prompts.render("nothing_like_it")
