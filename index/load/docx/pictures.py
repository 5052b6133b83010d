"""Recognises the words in the pictures of a Word document, where the extra `ocr` is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.load.docx.opening import RELATION_ID
from index.load.docx.words import name_of
from index.load.ocr.recogniser import Recogniser
from index.load.parsed import Composer
from index.load.picture import words_of
from index.types import MetadataValue, SegmentKind

if TYPE_CHECKING:
    from docx.document import Document as Word

PICTURES = ("blip", "imagedata")
_EMBEDDED = RELATION_ID.removesuffix("id") + "embed"
_MOST = 1_000  # of a document


@dataclass(slots=True)
class Pictures:
    """Reads the pictures of paragraphs. `read`: how many elements that show a picture hold words that are read now."""

    word: Word
    recogniser: Recogniser | None
    read: int = 0
    with_words: int = 0
    _seen: dict[str, bool] = field(default_factory=dict)

    def add(self, paragraph: Any, composer: Composer) -> None:
        """Append what is recognised in the pictures of `paragraph`; one that is shown twice is read once."""
        for element in paragraph.iter() if self.recogniser is not None else ():
            if name_of(element) in PICTURES:
                self._add(element, composer)

    def _add(self, element: Any, composer: Composer) -> None:
        relation = self.word.part.rels.get(element.get(_EMBEDDED) or element.get(RELATION_ID) or "")
        if relation is None or relation.is_external or self.recogniser is None or len(self._seen) >= _MOST:
            return
        part = relation.target_part
        name = str(part.partname)
        if name not in self._seen:
            parsed = words_of(self.recogniser, part.blob, len(self._seen) + 1)
            self._seen[name] = parsed is not None
            if parsed is not None:
                self.with_words += 1
                first = len(composer.segments)
                composer.include(parsed)
                composer.enclose(SegmentKind.PICTURE, first, number=len(self._seen))
        self.read += self._seen[name]

    def metadata(self) -> dict[str, MetadataValue]:
        """Metadata of the document: how many pictures were recognised, and by what; empty if none."""
        if self.recogniser is None or not self.with_words:
            return {}
        recogniser = self.recogniser
        stated: dict[str, MetadataValue] = {"recognised_by": recogniser.name, "recognised_with": recogniser.models}
        return {**stated, "recognised_pictures": str(self.with_words)}
