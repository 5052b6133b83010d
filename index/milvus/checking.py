"""Looks at everything that an index in Milvus holds, and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from index.errors import IndexNotFoundError, IndexStoreError
from index.milvus.archive import FETCHED_AT_ONCE, Bodies
from index.milvus.heads import Head, all_heads
from index.milvus.layout import END, START, VERSION, Collections, chunk_ids
from index.milvus.vectors import ID

AGAIN = "index the same sources again"


def check(collections: Collections) -> list[str]:
    """What is wrong, a line each. Never writes. Raises `IndexNotFoundError` where there is no index."""
    try:
        collections.open(None, words=False)
        return list(_problems(collections))
    except IndexNotFoundError:
        raise
    except IndexStoreError as error:
        return [str(error)]


def _problems(collections: Collections) -> Iterator[str]:
    heads = all_heads(collections, condition="")
    chunks = 0
    while block := list(islice(heads, FETCHED_AT_ONCE)):
        for head in block:
            chunks += head.live.chunks if head.live is not None else 0
            if head.live is None or head.others:
                yield f"{head.id!r} in {collections.where!r} was left half-written; {AGAIN}, or --remove it"
            yield from _of_document(collections, head)
    found = collections.server.count(collections.chunks)
    if found != chunks:
        yield f"{collections.where!r} holds {found} chunks, not the {chunks} of its documents; {AGAIN}"


def _of_document(collections: Collections, head: Head) -> Iterator[str]:
    if head.live is None:
        return
    key = (head.id, head.live.version)
    try:
        body = Bodies(collections, now=True).fetch([key])[key]
    except (IndexStoreError, KeyError) as error:
        yield str(error)
        return
    ids = chunk_ids(head.live.version, head.live.chunks).tolist()
    rows = collections.server.rows(collections.chunks, ids, [ID, VERSION, START, END])
    found = {row[ID]: (row[VERSION], row[START], row[END]) for row in rows}
    expected = {i: (head.live.version, *span) for i, span in zip(ids, body.spans.tolist(), strict=True)}
    if found != expected:
        yield f"the chunks of {head.id!r} in {collections.where!r} are not those of its text; {AGAIN}"
