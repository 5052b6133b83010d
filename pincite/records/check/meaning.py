"""Lists words that reverse or limit a statement and function words; tells whether an omission changes the meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pincite.records.check.pattern import Gap, Mark
from pincite.records.check.words import plain_word, split_words

NEGATIONS = frozenset(
    "not no never none nothing nobody nowhere neither nor cannot without hardly scarcely barely non".split()
)
_LIMITS = frozenset(  # words that limit a statement or distance its speaker from it
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
NEAR = 8  # words; an omission of at most so many is part of one clause


def is_negation(word: str) -> bool:
    """Return whether a word reverses a statement."""
    word = word.lower()
    return word in NEGATIONS or word.endswith("n't")


def changes_meaning(word: str) -> bool:
    """Return whether a word reverses or limits a statement."""
    return is_negation(word) or word.lower() in _LIMITS


def is_number(word: str) -> bool:
    """Return whether a word has a digit."""
    return any(c.isdigit() for c in word)


def is_content_word(word: str) -> bool:
    """Return whether a word carries content, unlike the function words in `COMMON`."""
    return word.lower() not in COMMON


def gap_problem(gap: Gap, words: Sequence[str]) -> bool:
    """Return whether omitting `words` of the source, or replacing them by the words in brackets, changes the meaning.

    It does if a negation, or a limit such as "only", "if" or "allegedly", is left out of a clause or put into it, and
    if brackets give another number or name, or another relation, such as "on" for "before".
    """
    has_limit = any(map(changes_meaning, words))
    if gap.mark is Mark.OMISSION:
        return has_limit and len(words) <= NEAR
    mine = gap_words(gap)
    if any(map(changes_meaning, mine)) != has_limit:
        return True
    if 0 < len(words) <= len(mine) + 2 and _RELATIONS.intersection(mine) != _RELATIONS.intersection(words):
        return True
    return contradicts(mine, words)


def gap_words(gap: Gap) -> list[str]:
    """Return the words in brackets, in plain letters."""
    split = split_words(gap.text)
    return [plain_word(split.raw(i)) for i in range(len(split))]


def contradicts(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Return whether both sides have numbers, or names, and share none of them."""
    return any(_contradict(mine, theirs, test) for test in (is_number, _is_name))


def _contradict(mine: Sequence[str], theirs: Sequence[str], test: Callable[[str], bool]) -> bool:
    in_mine, in_theirs = {w for w in mine if test(w)}, {w for w in theirs if test(w)}
    return bool(in_mine and in_theirs) and not in_mine & in_theirs


def _is_name(word: str) -> bool:
    return word[:1].isupper() and len(word) > 1 and is_content_word(word)
