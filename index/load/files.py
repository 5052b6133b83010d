"""Sources into Documents: a file or a URL, or all that a list of paths names."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.errors import (
    EmptyDocumentError,
    LoadError,
    SourceNotFoundError,
    SourceTooLargeError,
    UnsupportedFormatError,
)
from index.load import formats
from index.load.fetching import Fetched, fetch
from index.load.finding import Globs, Listing, exists, is_url, lexical, list_files, root_of
from index.load.parsed import Format, Parsed, Raw
from index.types import Document, MetadataValue, SegmentKind

MAX_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class LoadConfig:
    """How sources are read. `encoding`: of text, None for what it states, or UTF-8.

    `max_bytes`: of a file or a response. `allow_private`: whether a URL may lead to an address that is not public.
    `header_rows`: of sheets, the first and the last row of column headers, as the sheet counts, (0, 0) for none; None:
    they are found.
    """

    encoding: str | None = None
    max_bytes: int = MAX_BYTES
    allow_private: bool = False
    header_rows: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that did not become a document, and why. `id` is what the document's would have been."""

    id: str
    source: str
    error: LoadError


def load(
    source: str | Path,
    *,
    root: str | Path | None = None,
    encoding: str | None = None,
    max_bytes: int = MAX_BYTES,
    allow_private: bool = False,
    header_rows: tuple[int, int] | None = None,
) -> Document:
    """The file or http(s) URL `source` as a Document; its suffix, or the server's content type, says what it is.

    The id is the URL, or the path relative to `root` (default: the file's own folder). `Document.source` is the URL
    or the absolute path; `metadata["file_sha256"]` is of the bytes. Text files are decoded strictly, newlines and a
    byte order mark stay as they are. `header_rows`: see `LoadConfig`. Raises `LoadError`: the tree in
    `index/errors.py` says what can be wrong.
    """
    config = LoadConfig(encoding, max_bytes, allow_private, header_rows)
    if is_url(source):
        return _from_url(str(source), config)
    if Path(source).is_dir():
        raise UnsupportedFormatError(f"{str(source)!r} is a folder, and this reads one file; use `load_all`")
    return _from_file(Path(source), Path(root) if root is not None else Path(source).parent, config)


def load_as(source: str, name: str, config: LoadConfig) -> Document:
    """The URL `source`, or a file that came from elsewhere and is called `name`, wherever it lies and under which name.

    The file has to be a regular one: no link, no device. Raises as `load` does.
    """
    if is_url(source):
        return _from_url(source, config)
    known = formats.by_suffix(PurePosixPath(name).suffix)
    if known is None:
        raise UnsupportedFormatError(
            f"cannot read {name!r}; Pincite reads files that end in {', '.join(formats.suffixes())}"
        )
    _refuse_unprintable(name)
    path = Path(source)
    if not stat.S_ISREG(path.lstat().st_mode):
        raise LoadError(f"{name!r} is no regular file; send one")
    raw = Raw(name, _bytes(path, name, config.max_bytes), config.encoding, header_rows=config.header_rows)
    return _document(known, raw, str(lexical(path)))


def load_text(name: str, text: str) -> Document:
    """`text` as a file of this name would be read, Markdown by its suffix, so that paragraphs and headings are known.

    The text stays as it came. Raises as `load` does.
    """
    suffix = PurePosixPath(name).suffix
    known = formats.MARKDOWN if suffix in formats.MARKDOWN.suffixes else formats.PLAIN
    read = known.read(Raw(name, text.encode("utf-8")))
    return Document(name, read.text, "", known.media_types[0], read.segments)


def load_pasted(data: bytes, config: LoadConfig, *, name: str = "pasted text") -> Document:
    """Text that is in no file, such as what a program gets on its standard input, as a Document of plain text.

    Raises `LoadError`: the bytes are text of another encoding or no text, empty, or more than `config.max_bytes`.
    """
    if len(data) > config.max_bytes:
        raise SourceTooLargeError(f"the {name} has more than {config.max_bytes} bytes, the limit; raise --max-bytes")
    return _document(formats.PLAIN, Raw(name, data, config.encoding), name)


def load_each(paths: Iterable[str | Path], *, config: LoadConfig | None = None, globs: Globs | None = None) -> Loading:
    """Every file and URL that `paths` name, one at a time, those that cannot be read as a `Failure`.

    Ids are relative to the folder that all of the paths share. Raises `SourceNotFoundError`, before anything is read,
    for a path that is not there.
    """
    config = config or LoadConfig()
    listed = list(paths)
    urls = list(dict.fromkeys(str(path) for path in listed if is_url(path)))
    local = [path for path in listed if not is_url(path)]
    listing = list_files(local, globs) if local or not urls else Listing([], [])
    return Loading(listing.files, urls, root_of(local) if local else Path(), config, tuple(listing.skipped))


def load_all(
    paths: Iterable[str | Path], *, encoding: str | None = None, failures: list[Failure] | None = None
) -> list[Document]:
    """Every file and URL that `paths` name. The first that cannot be read raises, unless `failures` is to collect them.

    Ids are relative to the folder that all of the paths share.
    """
    documents = []
    for loaded in load_each(paths, config=LoadConfig(encoding)):
        if isinstance(loaded, Document):
            documents.append(loaded)
        elif failures is None:
            raise loaded.error
        else:
            failures.append(loaded)
    return documents


@dataclass(frozen=True, slots=True)
class Loading:
    """Sources that are loaded as they are gone through; their number is known before.

    `skipped`: files of the folders named that no loader reads.
    """

    files: list[Path]
    urls: list[str]
    root: Path
    config: LoadConfig
    skipped: tuple[Path, ...] = ()

    def __len__(self) -> int:
        return len(self.files) + len(self.urls)

    def parts(self, count: int) -> Iterator[Loading]:
        """The same sources, `count` at a time."""
        for first in range(0, len(self.files), count):
            yield Loading(self.files[first : first + count], [], self.root, self.config)
        for first in range(0, len(self.urls), count):
            yield Loading([], self.urls[first : first + count], self.root, self.config)

    def __iter__(self) -> Iterator[Document | Failure]:
        return _each(self.files, self.urls, self.root, self.config)


def _each(files: list[Path], urls: list[str], root: Path, config: LoadConfig) -> Iterator[Document | Failure]:
    for file in files:
        try:
            yield _from_file(file, root, config)
        except LoadError as error:
            yield Failure(_id(file, root), str(file), error)
    for url in urls:
        try:
            yield _from_url(url, config)
        except LoadError as error:
            yield Failure(url, url, error)


def _from_file(path: Path, root: Path, config: LoadConfig) -> Document:
    if not exists(path):
        raise SourceNotFoundError(f"there is no file {str(path)!r}; check the path")
    if path.is_dir():
        raise LoadError(f"cannot list the folder {str(path)!r}; give yourself the right to read it, or --exclude it")
    known = formats.by_suffix(path.suffix)
    if known is None or not path.is_file():
        raise UnsupportedFormatError(
            f"cannot read {str(path)!r}; Pincite reads files that end in {', '.join(formats.suffixes())}"
        )
    name = _id(path, root)
    _refuse_unprintable(name)
    data = _bytes(path, name, config.max_bytes)
    return _document(known, Raw(name, data, config.encoding, header_rows=config.header_rows), str(lexical(path)))


def _refuse_unprintable(name: str) -> None:
    if not name.isprintable():
        raise LoadError(f"{name!r} has characters in its name that cannot be shown; rename the file")


def _from_url(url: str, config: LoadConfig) -> Document:
    fetched = fetch(url, max_bytes=config.max_bytes, allow_private=config.allow_private)
    raw = Raw(url, fetched.data, config.encoding, fetched.charset, fetched.url, header_rows=config.header_rows)
    return _document(_format_of(fetched, url), raw, url)


def _format_of(fetched: Fetched, url: str) -> Format:
    """By the content type; by the suffix where the server says nothing of use."""
    vague = fetched.media_type in ("", "application/octet-stream", "binary/octet-stream", "application/zip")
    suffix = Path(fetched.path).suffix
    known = formats.by_suffix(suffix) if vague else formats.by_media_type(fetched.media_type)
    if fetched.media_type == "text/plain":
        known = formats.by_suffix(suffix) if suffix.lower() in (".md", ".markdown") else known
    if known is None:
        kinds = ", ".join(known.media_types[0] for known in formats.every())
        raise UnsupportedFormatError(f"cannot read {url!r}, which is {fetched.media_type!r}; Pincite reads {kinds}")
    return known


def _document(known: Format, raw: Raw, source: str) -> Document:
    try:
        parsed = known.read(replace(raw, read_inside=formats.read_inside))
    except (RecursionError, MemoryError) as error:
        raise SourceTooLargeError(
            f"{raw.name!r} is nested too deep or too large to read; simplify or split it"
        ) from error
    if not parsed.text.strip():
        raise EmptyDocumentError(f"{raw.name!r} holds no text to quote; give a document with some words in it")
    digest = hashlib.sha256(raw.data).hexdigest()
    loader = f"{known.suffixes[0].removeprefix('.')} {known.version}"
    metadata = {**_recognised(parsed), **parsed.metadata, "file_sha256": digest, "loader": loader}
    return Document(raw.name, parsed.text, source, known.media_types[0], parsed.segments, metadata, parsed.unread)


def _recognised(parsed: Parsed) -> dict[str, MetadataValue]:
    """What recognised words of the source, of files within it too."""
    names = dict.fromkeys(s.name for s in parsed.segments if s.kind is SegmentKind.RECOGNISED)
    return {"recognised_by": ", ".join(names)} if names else {}


def _bytes(path: Path, name: str, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise LoadError(f"{name!r} cannot be read: {error.strerror}; check its permissions") from error
    if len(data) > most:
        size = max(path.stat().st_size, len(data))
        raise SourceTooLargeError(f"{name!r} has {size} bytes; the limit is {most}: split it, or raise --max-bytes")
    return data


def _id(path: Path, root: Path) -> str:
    """The path relative to `root`, links in it not followed; what is not below `root` keeps its whole path."""
    path, root = lexical(path), lexical(root)
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
