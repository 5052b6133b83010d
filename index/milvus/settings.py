"""Reads from the environment how to connect to Milvus, and how to create collections there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from index.errors import AddressError

PREFIX = "PINCITE_MILVUS_"


class IndexType(StrEnum):
    """How a collection's vectors are searched. FLAT is exact; the others compare only a part of the vectors."""

    FLAT = "FLAT"
    HNSW = "HNSW"
    IVF_FLAT = "IVF_FLAT"
    IVF_SQ8 = "IVF_SQ8"
    AUTOINDEX = "AUTOINDEX"


# The parameters for building and for searching indexes; docs/scaling.md says what they cost.
BUILT: dict[IndexType, dict[str, int]] = {
    IndexType.HNSW: {"M": 16, "efConstruction": 200},
    IndexType.IVF_FLAT: {"nlist": 1024},
    IndexType.IVF_SQ8: {"nlist": 1024},
}
SEARCHED: dict[IndexType, dict[str, int]] = {
    IndexType.HNSW: {"ef": 256},
    IndexType.IVF_FLAT: {"nprobe": 32},
    IndexType.IVF_SQ8: {"nprobe": 32},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings from `PINCITE_MILVUS_…`: TOKEN (or user:password); TLS=1; CA, CERT, KEY (files), SERVER_NAME;
    TIMEOUT (seconds a request may take); and for a new collection: INDEX, SHARDS, REPLICAS.
    """

    token: str = ""
    tls: bool = False
    ca: str = ""
    cert: str = ""
    key: str = ""
    server_name: str = ""
    timeout: float = 30.0
    index: IndexType = IndexType.FLAT
    shards: int = 1
    replicas: int = 1

    @classmethod
    def from_environment(cls) -> Self:
        """Return the settings that are set. Raises `AddressError` for an invalid value."""
        texts = {name: _variable(name) for name in ("token", "ca", "cert", "key", "server_name")}
        return cls(
            **texts,
            tls=bool(texts["ca"] or texts["cert"]) or _variable("tls").lower() in ("1", "true", "yes"),
            timeout=_number("timeout", 30.0),
            index=_index_type(),
            shards=round(_number("shards", 1)),
            replicas=round(_number("replicas", 1)),
        )

    def secured(self) -> dict[str, str | bool]:
        """Return the options for token and TLS that pymilvus takes, as far as they are set."""
        names = {"ca": "ca_pem_path", "cert": "client_pem_path", "key": "client_key_path", "server_name": "server_name"}
        files = {there: getattr(self, here) for here, there in names.items() if getattr(self, here)}
        if self.ca and not self.cert:
            files["server_pem_path"] = files.pop("ca_pem_path")
        return ({"token": self.token} if self.token else {}) | ({"secure": True, **files} if self.tls else {})


def _variable(name: str) -> str:
    return os.environ.get(PREFIX + name.upper(), "")


def _number(name: str, default: float) -> float:
    text = _variable(name)
    try:
        number = float(text or default)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 10_000:
        raise AddressError(f"{PREFIX}{name.upper()} is {text!r}; give a number from 1 to 10000, or leave it out")
    return number


def _index_type() -> IndexType:
    text = _variable("index") or IndexType.FLAT
    try:
        return IndexType(text)
    except ValueError as error:
        known = ", ".join(IndexType)
        raise AddressError(f"{PREFIX}INDEX is {text!r}; use one of {known}") from error
