"""Parses conditions on documents, such as `source=Reuters` or `date>=2024-01-01`, and tests documents by them."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import FilterError
from index.types import MetadataValue

ID, SOURCE, MEDIA_TYPE = "id", "source", "media_type"
_ORDERED = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_CONDITION = re.compile(r"\s*([^=<>!]+?)\s*(>=|<=|!=|=|>|<)(.*)", re.DOTALL)


class Described(Protocol):
    """The subject of a condition: a document, or its entry in the catalogue."""

    @property
    def id(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def metadata(self) -> Mapping[str, MetadataValue]: ...


@dataclass(frozen=True, slots=True)
class Condition:
    """`key` `relation` `value`, where the relation is `=`, `!=`, `>=`, `<=`, `>` or `<`."""

    key: str
    relation: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the condition that `text` states. Raises `FilterError` for anything but KEY=VALUE and the like."""
        parts = _CONDITION.fullmatch(text)
        if parts is None:
            raise FilterError(
                f"{text!r} is not a filter; write KEY=VALUE, KEY!=VALUE, or KEY>=VALUE, <=, >, < for dates and numbers"
            )
        return cls(parts[1], parts[2], parts[3].strip())

    def holds(self, document: Described) -> bool:
        """Return whether one of the document's values meets the condition; for `!=`, whether none equals it."""
        if self.relation == "!=":
            return self.value not in _values(document, self.key)
        return any(self._meets(value) for value in _values(document, self.key))

    def _meets(self, value: str) -> bool:
        if self.relation == "=":
            return value == self.value
        return bool(_ORDERED[self.relation](_compare(value, self.value), 0))


def matching(documents: Iterable[Described], where: Sequence[str] | str) -> NDArray[np.bool_]:
    """Return a mask (documents,) of those that meet the conditions in `where`.

    Conditions `=` with the same key are alternatives; all others must hold together. Raises `FilterError` for a
    condition that cannot be read and for a key that no document has.
    """
    groups = grouped(where)
    listed = list(documents)
    keys = {ID, SOURCE, MEDIA_TYPE}.union(*(document.metadata for document in listed))
    for group in groups:
        if group[0].key not in keys:
            raise FilterError(unknown_key(group[0].key, keys))
    return np.array([meets(document, groups) for document in listed], dtype=np.bool_)


def meets(document: Described, groups: Sequence[Sequence[Condition]]) -> bool:
    """Return whether one condition of each group holds for the document."""
    return all(any(condition.holds(document) for condition in group) for group in groups)


def grouped(where: Sequence[str] | str) -> list[list[Condition]]:
    """Return the conditions in groups: one in each group must hold. Raises `FilterError` for an invalid condition."""
    groups: dict[tuple[str, str], list[Condition]] = {}
    for condition in map(Condition.parse, [where] if isinstance(where, str) else where):
        alternative = "=" if condition.relation == "=" else f"{condition.relation}{condition.value}"
        groups.setdefault((condition.key, alternative), []).append(condition)
    return list(groups.values())


def unknown_key(key: str, keys: Iterable[str]) -> str:
    """Return the message for a condition on a key that no document has."""
    return f"no document has {key!r}; filter by {', '.join(sorted(keys))}"


def values_by_key(document: Described) -> dict[str, list[str]]:
    """Return the values that conditions compare: the document's metadata, id, source and media type."""
    return {key: _values(document, key) for key in (*document.metadata, ID, SOURCE, MEDIA_TYPE)}


def number(text: str) -> float | None:
    """Return `text` as a number, if it is a finite one."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _values(document: Described, key: str) -> list[str]:
    value = document.metadata.get(key, ())
    values = [value] if isinstance(value, str) else list(value)
    own = {ID: document.id, SOURCE: document.source, MEDIA_TYPE: document.media_type}
    return [*values, own[key]] if key in own else values


def _compare(value: str, bound: str) -> int:
    """Return below 0, 0 or above 0. Numbers compare as numbers; texts are cut to `bound`: 2024-05-01 equals 2024."""
    a, b = number(value), number(bound)
    if a is None or b is None:
        start = value[: len(bound)]
        return (start > bound) - (start < bound)
    return (a > b) - (a < b)
