"""Conditions on documents, such as `source=Reuters` or `date>=2024-01-01`, that a search keeps to."""

from __future__ import annotations

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
    """What a condition is about: a document, or its entry in a catalogue."""

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
        """Raises `FilterError` for anything but KEY=VALUE and the like."""
        parts = _CONDITION.fullmatch(text)
        if parts is None:
            raise FilterError(
                f"{text!r} is no filter; write KEY=VALUE, KEY!=VALUE, or KEY>=VALUE, <=, >, < for dates and numbers"
            )
        return cls(parts[1], parts[2], parts[3].strip())

    def holds(self, document: Described) -> bool:
        """Whether one of the document's values for the key meets the condition; for `!=`, whether none equals it."""
        if self.relation == "!=":
            return self.value not in _values(document, self.key)
        return any(self._meets(value) for value in _values(document, self.key))

    def _meets(self, value: str) -> bool:
        if self.relation == "=":
            return value == self.value
        return bool(_ORDERED[self.relation](_compare(value, self.value), 0))


def matching(documents: Iterable[Described], where: Sequence[str] | str) -> NDArray[np.bool_]:
    """(documents,): which of them meet the conditions in `where`.

    Conditions `=` with the same key are alternatives; all others must hold together. Raises `FilterError` for a
    condition that cannot be read and for a key that no document has.
    """
    groups: dict[tuple[str, str], list[Condition]] = {}
    for condition in map(Condition.parse, [where] if isinstance(where, str) else where):
        alternative = "=" if condition.relation == "=" else f"{condition.relation}{condition.value}"
        groups.setdefault((condition.key, alternative), []).append(condition)
    listed = list(documents)
    for key, _ in groups:
        _require(key, listed)
    met = [all(any(c.holds(d) for c in group) for group in groups.values()) for d in listed]
    return np.array(met, dtype=np.bool_)


def _values(document: Described, key: str) -> list[str]:
    value = document.metadata.get(key, ())
    values = [value] if isinstance(value, str) else list(value)
    own = {ID: document.id, SOURCE: document.source, MEDIA_TYPE: document.media_type}
    return [*values, own[key]] if key in own else values


def _require(key: str, documents: Sequence[Described]) -> None:
    keys = {ID, SOURCE, MEDIA_TYPE}.union(*(document.metadata for document in documents))
    if key not in keys:
        raise FilterError(f"no document has {key!r}; filter by {', '.join(sorted(keys))}")


def _compare(value: str, bound: str) -> int:
    """Below 0, 0 or above 0. Numbers compare as such; of a date the part that `bound` gives: 2024-05-01 equals 2024."""
    try:
        a, b = float(value), float(bound)
    except ValueError:
        start = value[: len(bound)]
        return (start > bound) - (start < bound)
    return (a > b) - (a < b)
