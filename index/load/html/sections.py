"""Keeps sections whose names sound like boilerplate ("social", "cookies") but which are part of the text.

A manual has a section on cookies, a case report a social history: their names contain words that mark menus, banners
and comments. Their content tells them apart: sentences without links, below a heading of their own.
"""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import islice

from index.load.html.blocks import BLOCKS, HEADINGS, Element, is_element, words_of

_LINKED = 0.35  # share of a section's letters that lead elsewhere, at most
_PROSE = 5  # words of a sentence, at least
_BESIDE = 2  # paragraphs of prose beside a section of a page that does not say where its text is, at least
_LOOKED_AT = 400  # elements of a section, and beside it on either side
_CONTROLS = ("input", "textarea", "select", "form", "iframe")
# Words of the names of what stands inside of readers' comments.
_REPLIES = re.compile(
    r"comment-?_?(?:author|body|list|meta|reply|content|text|form)|commenter|vcard|reply|disqus", re.I
)
_OWN = re.compile(
    r"(?:^|[\s_-])(?:content|article|post|entry|story|document|main)(?:[\s_-](?:body|text|content))?(?:\s|$)"
)
# Headings that stand above what is not the text, whatever stands below them.
_ABOUT = "articles?|posts?|stor(?:y|ies)|news|content|links?|topics?|reading|products?|videos?|pages?|coverage|for you"
_AROUND = re.compile(
    rf"(?:\d+ )?(?:comments?|leave a (?:comment|reply)|(?:related|recommended)(?: (?:{_ABOUT}))?|"
    r"you (?:may|might) also like|read (?:more|next)|more (?:from|stories|articles).*|share(?: this.*)?|newsletter|"
    rf"subscribe|sponsored(?: (?:by.*|{_ABOUT}))?|advertisement|most (?:read|popular)|popular.*|latest.*|trending.*|"
    r"follow us.*|about cookies|cookie policy|join the (?:conversation|discussion)|sign up.*|tags|categories|"
    r"navigation|menu)",
    re.IGNORECASE,
)
# The same in other languages.
_AROUND_ABROAD = re.compile(
    r"(?:neueste|ähnliche|weitere|verwandte|aktuelle) (?:artikel|beiträge|meldungen|nachrichten|themen)|"
    r"das könnte (?:dich|euch|sie) auch interessieren|mehr (?:zum thema|von .*)|(?:am )?meist(?:en )?gelesen|"
    r"(?:letzte )?kommentare|lesen sie auch|aktuelle berichte.*|entdecken sie (?:auch|jetzt)|"
    r"(?:à )?(?:lire|voir) (?:aussi|également)|sur le même (?:sujet|thème)|articles? (?:liés|similaires)|les plus lus|"
    r"commentaires|comentários|comentarios|commenti|komentarze|reacties|(?:las más|mais) (?:leídas|lidas)|"
    r"más (?:leídas|noticias|sobre .*)|(?:artículos|noticias|notícias) relacionad[ao]s|te puede interesar|"
    r"(?:leia|veja) também|lo más (?:leído|visto)|articoli correlati|leggi anche|potrebbe interessarti.*|"
    r"zobacz także|czytaj (?:także|też|więcej)|polecamy|lees ook|gerelateerd.*",
    re.IGNORECASE,
)
# Words that say that a sentence speaks to the visitor.
_PROMOTES = frozenset(
    "ad ads advert advertisement comment comments cookie cookies newsletter promo respond share sharing sponsored "
    "subscribe subscription".split()
)
_MENUS = re.compile(r"navigation|menu|tags|categories|pagination|toolbar|sidebar|breadcrumbs?", re.IGNORECASE)
# Words that say what is never a part of the text, unless its heading says the word too.
_NEVER = frozenset("consent gdpr breadcrumb breadcrumbs navbar sharedaddy disqus pagination pager modal popup".split())


def is_section(element: Element, names: Set[str]) -> bool:
    """Return whether `element`, whose class or id holds `names`, is a section of the text."""
    if _holds_controls(element) or _linked(element) > _LINKED:
        return False
    heading = next((e for e in element.iter(*HEADINGS) if words_of(e)), None)
    titled = heading is not None and _shares(words_of(heading), names)
    if heading is not None and _is_prose_alone(element, heading):
        return True
    if heading is not None and stands_around(words_of(heading)):
        return titled and _is_anchored(element, heading) and (_sentences(element) >= 1 or not _linked(element))
    if titled:
        return True
    if names & _NEVER or not _is_inside(element):
        return False
    if heading is None:
        return _goes_with_text(element, names)
    return _sentences(element) >= 1


def _goes_with_text(element: Element, names: Set[str]) -> bool:
    """Return whether a paragraph, a list or a table without a heading of its own goes on with the text before it."""
    if element.tag == "p":
        return not names & _PROMOTES and _is_sentence(words_of(element))
    if element.tag not in ("ul", "ol", "dl", "table"):
        return False
    above = islice(element.itersiblings(preceding=True), _LOOKED_AT)
    before = next((e for e in above if e.tag in (*HEADINGS, "p")), None)
    return before is not None and not stands_around(words_of(before))


def _is_prose_alone(element: Element, heading: Element) -> bool:
    """Return whether it is named as menus are, and holds sentences without any link."""
    named = _MENUS.fullmatch(words_of(heading).strip(" :¶#")) is not None
    return named and _sentences(element) >= 1 and next(element.iter("a"), None) is None


def stands_around(heading: str) -> bool:
    """Return whether a heading is one of what stands around a text, such as "Related articles"."""
    words = heading.strip(" :¶#.…")
    return _AROUND.fullmatch(words) is not None or _AROUND_ABROAD.fullmatch(words) is not None


def _holds_controls(element: Element) -> bool:
    """Return whether people fill something in there, or others have answered."""
    if next(element.iter(*_CONTROLS), None) is not None:
        return True
    inside = islice((e for e in element.iterdescendants() if is_element(e)), _LOOKED_AT)
    return any(_REPLIES.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in inside)


def _linked(element: Element) -> float:
    letters = len(words_of(element))
    return sum(len(words_of(link)) for link in element.iter("a") if not _is_mark(link)) / max(1, letters)


def _is_mark(link: Element) -> bool:
    """Return whether it leads to its own heading."""
    return (link.get("href") or "").startswith("#") and len(words_of(link)) <= 1


def _shares(heading: str, names: Set[str]) -> bool:
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", heading)}
    return bool(names & (words | {word.removesuffix("s") for word in words} | {f"{word}s" for word in words}))


def _is_anchored(element: Element, heading: Element) -> bool:
    """Return whether the name is made of the heading, as by a program that writes manuals."""
    names = {name.lower() for name in f"{element.get('id') or ''} {element.get('class') or ''}".split()}
    return "-".join(re.findall(r"[^\W_]+", words_of(heading).lower())) in names and _is_inside(element)


def _is_inside(element: Element) -> bool:
    """Return whether it stands in what the page marks as its own text, or right beside the page's title and prose."""
    around = element.iterancestors("main", "article", "section", "div")
    named = any(
        e.tag in ("main", "article")
        or e.get("role") == "main"
        or _OWN.search(f"{e.get('class') or ''} {e.get('id') or ''}") is not None
        for e in around
    )
    return named or _is_beside_prose(element)


def _is_beside_prose(element: Element) -> bool:
    sides = (islice(element.itersiblings(preceding=preceding), _LOOKED_AT) for preceding in (True, False))
    beside = [e for side in sides for e in side if e.tag in ("p", "h1")]
    if element.tag in ("p", "h1"):
        beside.append(element)
    prose = [e for e in beside if e.tag == "p" and _is_sentence(words_of(e))]
    return len(prose) >= _BESIDE and any(e.tag == "h1" for e in beside)


def _is_sentence(words: str) -> bool:
    return len(words.split()) >= _PROSE and words.endswith((".", "!", "?", ":", "…"))


def _sentences(element: Element) -> int:
    """Return how many of its blocks are sentences that lead nowhere."""
    count = 0
    for block in islice(element.iter(*BLOCKS), _LOOKED_AT):
        if next(block.iterdescendants(*BLOCKS), None) is not None or block.tag in HEADINGS:
            continue
        words = words_of(block)
        linked = sum(len(words_of(link)) for link in block.iter("a"))
        if _is_sentence(words) and linked <= 0.5 * len(words):
            count += 1
    return count
