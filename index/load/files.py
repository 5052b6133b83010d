"""Sources into Documents: a file or a URL, or all that a list of paths names."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from index.errors import LoadError, SourceNotFoundError, SourceTooLargeError, UnsupportedFormatError
from index.load import formats
from index.load.documents import documents_of
from index.load.fetching import Fetched, fetch
from index.load.finding import FileListing, Globs, exists, held_in, is_url, lexical, list_files, root_of
from index.load.parsed import Format, Raw
from index.types import Document

MAX_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class LoadConfig:
    """Settings of loading. `encoding`: of text; None for the stated one, or UTF-8.

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
    """A source that did not become a document, and why. `id` is the id that the document would have had."""

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
    """Load the file or http(s) URL `source` as a Document; its suffix, or the server's content type, tells the format.

    The id is the URL, or the path relative to `root` (default: the file's own folder). `Document.source` is the URL
    or the absolute path; `metadata["file_sha256"]` is of the bytes. Text files are decoded strictly, newlines and a
    byte order mark stay as they are. `header_rows`: see `LoadConfig`. What is attached to a message is a document of
    its own: `load_all` gives it, and this where `source` goes on below the message, as `audit.eml/vats.csv`.
    Raises `LoadError`: the tree in `index/errors.py` says what can be wrong.
    """
    config = LoadConfig(encoding, max_bytes, allow_private, header_rows)
    if is_url(source):
        return _from_url(str(source), config)[0]
    if Path(source).is_dir():
        raise UnsupportedFormatError(f"{str(source)!r} is a folder, and this reads one file; use `load_all`")
    return _from_file(Path(source), Path(root) if root is not None else root_of([source]), config)[0]


def load_as(source: str, name: str, config: LoadConfig) -> list[Document]:
    """Load the URL `source`, or an uploaded file whose own name is `name`, whatever its path here.

    What is attached to it comes after it. It must be a regular file, not a link or a device. Raises as `load` does.
    """
    if is_url(source):
        return _from_url(source, config)
    known = formats.by_suffix(PurePosixPath(name).suffix)
    if known is None:
        raise _unknown(name)
    path = Path(source)
    if not stat.S_ISREG(path.lstat().st_mode):
        raise LoadError(f"{name!r} is not a regular file; send one")
    return _named(path, name, known, config)


def load_text(name: str, text: str) -> Document:
    """Load `text` as a file of this name would be read, for example as Markdown by its suffix.

    The text stays as it is. Raises as `load` does.
    """
    suffix = PurePosixPath(name).suffix
    known = formats.MARKDOWN if suffix in formats.MARKDOWN.suffixes else formats.PLAIN
    read = known.read(Raw(name, text.encode("utf-8")))
    return Document(name, read.text, "", known.media_types[0], read.segments)


def load_pasted(data: bytes, config: LoadConfig, *, name: str = "pasted text") -> Document:
    """Load bytes that are not in a file, such as standard input, as a Document of plain text.

    Raises `LoadError` if the bytes are in another encoding, not text, empty, or more than `config.max_bytes`.
    """
    if len(data) > config.max_bytes:
        raise SourceTooLargeError(f"the {name} has more than {config.max_bytes} bytes, the limit; raise --max-bytes")
    return documents_of(formats.PLAIN, Raw(name, data, config.encoding), name)[0]


def load_each(paths: Iterable[str | Path], *, config: LoadConfig | None = None, globs: Globs | None = None) -> Loading:
    """Load every file and URL that `paths` name, one at a time; those that cannot be read become a `Failure`.

    Ids are relative to the folder that all of the paths share. Raises `SourceNotFoundError`, before anything is read,
    for a path that is not there.
    """
    config = config or LoadConfig()
    listed = list(paths)
    urls = list(dict.fromkeys(str(path) for path in listed if is_url(path)))
    local = [path for path in listed if not is_url(path)]
    listing = list_files(local, globs) if local or not urls else FileListing([], [])
    return Loading(listing.files, urls, root_of(local) if local else Path(), config, tuple(listing.skipped))


def load_all(
    paths: Iterable[str | Path], *, encoding: str | None = None, failures: list[Failure] | None = None
) -> list[Document]:
    """Load every file and URL that `paths` name. The first that cannot be read raises, unless `failures` collects them.

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
    """Sources that are loaded during iteration; their number is known before.

    A document that holds files, as a message does, is followed by theirs. `skipped`: files of the folders named that
    no loader reads.
    """

    files: list[Path]
    urls: list[str]
    root: Path
    config: LoadConfig
    skipped: tuple[Path, ...] = ()

    def __len__(self) -> int:
        return len(self.files) + len(self.urls)

    def parts(self, count: int) -> Iterator[Loading]:
        """Yield the same sources, `count` at a time."""
        for first in range(0, len(self.files), count):
            yield Loading(self.files[first : first + count], [], self.root, self.config)
        for first in range(0, len(self.urls), count):
            yield Loading([], self.urls[first : first + count], self.root, self.config)

    def __iter__(self) -> Iterator[Document | Failure]:
        for file in self.files:
            try:
                yield from _from_file(file, self.root, self.config)
            except LoadError as error:
                yield Failure(_id(file, self.root), str(file), error)
        for url in self.urls:
            try:
                yield from _from_url(url, self.config)
            except LoadError as error:
                yield Failure(url, url, error)


def _from_file(path: Path, root: Path, config: LoadConfig) -> list[Document]:
    holder = held_in(path)
    if holder != path:
        return _held(_from_file(holder, root, config), _id(path, root), holder)
    if not exists(path):
        raise SourceNotFoundError(f"there is no file {str(path)!r}; check the path")
    if path.is_dir():
        raise LoadError(f"cannot list the folder {str(path)!r}; give yourself the right to read it, or --exclude it")
    known = formats.by_suffix(path.suffix)
    if known is None or not path.is_file():
        raise _unknown(str(path))
    return _named(path, _id(path, root), known, config)


def _unknown(name: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(
        f"cannot read {name!r}; Pincite reads files that end in {', '.join(formats.suffixes())}"
    )


def _named(path: Path, name: str, known: Format, config: LoadConfig) -> list[Document]:
    """Return the documents of the file at `path`, which is called `name`."""
    if not name.isprintable():
        raise LoadError(f"{name!r} has characters in its name that cannot be shown; rename the file")
    data = _bytes(path, name, config.max_bytes)
    return documents_of(known, Raw(name, data, config.encoding, header_rows=config.header_rows), str(lexical(path)))


def _held(documents: list[Document], wanted: str, holder: Path) -> list[Document]:
    """Return what is attached under this id to a file, and what is attached to it in turn."""
    matching = [document for document in documents if document.id == wanted or document.id.startswith(f"{wanted}/")]
    if not matching:
        raise SourceNotFoundError(f"{str(holder)!r} holds no file {wanted!r} that can be read; check the path")
    return matching


def _from_url(url: str, config: LoadConfig) -> list[Document]:
    fetched = fetch(url, max_bytes=config.max_bytes, allow_private=config.allow_private)
    raw = Raw(url, fetched.data, config.encoding, fetched.charset, fetched.url, header_rows=config.header_rows)
    documents = documents_of(_format_of(fetched, url), raw, url)
    return [document for document in documents[1:] if document.id == url] or documents


def _format_of(fetched: Fetched, url: str) -> Format:
    """Return the format by the content type, or by the suffix if the server's type tells nothing."""
    vague = fetched.media_type in ("", "application/octet-stream", "binary/octet-stream", "application/zip")
    suffix = PurePosixPath(urlsplit(fetched.url).path).suffix
    vague |= fetched.media_type == "text/plain" and suffix.lower() in formats.MARKDOWN.suffixes
    known = formats.by_suffix(suffix) if vague else formats.by_media_type(fetched.media_type)
    if known is None:
        kinds = ", ".join(known.media_types[0] for known in formats.every())
        raise UnsupportedFormatError(f"cannot read {url!r}, which is {fetched.media_type!r}; Pincite reads {kinds}")
    return known


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
    """Return the path relative to `root`, links in it not followed; what is not below `root` keeps its whole path."""
    path, root = lexical(path), lexical(root)
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
