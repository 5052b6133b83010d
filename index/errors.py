"""Every error that Pincite raises for bad input. All of them print well as one line.

PinciteError (ValueError)
├── LoadError               a source cannot become a document
│   ├── SourceNotFoundError
│   ├── EncodingError
│   ├── EmptyDocumentError
│   └── UnsupportedFormatError
├── IndexStoreError         a saved index cannot be opened or written
│   ├── IndexNotFoundError
│   ├── IndexVersionError
│   ├── IndexCorruptError
│   └── EmbedderMismatchError
├── ModelError              a model's files are missing or unusable
├── QuestionError           (qa) a question cannot be asked
│   ├── EmptyQuestionError
│   └── QuestionTooLongError
└── PairsError              (qa) a file of question/answer pairs cannot be read
"""

from __future__ import annotations


class PinciteError(ValueError):
    """Base of all errors that bad input causes; its text is one line: the fact, the value, the way out."""


class LoadError(PinciteError):
    """A source cannot become a document."""


class SourceNotFoundError(LoadError):
    """No file or folder has this name."""


class EncodingError(LoadError):
    """The bytes are not text in the expected encoding. `offset` is the first offending byte's."""

    def __init__(self, message: str, *, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class EmptyDocumentError(LoadError):
    """The document holds no text to quote."""


class UnsupportedFormatError(LoadError):
    """No loader reads files of this kind."""


class IndexStoreError(PinciteError):
    """A saved index cannot be opened or written."""


class IndexNotFoundError(IndexStoreError):
    """The folder holds no index."""


class IndexVersionError(IndexStoreError):
    """The index was written in another format version."""


class IndexCorruptError(IndexStoreError):
    """A file of the index is missing or not what the manifest says."""


class EmbedderMismatchError(IndexStoreError):
    """The index was built with another embedder."""


class ModelError(PinciteError):
    """A model's files are missing or unusable, or an optional package is needed to run it."""
