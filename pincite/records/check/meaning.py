"""Lists words that reverse a sentence, words that every text has, and what ellipses may not hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pincite.records.check.pattern import Gap, Mark
from pincite.records.check.words import spelt, split_words

NEGATIONS = frozenset(
    "not no never none nothing nobody nowhere neither nor cannot without hardly scarcely barely non".split()
)
_LIMITS = frozenset(  # words that limit what is said, or who says it
    "only unless if except almost nearly allegedly supposedly reportedly perhaps possibly rarely seldom failed refused "
    "denied".split()
)
_RELATIONS = frozenset(
    "before after until since without against above below under more less fewer most least all every always "
    "must".split()
)
COMMON = frozenset(
    "a an the this that these those and or but nor so yet if then than as at by for from in into of off on onto out "
    "over to up with within about after before between through during under again further once here there when where "
    "why how all any both each few more most other some such only own same too very can could will would shall should "
    "may might must do does did done doing have has had having be is are was were been being am i me my mine we us our "
    "ours you your yours he him his she her hers it its they them their theirs who whom whose which what while also "
    "just said says say".split()
)
NEAR = 8  # words; a mark that leaves out so few leaves out part of a clause


def is_negation(word: str) -> bool:
    """Return whether a word reverses a statement."""
    word = word.lower()
    return word in NEGATIONS or word.endswith("n't")


def turns(word: str) -> bool:
    """Return whether a word reverses or limits a statement."""
    return is_negation(word) or word.lower() in _LIMITS


def is_number(word: str) -> bool:
    """Return whether a word has a digit."""
    return any(c.isdigit() for c in word)


def is_weighty(word: str) -> bool:
    """Return whether a word says what a sentence is about."""
    return word.lower() not in COMMON


def gap_problem(gap: Gap, words: Sequence[str]) -> bool:
    """Return whether leaving out `words` of the source changes the meaning of the rest.

    A negation left out of a clause does, and so does one put into it; a word that limits it, such as "only", "if" and
    "allegedly"; brackets with another number or name, or with "on" in place of "before", too.
    """
    turned = any(map(turns, words))
    if gap.mark is Mark.OMISSION:
        return turned and len(words) <= NEAR
    mine = gap_words(gap)
    if any(map(turns, mine)) != turned:
        return True
    if 0 < len(words) <= len(mine) + 2 and _RELATIONS.intersection(mine) != _RELATIONS.intersection(words):
        return True
    return contradicts(mine, words)


def gap_words(gap: Gap) -> list[str]:
    """Return what stands in brackets, in plain letters."""
    split = split_words(gap.text)
    return [spelt(split.raw(i)) for i in range(len(split))]


def contradicts(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Return whether words have numbers, or names, and words in place of them have others."""
    return any(_contradict(mine, theirs, test) for test in (is_number, _is_name))


def _contradict(mine: Sequence[str], theirs: Sequence[str], test: Callable[[str], bool]) -> bool:
    here, there = {w for w in mine if test(w)}, {w for w in theirs if test(w)}
    return bool(here and there) and not here & there


def _is_name(word: str) -> bool:
    return word[:1].isupper() and len(word) > 1 and is_weighty(word)
