"""Checks everything that an index in Milvus holds, and names what is wrong."""

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
AGAIN = "index the same sources again"


def check(collections: Collections) -> list[str]:
    """Return what is wrong, a line each. Never writes. Raises `IndexNotFoundError` where there is no index."""
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
                yield f"{record.id!r} in {collections.where!r} was left half-written; {AGAIN}, or --remove it"
        yield from _of_documents(collections, block)
    stored = collections.server.count(collections.chunks)
    if stored != chunks:
        yield f"{collections.where!r} holds {stored} chunks, not the {chunks} of its documents; {AGAIN}"


def _of_documents(collections: Collections, records: Sequence[DocumentRecord]) -> Iterator[str]:
    """Ask for them together: each request waits until the server has seen all that was written before."""
    parts = {record.id: record.live for record in records if record.live is not None}
    ids = {document_id: chunk_ids(part.version, part.chunks).tolist() for document_id, part in parts.items()}
    rows = collections.server.rows(
        collections.chunks, [i for document_ids in ids.values() for i in document_ids], PLACE
    )
    documents = {row[ID]: (row[VERSION], row[START], row[END]) for row in rows}
    bodies = Bodies(collections, now=True)
    keys = [(document_id, part.version) for document_id, part in parts.items()]
    try:
        bodies.fetch(keys)
    except IndexStoreError:
        bodies = Bodies(collections, now=True)  # one is damaged: one by one, to name it
    for key in keys:
        try:
            body = bodies.fetch([key])[key]
        except (IndexStoreError, KeyError) as error:
            yield str(error)
            continue
        document_id, version = key
        expected = {i: (version, *span) for i, span in zip(ids[document_id], body.spans.tolist(), strict=True)}
        if {i: documents[i] for i in ids[document_id] if i in documents} != expected:
            yield f"the chunks of {document_id!r} in {collections.where!r} are not those of its text; {AGAIN}"
