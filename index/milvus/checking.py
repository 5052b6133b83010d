"""Checks everything that an index in Milvus holds, and lists the problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from index.errors import IndexNotFoundError, IndexStoreError
from index.milvus.archive import FETCHED_AT_ONCE
from index.milvus.bodies import Bodies
from index.milvus.document_records import DocumentRecord, all_records
from index.milvus.layout import END, START, VERSION, Collections, chunk_ids
from index.milvus.vectors import ID

PLACE = [ID, VERSION, START, END]
HINT = "index the same sources again"


def check(collections: Collections) -> list[str]:
    """Return the problems of the index, a line each. Never writes. Raises `IndexNotFoundError` if there is no index."""
    try:
        collections.open(None, words=False)
        return list(_problems(collections))
    except IndexNotFoundError:
        raise
    except IndexStoreError as error:
        return [str(error)]


def _problems(collections: Collections) -> Iterator[str]:
    records = all_records(collections, condition="")
    chunks = 0
    while block := list(islice(records, FETCHED_AT_ONCE)):
        for record in block:
            chunks += record.live.chunks if record.live is not None else 0
            if record.live is None or record.others:
                yield f"{record.id!r} in {collections.where!r} was left half-written; {HINT}, or --remove it"
        yield from _document_problems(collections, block)
    stored = collections.server.count(collections.chunks)
    if stored != chunks:
        yield f"{collections.where!r} holds {stored} chunks, not the {chunks} of its documents; {HINT}"


def _document_problems(collections: Collections, records: Sequence[DocumentRecord]) -> Iterator[str]:
    """Yield the problems of documents, fetched together: each request waits until the server has seen all writes."""
    versions = {record.id: record.live for record in records if record.live is not None}
    ids = {document_id: chunk_ids(live.version, live.chunks).tolist() for document_id, live in versions.items()}
    rows = collections.server.rows(
        collections.chunks, [i for document_ids in ids.values() for i in document_ids], PLACE
    )
    spans = {row[ID]: (row[VERSION], row[START], row[END]) for row in rows}
    bodies = Bodies(collections, now=True)
    keys = [(document_id, live.version) for document_id, live in versions.items()]
    try:
        bodies.fetch(keys)
    except IndexStoreError:
        bodies = Bodies(collections, now=True)  # one is damaged: fetched one by one below, to name it
    for key in keys:
        try:
            body = bodies.fetch([key])[key]
        except (IndexStoreError, KeyError) as error:
            yield str(error)
            continue
        document_id, version = key
        expected = {i: (version, *span) for i, span in zip(ids[document_id], body.spans.tolist(), strict=True)}
        if {i: spans[i] for i in ids[document_id] if i in spans} != expected:
            yield f"the chunks of {document_id!r} in {collections.where!r} do not match its text; {HINT}"
