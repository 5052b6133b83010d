"""Defines every error that Pincite raises for bad input. Each message is one line.

PinciteError (ValueError)
├── LoadError               a source cannot become a document
│   ├── SourceNotFoundError
│   ├── EncodingError
│   │   └── BinaryFileError
│   ├── EmptyDocumentError
│   │   └── ScannedDocumentError
│   ├── UnsupportedFormatError
│   ├── SourceTooLargeError
│   ├── DamagedFileError
│   ├── EncryptedFileError
│   ├── SourceChangedError
│   ├── MetadataError
│   └── FetchError          a URL cannot be fetched
│       └── AddressRefusedError
├── IndexStoreError         a saved index cannot be opened or written
│   ├── IndexNotFoundError
│   ├── IndexVersionError
│   ├── IndexCorruptError
│   ├── EmbedderMismatchError
│   ├── UnknownDocumentError
│   └── AddressError        an address or a setting of an index in Milvus is invalid
├── ModelError              a model's files are missing or unusable
├── MissingExtraError       an optional package is not installed
├── ClusterError            a Ray cluster cannot be reached, or its work failed
├── FilterError             a condition on documents is invalid, or names a key that no document has
├── QuestionError           (qa) a question cannot be asked
│   ├── EmptyQuestionError
│   └── QuestionTooLongError
├── RequestError            (qa) a program's request is invalid
├── BusyError               (qa) the server is busy
├── TimeIsUpError           (qa) a request took longer than it may
├── UsersError              (qa) a file of users cannot be read
├── OpenServerError         (qa) a server would be open to everybody
├── DraftError              (qa) a text whose quotations are checked cannot be read
├── ExportError             (qa) answers cannot be exported to this file
├── ExportedFileError       (qa) a file does not hold exported answers, or is incomplete
├── FeedbackError           (qa) feedback cannot be stored, or there is too little of it
│   └── FeedbackFileError
└── PairsError              (qa) a file of question/answer pairs cannot be read
"""

from __future__ import annotations


class PinciteError(ValueError):
    """Base of all errors that bad input causes. The text is one line: the fact, the value, the way out."""


class LoadError(PinciteError):
    """A source cannot become a document."""


class SourceNotFoundError(LoadError):
    """No file or folder has this name."""


class EncodingError(LoadError):
    """The bytes are not text in the expected encoding. `offset`: the position of the first that is invalid."""

    def __init__(self, message: str, *, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class BinaryFileError(EncodingError):
    """The file has the name of a text file but is not text."""


class EmptyDocumentError(LoadError):
    """The document holds no text to quote."""


class ScannedDocumentError(EmptyDocumentError):
    """The document holds pictures of pages and no text."""


class UnsupportedFormatError(LoadError):
    """No loader reads files of this kind."""


class SourceTooLargeError(LoadError):
    """The source, or its unpacked content, exceeds a limit."""


class DamagedFileError(LoadError):
    """The file is damaged, or not of the format that its name says."""


class EncryptedFileError(LoadError):
    """The file needs a password to open."""


class SourceChangedError(LoadError):
    """The file has changed since it was loaded."""


class MetadataError(LoadError):
    """A file of metadata cannot be read."""


class FetchError(LoadError):
    """A URL cannot be fetched."""


class AddressRefusedError(FetchError):
    """The URL leads to a private address."""


class IndexStoreError(PinciteError):
    """A saved index cannot be opened or written."""


class IndexNotFoundError(IndexStoreError):
    """The folder holds no index."""


class IndexVersionError(IndexStoreError):
    """The index was written in another format version."""


class IndexCorruptError(IndexStoreError):
    """A file of the index is missing or does not match the manifest."""


class EmbedderMismatchError(IndexStoreError):
    """The index was built with another embedder."""


class UnknownDocumentError(IndexStoreError):
    """The index holds no document with this id."""


class AddressError(IndexStoreError):
    """An address or a setting of an index in Milvus is invalid."""


class ModelError(PinciteError):
    """A model's files are missing or unusable, or an optional package is needed to run it."""


class FilterError(PinciteError):
    """A condition on documents is invalid, or names a key that no document has."""


class MissingExtraError(PinciteError):
    """An optional package is not installed; the extra `extra` installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional package; install it with `pip install 'pincite[{extra}]'`")
        self.extra = extra


class ClusterError(PinciteError):
    """A Ray cluster cannot be reached, or its work failed."""
