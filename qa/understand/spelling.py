"""Corrects the spelling of the words that say what a question asks: "waht", "wich", "sumarize".

Short words by a list of how people misspell them, since one letter turns many of them into other words ("then" is not
"when"). Long ones by deletion neighbourhoods (SymSpell, W. Garbe 2012): a word that has all letters of a cue but one,
or the other way round, is that cue. Words that carry the subject are left alone: `subject_spelling` corrects those.
"""

from __future__ import annotations

import re

_MISSPELT = """
what:waht,wat,whta,hwat,wht,whar,whst,wath what's:whats,waht's,wats,whats',what´s,what`s
when:wen,wehn,whne,whn,hwen,wheen where:wher,wehre,whre,wheer,whear which:wich,whcih,whihc,wihch,whitch,witch,whic,wchih
who:whoo who's:whos,whoes whose:whoose why:wy,whi,wyh,hwy,whyy how:hw,howw does:deos,dose,doess,doeas did:ddi,didi
is:si,iis are:aer,arre can:cna,cann could:coud,cuold,coudl would:woud,wuold,woudl should:shoud,shuld,shoudl,shold,shuold
many:mnay,mayn,manny much:mcuh,muhc,mutch long:logn,lnog often:offen,oftne,ofen have:ahve,hvae list:lsit,lits
about:abuot,abotu,baout happens:hapens,happnes,happends mean:maen between:beetween,betwen,betwene
please:plz,pls,plese,pleas do:od don't:dont doesn't:doesnt,dosent,dosn't isn't:isnt aren't:arent can't:cant didn't:didnt
won't:wont shouldn't:shouldnt you:u
"""
_CUES = """summarize summarise summary overview explain describe difference different attended happened happens
takeaways examples""".split()
_SHORTEST_FUZZY, _LONGEST_FUZZY = 6, 11
_INITIALS = frozenset(cue[0] for cue in _CUES)
# Words of their own that stand one letter from a cue.
_OTHER_WORDS = frozenset(_CUES) | frozenset(
    """happen differences differ attend attends describes described explains explained example takeaway overviews
    summarizes summarises summarized summarised summaries summer summery""".split()
)
# "dose", "wont", "witch" are words too: mended only where a question begins.
_ONLY_FIRST = frozenset({"dose", "witch", "wat", "od", "wont", "cant", "lits", "si", "whar", "wen", "pleas"})
_QUESTION_WORDS = "how who whom whose what what's when where which why".split()
_FIRST_WORDS = """is are was were does did can could should would will has have had list name explain give tell who's
where's""".split()
_HOW = re.compile(r"\bhwo (?=(?:many|much|long|old|often|far|tall|big|do|does|can|to|come)\b)", re.IGNORECASE)
_WORD = re.compile(r"[\w'’´`]+")


def _listed() -> dict[str, str]:
    pairs = (line.split(":") for line in _MISSPELT.split())
    return {wrong: right for right, wrongs in pairs for wrong in wrongs.split(",")}


def deletions(word: str) -> set[str]:
    """Return `word` with one letter left out."""
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def swaps(word: str) -> list[str]:
    """Return `word` with two neighbouring letters swapped."""
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1) if word[i] != word[i + 1]]


# Nobody means another word by "waht" or "hwere"; "dose", "lits" are mended only where a question begins.
_ANYWHERE = {wrong: word for word in _QUESTION_WORDS for wrong in swaps(word)}
_FIRST = {wrong: word for word in _FIRST_WORDS for wrong in swaps(word)}
_LISTED = _ANYWHERE | _FIRST | _listed()
_ONLY_FIRST |= _FIRST.keys() - _ANYWHERE.keys() - _listed().keys()
_NEIGHBOURS = {near: cue for cue in _CUES for near in (cue, *deletions(cue))}


def respell(question: str) -> str:
    """Correct the words of `question` that ask; leave everything else, capitals included, as it is."""
    question = _HOW.sub("how ", question)
    first = _WORD.search(question)
    begins = first.start() if first else 0
    return _WORD.sub(lambda word: _right(word[0], first=word.start() == begins), question)


def _right(word: str, *, first: bool) -> str:
    low = word.casefold().replace("’", "'")
    if low in _LISTED and (first or low not in _ONLY_FIRST):
        right = _LISTED[low]
    elif _SHORTEST_FUZZY <= len(low) <= _LONGEST_FUZZY and low[0] in _INITIALS and low not in _OTHER_WORDS:
        right = next((_NEIGHBOURS[near] for near in (low, *sorted(deletions(low))) if near in _NEIGHBOURS), low)
    else:
        return word
    if right == low:
        return word
    return right.capitalize() if word[:1].isupper() else right
