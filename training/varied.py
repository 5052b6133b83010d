"""Windows that hardly anybody asked, for a teacher to say what answers them.

A reader that has seen every question several times knows the answers by heart, its teacher too, and what a teacher says
of such a window tells no more than the answer itself. Where a question or a passage is another one, it has to think:
words of the question exchanged or left out, a question of a neighbouring passage, sentences left out, put elsewhere or
brought in from a neighbour. Nobody knows the right answer; the teacher's is learnt, doubts and all (the unlabelled
transfer set of Hinton et al. 2015; Turc et al. 2019, "Well-Read Students Learn Better").
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
from tokenizers import Tokenizer

from training.features import CLS, SEP, Feature

# Neighbours stand at most so many windows apart: those of an article follow each other.
NEAR = 40
# So many of the most frequent word pieces are too common to change what a question asks.
COMMON = 250
# Ends of sentences; what is shorter than `SHORTEST` word pieces ("U.S.") ends none.
STOPS, SHORTEST = frozenset((".", "?", "!")), 6
DELETED = 0.2

Pieces = list[int]


def varied(
    features: Sequence[Feature], share: float, tokenizer: Tokenizer, window: int, rng: random.Random
) -> list[Feature]:
    """Of `share` of `features` one variation each, of at most `window` word pieces, whose targets are not known.

    `features` stand in the order in which their articles do.
    """
    if share == 0.0:
        return []
    vary = _Variations(features, tokenizer, window, rng)
    return [vary(i) for i in range(len(features)) if rng.random() < share]


class _Variations:
    def __init__(self, features: Sequence[Feature], tokenizer: Tokenizer, window: int, rng: random.Random) -> None:
        pieces = [tokenizer.id_to_token(i) or "" for i in range(tokenizer.get_vocab_size())]
        self._inside = np.array([piece.startswith("##") for piece in pieces])
        self._stops = {i for i, piece in enumerate(pieces) if piece in STOPS}
        counts = np.bincount(np.concatenate([f.ids for f in features]), minlength=len(pieces))
        self._common = set(np.argsort(-counts, kind="stable")[:COMMON].tolist())
        self._features, self._window, self._rng = features, window, rng
        self._questions: Sequence[tuple[float, Callable[[int], Pieces]]] = (
            (0.3, self._question), (0.3, self._other_question), (0.4, self._edited),
        )  # fmt: skip
        self._passages: Sequence[tuple[float, Callable[[int], Pieces]]] = (
            (0.4, self._passage), (0.2, self._shortened), (0.2, self._joined), (0.2, self._reordered),
        )  # fmt: skip

    def __call__(self, which: int) -> Feature:
        ask, read = self._one_of(self._questions), self._one_of(self._passages)
        if ask == self._question and read == self._passage:
            ask = self._edited
        question = ask(which)
        passage = read(which)[: self._window - len(question) - 3]
        return Feature(np.array([CLS, *question, SEP, *passage, SEP], dtype=np.int32), len(question) + 2, ())

    def _one_of(self, ways: Sequence[tuple[float, Callable[[int], Pieces]]]) -> Callable[[int], Pieces]:
        return self._rng.choices([way for _, way in ways], [weight for weight, _ in ways])[0]

    def _question(self, which: int) -> Pieces:
        feature = self._features[which]
        return [int(piece) for piece in feature.ids[1 : feature.passage - 1]]

    def _passage(self, which: int) -> Pieces:
        feature = self._features[which]
        return [int(piece) for piece in feature.ids[feature.passage : -1]]

    def _near(self, which: int) -> int:
        return max(0, min(len(self._features) - 1, which + self._rng.choice((-1, 1)) * self._rng.randint(1, NEAR)))

    def _other_question(self, which: int) -> Pieces:
        return self._question(self._near(which))

    def _edited(self, which: int) -> Pieces:
        """Give one or two of its telling words left out, or others in their place: the passage's, or a neighbour's."""
        words = self._words(self._question(which))
        telling = [i for i, word in enumerate(words) if self._tells(word)]
        for i in self._rng.sample(telling, min(len(telling), self._rng.choice((1, 1, 2)))):
            near = self._near(which)
            source = self._rng.choice((self._passage(which), self._question(near), self._passage(near)))
            others = [word for word in self._words(source) if self._tells(word) and word != words[i]]
            words[i] = self._rng.choice(others) if others and self._rng.random() >= DELETED else []
        return [piece for word in words for piece in word]

    def _shortened(self, which: int) -> Pieces:
        """Without a third or a half of its sentences; all of it if it is one."""
        sentences = self._sentences(self._passage(which))
        kept = max(1, round(len(sentences) * 2 / 3 - 0.17))
        return self._flat([sentences[i] for i in sorted(self._rng.sample(range(len(sentences)), kept))])

    def _joined(self, which: int) -> Pieces:
        """Return a neighbour's sentences, up to three, in the place of as many of its own, or beside its only one."""
        own, others = self._sentences(self._passage(which)), self._sentences(self._passage(self._near(which)))
        first = self._rng.randrange(len(others))
        brought = others[first : first + self._rng.randint(1, 3)]
        at = self._rng.randrange(len(own))
        return self._flat(own[:at] + brought + (own[at + len(brought) :] if len(own) > 1 else own))

    def _reordered(self, which: int) -> Pieces:
        sentences = self._sentences(self._passage(which))
        self._rng.shuffle(sentences)
        return self._flat(sentences)

    def _tells(self, word: Pieces) -> bool:
        return len(word) > 1 or word[0] not in self._common

    def _words(self, pieces: Pieces) -> list[Pieces]:
        words: list[Pieces] = []
        for piece in pieces:
            if words and self._inside[piece]:
                words[-1].append(piece)
            else:
                words.append([piece])
        return words

    def _sentences(self, pieces: Pieces) -> list[Pieces]:
        sentences: list[Pieces] = [[]]
        for piece in pieces:
            sentences[-1].append(piece)
            if piece in self._stops and len(sentences[-1]) >= SHORTEST:
                sentences.append([])
        return [sentence for sentence in sentences if sentence]

    @staticmethod
    def _flat(parts: Sequence[Pieces]) -> Pieces:
        return [piece for part in parts for piece in part]
