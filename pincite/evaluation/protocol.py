"""Defines which documents each question is asked of: the scope, and the sources withheld from it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.search.filters import Condition
from pincite.evaluation.gold import LocatedPair, find_words
from pincite.evaluation.pairs import readable
from pincite.evaluation.types import Pair, Scope, Withheld
from qa.errors import PairsError


@dataclass(frozen=True, slots=True)
class Protocol:
    """`scope`: the documents searched. `without`: what is withheld from a third of the answerable questions.

    `where`: conditions on documents that apply to every question.
    """

    scope: Scope
    without: Withheld | None = None
    where: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.without is not None and self.scope is Scope.PARAGRAPH:
            raise PairsError(
                f"--without {self.without} takes sources out of a collection; leave out --scope {self.scope}"
            )


@dataclass(frozen=True, slots=True)
class Conditions:
    """Applies a protocol to questions. `paragraphs`: article title → paragraph id → text."""

    protocol: Protocol
    paragraphs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, protocol: Protocol, pairs: Iterable[Pair]) -> Conditions:
        """Return the conditions for `pairs`. Raises `PairsError` for a pair without a field that the protocol needs."""
        paragraphs: dict[str, dict[str, str]] = defaultdict(dict)
        for pair in pairs:
            _check(pair, protocol)
            if pair.document is not None:
                paragraphs[pair.title][pair.document.id] = pair.document.text
        return cls(protocol, paragraphs)

    def of_question(self, asked: LocatedPair) -> tuple[Withheld | None, list[str]]:
        """Return what is withheld from this question, and the conditions on its documents."""
        pair, protocol = asked.pair, self.protocol
        where = list(protocol.where)
        if protocol.scope is Scope.PARAGRAPH and pair.document is None:
            return None, [*where, f"id={pair.source}"]
        if protocol.without is None or not pair.answerable or not chosen(pair.id):
            return None, where
        if protocol.without is Withheld.PARAGRAPH:
            return protocol.without, [*where, *(f"id!={name}" for name in self._gold_paragraphs(pair))]
        article = f"id!={pair.source}" if pair.document is None else f"title!={readable(pair.title)}"
        return protocol.without, [*where, article]

    def _gold_paragraphs(self, pair: Pair) -> list[str]:
        """Return the ids of the pair's own paragraph and of those of its article that contain a gold answer."""
        return [
            name
            for name, text in self.paragraphs[pair.title].items()
            if name == pair.source or any(find_words(text, answer) for answer in pair.answers)
        ]


def chosen(name: str) -> bool:
    """Return whether a question is in the third whose source is withheld; this is the same in every run."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % 3 == 0


def _check(pair: Pair, protocol: Protocol) -> None:
    if protocol.scope is Scope.PARAGRAPH and pair.document is None:
        for condition in map(Condition.parse, protocol.where):
            if (condition.key, condition.relation) == ("id", "="):
                raise PairsError(
                    f"--filter id={condition.value} and --scope paragraph both choose the document; drop one"
                )
    if protocol.scope is Scope.PARAGRAPH and pair.document is None and not pair.source:
        raise PairsError(f"{pair.place}, field 'source': missing; --scope paragraph asks a question of its own source")
    if protocol.without is None:
        return
    if protocol.without is Withheld.PARAGRAPH and pair.document is None:
        raise PairsError(f"{pair.place}: --without paragraph needs pairs that bring their paragraphs, as SQuAD's do")
    if not (pair.title if pair.document is not None else pair.source) and pair.answerable:
        missing = "title" if pair.document is not None else "source"
        raise PairsError(f"{pair.place}, field {missing!r}: missing; --without {protocol.without} needs it")
