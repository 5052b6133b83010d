"""Replies to talk in words of our own, and to talk about the previous answer with what stands behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from index import Index
from prompts import render
from qa.bundled import bundled_article, bundled_questions
from qa.citing import around, following, in_one_sentence, in_short, same_place, sentence_of
from qa.compose.examples import made_questions
from qa.compose.previous_answer import PreviousAnswer, previous_answer, shown_earlier
from qa.rendering import percent
from qa.types import Answer, Citation, Form, Status, Timings, Turn
from qa.understand.mentions import content_words
from qa.understand.talk import Act, Move, move_of

SHOWN = 3  # further places that a reply shows
SEVERAL = 8  # answers asked for, where somebody wants others or a list

_COUNTED = re.compile(r"\b(?:first|second|third|fourth|fifth|last|next|one|two|three|four|five|\d+)\b", re.IGNORECASE)
_APART = re.compile(r"\b(?:other|next)\b", re.IGNORECASE)

_SOCIAL = {
    Act.GREETING: "reply_greeting",
    Act.THANKS: "reply_thanks",
    Act.ACKNOWLEDGEMENT: "reply_acknowledged",
    Act.FAREWELL: "reply_farewell",
    Act.WHO_ARE_YOU: "reply_who",
    Act.WHAT_CAN_YOU_DO: "reply_help",
}
# What can be done with an answer alone, and not with an abstention.
_OF_AN_ANSWER = (Act.WHERE, Act.SURE, Act.WHY_THAT, Act.SHORTER)


class AskFunction(Protocol):
    """Asks the documents a question that stands on its own, as `Answerer.ask` does."""

    def __call__(self, question: str, *, answers: int | None = None, where: Sequence[str] = ()) -> Answer: ...


def reply_to(question: str, history: Sequence[Turn], index: Index, ask: AskFunction) -> Answer | None:
    """Return reply to `question` if it is talk, or talk about the previous answer; return None if it asks the document.

    `history`: the latest turn last; a turn may be a whole `Answer.to_dict()`. Of a turn that is not, the question is
    asked again, to know what stands behind its answer.
    """
    move = move_of(question, in_conversation=bool(history))
    if move is None or move.act is Act.CORRECTION:
        return None
    if move.act.is_social:
        return _social(question, move.act, index, ask, first=not history)
    before = previous_answer(history, index, ask)
    if before is None:
        return _replied(question, _with_suggestions(render("reply_nothing_asked"), index, ask))
    return _Replying(question, move, before, shown_earlier(history, index), index, ask).reply()


def _social(question: str, act: Act, index: Index, ask: AskFunction, *, first: bool) -> Answer:
    documents = ", ".join(list(index.documents)[:SHOWN]) + (" …" if len(index.documents) > SHOWN else "")
    text = render(_SOCIAL[act], documents=documents)
    suggests = act is Act.WHAT_CAN_YOU_DO or (first and act is not Act.FAREWELL)
    return _replied(question, _with_suggestions(text, index, ask) if suggests else text)


def _with_suggestions(text: str, index: Index, ask: AskFunction) -> str:
    first, second = worth_asking(index, ask)
    return f"{text} {render('reply_suggestions', first=first, second=second)}"


def _replied(question: str, text: str, citations: Sequence[Citation] = (), confidence: float | None = None) -> Answer:
    return Answer(
        question, question.strip(), Status.REPLIED, text, confidence, tuple(citations), None, None, Timings(),
        form=Form.REPLY,
    )  # fmt: skip


class _Replying:
    """Makes one reply about the previous answer. `shown`: every place that the conversation has shown since then."""

    def __init__(
        self,
        question: str,
        move: Move,
        before: PreviousAnswer,
        shown: Sequence[Citation],
        index: Index,
        ask: AskFunction,
    ) -> None:
        self.question, self.move, self.before = question, move, before
        self.shown = tuple(shown) or before.places
        self.index, self.ask = index, ask

    def reply(self) -> Answer | None:
        """Return the reply to the turn."""
        acts: dict[Act, Callable[[], Answer | None]] = {
            Act.WHERE: self._where,
            Act.SURE: self._sure,
            Act.WHY_THAT: self._why_that,
            Act.MORE: self._more,
            Act.ELSE: self._anything_else,
            Act.SHORTER: self._shorter,
            Act.WHOLE_SENTENCE: self._whole_sentence,
            Act.NTH: self._nth,
            Act.LIST_THEM: self._listed,
            Act.OTHER_DOCUMENT: self._other_document,
        }
        if self.move.act in _OF_AN_ANSWER and not self.before.answered:
            return self._nothing()
        return acts[self.move.act]()

    def _with(self, text: str, citations: Sequence[Citation]) -> Answer:
        return _replied(self.question, text, citations, self.before.confidence)

    def _nothing(self) -> Answer:
        return self._with(render("reply_no_answer_before"), self.before.places)

    def _where(self) -> Answer:
        return self._with(render("reply_where"), self.before.places)

    def _sure(self) -> Answer:
        sentences = [sentence_of(place, self.index) for place in self.before.places[:1]]
        if self.before.confidence is None:
            return self._with(render("reply_sure_unknown"), sentences)
        return self._with(render("reply_sure", percent=percent(self.before.confidence)), sentences)

    def _why_that(self) -> Answer:
        sentence = sentence_of(self.before.places[0], self.index)
        asked = content_words(self.before.question)
        shared = sorted(asked & content_words(sentence.quote), key=self.before.question.casefold().find)
        text = render("reply_why_words", words=", ".join(shared)) if shared else render("reply_why_meaning")
        return self._with(text, [sentence])

    def _more(self) -> Answer:
        if not self.shown:
            return self._nothing()
        last = self.shown[-1]
        wider = around(last, self.index) if in_one_sentence(last, self.index) else following(last, self.index)
        if wider is not None and wider.quote == last.quote:
            wider = following(last, self.index)
        return self._anything_else() if wider is None else self._with(render("reply_more"), [wider])

    def _anything_else(self) -> Answer:
        answer = self.ask(self.before.question, answers=SEVERAL)
        new = [place for place in answer.citations if not any(same_place(place, old) for old in self.shown)]
        if not new:
            return self._with(render("reply_nothing_else"), ())
        return self._with(render("reply_else"), new[:SHOWN])

    def _shorter(self) -> Answer:
        place = self.before.places[0]
        short = in_short(place, self.index)
        text = render("reply_shorter") if short.quote != place.quote else render("reply_short_already")
        return self._with(text, [short])

    def _whole_sentence(self) -> Answer:
        if not self.before.places:
            return self._nothing()
        return self._with(
            render("reply_whole"), [sentence_of(place, self.index) for place in self.before.places[:SHOWN]]
        )

    def _nth(self) -> Answer | None:
        places = self.before.places
        if len(places) < 2:
            places = self.ask(self.before.question, answers=SEVERAL).citations or places
        number = self.move.number or 1
        if not places or number > len(places):
            # "the second one" may be something that the document counts, and "the other" something that it tells apart
            counted = _COUNTED.search(self.before.question) or _APART.search(self.question)
            return None if len(places) != 1 or counted else self._with(render("reply_listed_one"), places)
        chosen = places[-1] if number < 0 else places[number - 1]
        return self._with(
            render("reply_nth", number=len(places) if number < 0 else number), [around(chosen, self.index)]
        )

    def _listed(self) -> Answer:
        places = self.before.places
        if len(places) < 2:
            answer = self.ask(_asking_for_all(self.before.question), answers=SEVERAL)
            places = answer.citations or places
        if not places:
            return self._nothing()
        return self._with(render("reply_listed") if len(places) > 1 else render("reply_listed_one"), places)

    def _other_document(self) -> Answer:
        used = {place.document_id for place in self.before.places}
        others = [document for document in self.index.documents if document not in used]
        if not others:
            return self._with(render("reply_one_document"), ())
        answer = self.ask(self.before.question, where=[f"id!={document}" for document in sorted(used)])
        if answer.answered:
            return self._with(render("reply_other_document"), answer.citations)
        nearest = [answer.nearest] if answer.nearest is not None else []
        return self._with(render("reply_other_silent"), nearest)


def _asking_for_all(question: str) -> str:
    """Turn "How many eggs are there?", which asks for a number, into the question which ones they are."""
    start = question[:8].casefold()
    return f"Which{question[8:]}" if start == "how many" else question


DOCUMENTS, TRIED = 3, 4  # documents that are looked at, and made questions that are asked of each: somebody waits


def worth_asking(index: Index, ask: Callable[[str], Answer]) -> tuple[str, str]:
    """Return questions that `ask` answers with confidence; if there are too few, questions that fit any text."""
    questions: list[str] = []
    for document in list(index.documents.values())[:DOCUMENTS]:
        if document.id == bundled_article().name:
            questions += [question for question in bundled_questions()[:2] if ask(question).answered]
        questions += made_questions(document, ask, 1, tried=TRIED) if not questions else []
        if questions:
            break
    questions += [render("reply_question_about"), render("reply_question_points")][: 2 - len(questions)]
    return questions[0], questions[1]
