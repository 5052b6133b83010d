"""Translates conditions on documents (`index.search.filters`) into expressions of Milvus with the same meaning.

Every row of a chunk holds its document's values twice: as labels, "key=value", to test equality; and as the lowest and
the highest value of each key, to test order, since some value is above a bound if the highest is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain, groupby

from index.errors import FilterError
from index.milvus.engine import quoted
from index.search.filters import Condition, Described, grouped, number, values_by_key

# The field that holds both, and the key of the labels in it; the lowest and highest values have keys of their own.
ABOUT, LABELS = "about", "labels"
# Longer values are compared by their beginning, or by their sha256 for equality: Milvus takes 64 KB a field.
LONGEST = 200

# Lowest and highest are taken of: all values as text, the values that are numbers, the values that are not.
_ALL, _NUMBERS, _OTHERS = "text", "number", "other"


def labels_of(document: Described) -> list[str]:
    """Return "key" for each key of the document, and "key=value" for each of its values."""
    labels = {key: values for key, values in values_by_key(document).items() if values}
    return [*labels, *(_label(key, value) for key, values in labels.items() for value in values)]


def about(document: Described) -> dict[str, list[str] | str | float]:
    """Return the values that conditions compare, for the field `about` of a chunk."""
    return {LABELS: labels_of(document), **_ranges_of(document)}


def _ranges_of(document: Described) -> dict[str, str | float]:
    """Return the lowest ("key text <") and the highest ("key text >") value of each key, as text and as numbers."""
    ranges: dict[str, str | float] = {}
    for key, values in values_by_key(document).items():
        numbers = [n for value in values if (n := number(value)) is not None]
        others = [value for value in values if number(value) is None]
        for kind, listed in ((_ALL, values), (_OTHERS, others)):
            if listed:
                ranges[f"{key} {kind} <"] = min(listed)[:LONGEST]
                ranges[f"{key} {kind} >"] = max(listed)[:LONGEST]
        if numbers:
            ranges[f"{key} {_NUMBERS} <"], ranges[f"{key} {_NUMBERS} >"] = min(numbers), max(numbers)
    return ranges


def expression(where: Sequence[str] | str) -> tuple[str, list[str]]:
    """Return the expression for the conditions, and the keys that they name. Raises `FilterError`."""
    groups = grouped(where)
    for condition in chain.from_iterable(groups):
        _refuse_unreadable(condition)
    parts = [" or ".join(_translate(condition) for condition in group) for group in groups]
    keys = [key for key, _ in groupby(sorted(condition.key for group in groups for condition in group))]
    return " and ".join(f"({part})" for part in parts), keys


def _refuse_unreadable(condition: Condition) -> None:
    """Raise `FilterError` for line breaks, which no expression may contain; equality compares a sha256 instead."""
    text = condition.key if condition.relation in ("=", "!=") else condition.key + condition.value
    if any(character < " " for character in text):
        raise FilterError(f"{text!r} holds a control character, such as a line break, unknown to Milvus; leave it out")


def _translate(condition: Condition) -> str:
    key, relation, value = condition.key, condition.relation, condition.value
    if relation in ("=", "!="):
        equal = f'json_contains({ABOUT}["{LABELS}"], {quoted(_label(key, value))})'
        return equal if relation == "=" else f"not {equal}"
    bound = number(value)
    if bound is None:
        return _compare_text(key, _ALL, relation, value)
    end = ">" if relation[0] == ">" else "<"
    return f"({_range(key, _NUMBERS, end)} {relation} {bound!r} or {_compare_text(key, _OTHERS, relation, value)})"


def _compare_text(key: str, kind: str, relation: str, bound: str) -> str:
    """Return the expression that compares texts; `>` and `<=` compare as many characters as `bound` has."""
    bound = bound[:LONGEST]
    if relation in (">", "<="):
        after = _next(bound)
        relation = ">=" if relation == ">" else "<"
        if after is None:  # nothing is above it
            return f'{_range(key, kind, "<")} {"<" if relation == ">=" else ">="} ""'
        bound = after
    return f"{_range(key, kind, '>' if relation == '>=' else '<')} {relation} {quoted(bound)}"


def _next(text: str) -> str | None:
    """Return the lowest text that is above every text that begins with `text`."""
    while text:
        code = ord(text[-1]) + 1
        if code <= 0x10FFFF:
            return text[:-1] + chr(0xE000 if 0xD800 <= code < 0xE000 else code)
        text = text[:-1]
    return None


def _range(key: str, kind: str, end: str) -> str:
    return f"{ABOUT}[{quoted(f'{key} {kind} {end}')}]"


def _label(key: str, value: str) -> str:
    if len(value) > LONGEST or any(character < " " for character in value):
        value = "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{key}={value}"
