"""Decides: an answer with its places, or an abstention with the nearest statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from index import Index
from qa.citing import cite
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.listing import in_parts, listing, stands_in_labelled_list
from qa.compose.overview import summary
from qa.compose.presuppositions import (
    nearest_place,
    reason_for,
    stated_share,
    unstated_presupposition,
    unstated_words,
    why_it_differs,
)
from qa.compose.span import holds_kind, says_enough, span
from qa.compose.statement import passage, statement, verdict_of
from qa.compose.table_cell import cell_answer
from qa.confidence import Calibration, FormCalibration
from qa.config import AskConfig
from qa.types import Answer, Citation, Form, Reason, Status, Timings
from qa.understand.answer_type import asks_for_several
from qa.understand.parsed_question import ParsedQuestion

# What the odds of a sentence are divided by that stands in for words that are not believed: where it speaks of at least
# this share of the question's key words, and elsewhere. Of 24 such sentences that had a confidence over 0.5 in
# themselves, 22 were right (452 questions of training/forms.py's kinds).
SPOKEN_OF, IF_SPOKEN, ELSEWHERE = 0.6, 2.0, 6.0
# How far behind the best, in logits, a sentence may be that holds the kind of thing that is asked for.
OF_THE_KIND = 2.5
# Words that are less likely, as a collection's may be, are held against the sentence that would stand in for them.
DOUBTFUL = 1 / 3
# The forms of yes/no and why questions.
_HELD = (Form.STATEMENT, Form.PASSAGE)
# The material of another question, for the parts of one.
Consider = Callable[[ParsedQuestion], Material]


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
        """Return the answer, without its timings.

        `minimum`, `answers`: as `Answerer.ask`'s. `strict`: the form was asked for by name, and no other is given.
        """
        asked = material.asked
        if asked.parts and not strict:
            draft = in_parts(asked, lambda part: self._draft(consider(part), minimum, None, strict=False))
        else:
            draft = self._draft(material, minimum, answers, strict=strict)
        if asked.form is Form.OVERVIEW and not draft.places:
            # Nothing is said of that part: the passages, which were only found so far, are read.
            material = consider(replace(asked, form=Form.PASSAGE))
            draft = draft if strict else self._draft(material, minimum, answers, strict=False)
        differs = why_it_differs(material) if minimum is None and not strict else None
        if differs or not draft.likely or not draft.places:
            return self._abstention(question, material, draft, differs)
        if minimum is None and not strict:
            draft = self._doubted(draft, material)
            if not draft.likely:
                return self._abstention(question, material, draft, Reason.NOT_SAID)
        cited = tuple(self._cite(place) for place in draft.places)
        return Answer(
            question, asked.question, Status.ANSWERED, _text(draft.form, cited), draft.confidence, cited, None, None,
            Timings(), form=draft.form, parts=tuple(part for part in asked.parts), missing=draft.missing,
            verdict=draft.verdict,
        )  # fmt: skip

    def _draft(self, material: Material, minimum: float | None, answers: int | None, *, strict: bool) -> DraftAnswer:
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
        if words.likely and not strict and answers is None and stands_in_labelled_list(material, words.places[0]):
            return listing(material, self._fit(Form.LIST), minimum, self._config.answers)
        trusted = minimum is not None or (words.likely and _is_of_the_kind(material, words.places[0]))
        if strict or answers is not None or (words.likely and trusted and not _is_doubtful(words, minimum)):
            return words
        wider = self._wider(material, minimum)
        if words.likely and trusted and wider.likely and _agree(words, wider):
            return words
        if wider.likely and not strict and stands_in_labelled_list(material, wider.places[0]):
            return listing(material, self._fit(Form.LIST), minimum, self._config.answers)
        return wider if wider.likely else replace(words, likely=False)

    def _wider(self, material: Material, minimum: float | None) -> DraftAnswer:
        """Draft the sentence in place of unlikely words; it is likely if it speaks of what is asked about."""
        fit = self._fit(Form.STATEMENT)
        if minimum is None:
            material = material.preferring(lambda s: holds_kind(material, s), OF_THE_KIND)
        wider = statement(material, fit, minimum)
        if minimum is not None or not wider.likely:
            return wider
        if not any(holds_kind(material, place) for place in wider.places):
            return replace(wider, likely=False)
        if fit is None or wider.confidence is None:
            return wider
        speaks = stated_share(material, material.sentences[0]) >= SPOKEN_OF
        confidence = unstated_presupposition(wider.confidence, IF_SPOKEN if speaks else ELSEWHERE)
        return replace(wider, confidence=confidence, likely=confidence >= fit.threshold)

    def _doubted(self, draft: DraftAnswer, material: Material) -> DraftAnswer:
        """Lower the confidence of `draft` if the documents do not speak of what is asked about."""
        if draft.form not in _HELD or not unstated_words(material):
            return draft
        fit = self._fit(draft.form)
        if fit is None or draft.confidence is None:
            return replace(draft, likely=False)
        confidence = unstated_presupposition(draft.confidence)
        return replace(draft, confidence=confidence, likely=confidence >= fit.threshold)

    def _fit(self, form: Form) -> FormCalibration | None:
        return self._calibration.forms.get(form) if self._calibration else None

    def _cite(self, place: Place) -> Citation:
        cited = cite(self._index, place.document_id, place.start, place.end, context=self._config.context)
        start, end = place.focus or (None, None)
        return replace(cited, part=place.part, focus_start=start, focus_end=end)

    def _abstention(
        self, question: str, material: Material, draft: DraftAnswer, reason: Reason | None = None
    ) -> Answer:
        near = nearest_place(material)
        nearest = None if near is None else self._cite(near)
        return Answer(
            question, material.asked.question, Status.ABSTAINED, None, draft.confidence, (), nearest,
            reason or reason_for(material), Timings(), form=draft.form, parts=material.asked.parts,
        )  # fmt: skip


def _is_doubtful(words: DraftAnswer, minimum: float | None) -> bool:
    """Return whether words that may be given are right less often than one time in three."""
    return minimum is None and words.confidence is not None and words.confidence < DOUBTFUL


def _agree(words: DraftAnswer, wider: DraftAnswer) -> bool:
    """Return whether a believed sentence holds the words or is less sure than they are, or other passages say them."""
    place = words.places[0]
    is_inside = any(s.document_id == place.document_id and s.start <= place.start < s.end for s in wider.places)
    return is_inside or len(words.places) > 1 or (words.confidence or 0.0) >= (wider.confidence or 0.0)


def _is_of_the_kind(material: Material, place: Place) -> bool:
    """Return whether the words at `place` say something by themselves, and what is asked for: a number, a date …"""
    return says_enough(material, place) and holds_kind(material, place)


def _text(form: Form, cited: tuple[Citation, ...]) -> str:
    """Return the cited words: the first place's for a span, as the others say the same; else each place on a line."""
    return cited[0].quote if form is Form.SPAN else "\n".join(citation.quote for citation in cited)
