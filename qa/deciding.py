"""From what was read to an answer with its places, or to an abstention with the nearest statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from index import Index
from qa.abstention import nearest_place, reason_for
from qa.citing import cite
from qa.compose.cell import cell_answer
from qa.compose.draft import Draft, Material, Place
from qa.compose.listing import listing
from qa.compose.parts import in_parts
from qa.compose.span import span
from qa.compose.statement import passage, statement
from qa.compose.summary import summary
from qa.compose.verdict import verdict_of
from qa.compose.words import says_enough
from qa.confidence import Calibration, FormCalibration
from qa.config import AskConfig
from qa.types import Answer, Citation, Form, Status, Timings
from qa.understand.asked import Asked
from qa.understand.several import asks_for_several
from qa.understand.wanted import holds_what_is_wanted

# The confidence from which a sentence is given in place of words that are not believed.
SURER = 0.7
# The material of another question, for the parts of one.
Consider = Callable[[Asked], Material]


class Decider:
    """Composes an answer in the form that is asked for, and decides whether it is given."""

    def __init__(self, index: Index, reader: str, calibration: Calibration | None, config: AskConfig) -> None:
        """`reader`: its id, for messages."""
        self._index = index
        self._reader = reader
        self._calibration = calibration
        self._config = config

    def decide(
        self,
        question: str,
        material: Material,
        *,
        minimum: float | None,
        answers: int | None,
        strict: bool,
        consider: Consider,
    ) -> Answer:
        """The answer, without its timings.

        `minimum`, `answers`: as `Answerer.ask`'s. `strict`: the form was asked for by name, and no other is given.
        """
        asked = material.asked
        if asked.parts and not strict:
            draft = in_parts(asked, lambda part: self._draft(consider(part), minimum, None, strict=False))
        else:
            draft = self._draft(material, minimum, answers, strict=strict)
        speaks_of_others = minimum is None and not strict and bool(material.names_missing)
        if not draft.likely or not draft.places or speaks_of_others:
            return self._abstention(question, material, draft)
        cited = tuple(self._cite(place) for place in draft.places)
        return Answer(
            question, asked.question, Status.ANSWERED, _text(draft.form, cited), draft.confidence, cited, None, None,
            Timings.none(), form=draft.form, parts=tuple(part for part in asked.parts), missing=draft.missing,
            verdict=draft.verdict,
        )  # fmt: skip

    def _draft(self, material: Material, minimum: float | None, answers: int | None, *, strict: bool) -> Draft:
        form = material.asked.form
        if not strict and answers is None and (cell := cell_answer(material, minimum)) is not None:
            return cell
        if form is Form.OVERVIEW:
            overview = summary(material)
            if overview.places or strict:
                return overview
            form = Form.PASSAGE
        if form is Form.LIST and answers is None:
            return listing(material, self._fit(form), minimum, self._config.answers)
        if form is Form.STATEMENT:
            thresholds = self._calibration.verdicts if self._calibration else {}
            settled = statement(material, self._fit(form), minimum)
            return replace(settled, verdict=verdict_of(material, thresholds))
        if form is Form.PASSAGE:
            return passage(material, self._fit(form), minimum)
        most = answers or (self._config.answers if asks_for_several(material.asked.question) else 1)
        words = span(material, self._calibration, minimum, most=most, itemised=answers is not None, reader=self._reader)
        trusted = minimum is not None or (words.likely and _is_of_the_kind(material, words.places[0]))
        if strict or answers is not None or (words.likely and trusted):
            return words
        wider = statement(material, self._fit(Form.STATEMENT), minimum)
        # Where the words are not believed, their sentence has to be surer than where a sentence was asked for.
        surer = minimum is not None or wider.confidence is None or wider.confidence >= SURER
        fits = surer and wider.likely and any(_holds(material, place) for place in wider.places)
        return wider if fits else replace(words, likely=False)

    def _fit(self, form: Form) -> FormCalibration | None:
        return self._calibration.forms.get(form) if self._calibration else None

    def _cite(self, place: Place) -> Citation:
        cited = cite(self._index, place.document_id, place.start, place.end, context=self._config.context)
        start, end = place.focus or (None, None)
        return replace(cited, part=place.part, focus_start=start, focus_end=end)

    def _abstention(self, question: str, material: Material, draft: Draft) -> Answer:
        near = nearest_place(material)
        nearest = None if near is None else self._cite(near)
        return Answer(
            question, material.asked.question, Status.ABSTAINED, None, draft.confidence, (), nearest,
            reason_for(material), Timings.none(), form=draft.form, parts=material.asked.parts,
        )  # fmt: skip


def _is_of_the_kind(material: Material, place: Place) -> bool:
    """Whether the words at `place` say something by themselves, and what is asked for: a number, a date …"""
    return says_enough(material, place) and _holds(material, place)


def _holds(material: Material, place: Place) -> bool:
    words = material.text(place.document_id, place.start, place.end)
    return holds_what_is_wanted(material.asked.question, words)


def _text(form: Form, cited: tuple[Citation, ...]) -> str:
    """The words that are cited: of a span the first place's, as the others say the same; else each on a line."""
    return cited[0].quote if form is Form.SPAN else "\n".join(citation.quote for citation in cited)
