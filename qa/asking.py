"""`ask`: one call from a question and a source to an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from threading import Lock

from cachetools import LRUCache

from index import Document
from index.errors import PinciteError
from index.load import find_files, is_url
from index.load.finding import held_in
from index.opening import open_store
from qa.answerer import Answerer, Source
from qa.bundled import bundled_article
from qa.types import Answer, Form, Turn

KEPT = 8

_kept: LRUCache[Hashable, Answerer] = LRUCache(KEPT)
_lock = Lock()


def ask(
    question: str,
    source: Source | Sequence[Source] | None = None,
    *,
    index: str | Path | None = None,
    history: Sequence[Turn] = (),
    top_k: int = 5,
    min_confidence: float | None = None,
    form: Form | None = None,
) -> Answer:
    """Answer `question` from `source` (a path, several, or a `Document`) or from the saved `index`.

    With neither, the bundled article is asked. `history`: earlier `{"question", "answer"}` turns; `top_k`:
    passages that are read; `min_confidence`: from 0 (always answer) to 1, None for the calibrated threshold; `form`:
    what is cited, None for what the question asks for.
    The last few sources stay indexed in memory: asking an unchanged one again does not index it again, and a
    changed file is noticed by its content; a URL is fetched once.
    Raises `PinciteError` for whatever is wrong with the input.
    """
    if source is not None and index is not None:
        raise PinciteError(f"both a source and the index {str(index)!r} were given; name one of them")
    answerer = _opened(index) if index is not None else _indexed(bundled_article() if source is None else source)
    return answerer.ask(question, history, top_k=top_k, min_confidence=min_confidence, form=form)


def _opened(place: str | Path) -> Answerer:
    return _remembered(("index", open_store(place).state()), lambda: Answerer.open(place))


def _indexed(source: Source | Sequence[Source]) -> Answerer:
    sources = [source] if isinstance(source, str | Path | Document) else list(source)
    return _remembered(tuple(_identity(s) for s in sources), lambda: Answerer.from_sources(sources))


def _identity(source: Source) -> Hashable:
    if isinstance(source, Document):
        return (source.id, source.sha256, source.source, source.media_type, source.segments, *source.metadata.items())
    if is_url(source):
        return str(source)
    return tuple((str(file), str(file.resolve()), _digest(file)) for file in find_files([source]))


def _digest(path: Path) -> bytes:
    with held_in(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _remembered(key: Hashable, make: Callable[[], Answerer]) -> Answerer:
    with _lock:
        if key not in _kept:
            _kept[key] = make()
        return _kept[key]
