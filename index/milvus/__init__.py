"""Indexes in Milvus, on one machine or many: `milvus://HOST:PORT/COLLECTION`, or milvus-lite in `milvus+file:PATH`.

docs/scaling.md says how to run one.
"""
