"""Finds blocks of a page that lead elsewhere: links, cards that are links, lines such as "Read also: ...".

Their content is on another page. So they belong to the text only if something in it says so: a line that introduces
them, a list that has more than links.

Lines by which a page speaks to its visitors (follow us, subscribe to read on, log in to comment) stand among its
paragraphs, and are none of its text. What is known here are the words of such lines in the languages of most pages; a
sentence that only uses one of them is not meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.load.html.blocks import BLOCKS, Element, loose_texts, words_of

LINKED = 0.8  # share of a block's words in links from which on it leads elsewhere
_LONGEST_CARD = 600  # characters of a link that is a card; a longer one is one that nobody closed
_CREDIT = re.compile(
    r"\W*(?:(?:photo|foto|fot|image|images|bild|picture|photograph|illustration|imagen?|zdj)\w{0,12}\.?"
    r"\s*(?:credits?|courtesy|by|von|par|de|di|por|[:/|©(])|credits?(?=\s?\W|[A-Z])|crédits?\b|©|\(c\))",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(r"\W*(?:copyright|\(c\)|©)\W*(?:\(c\)|©)?\s*(?:by\s+)?(?:19|20)\d\d", re.IGNORECASE)
_LONGEST_CREDIT = 10  # words
# What stands before the title of another text, in the languages of most pages.
READ_ALSO = re.compile(
    r"\W*(?:(?:you (?:may|might) also like|also read|don[’']t miss|learn more|more|read(?: also| more| next)?|related"
    r"(?: (?:articles?|stor(?:y|ies)))?|recommended)"
    r"|(?:auch interessant|lesen sie(?: auch)?|lies(?: auch| mehr)|mehr(?: dazu| lesen| zum thema)?|passend dazu"
    r"|siehe auch|zum thema)"
    r"|(?:(?:à )?lire(?: aussi| également)?|(?:à )?voir aussi|sur le même sujet)"
    r"|(?:le[ae]r?(?: además| más| también)?|te puede interesar|ver(?: más| también)|vea(?: más| también)?)"
    r"|(?:leia(?: mais| também)?|saiba mais|veja(?: mais| também)?)"
    r"|(?:leggi(?: anche)?|lees(?: meer| ook)?|läs(?: mer| också)|l[eæ]s også"
    r"|(?:prze)?czytaj(?: także| też| więcej)?|zobacz(?: także| też)?|čtěte(?: také)?"
    r"|читайте(?: также)?|смотрите также))\s*(?:[:»>|–—]|\s-\s)",
    re.IGNORECASE,
)

_LONGEST = 500  # characters of such a line
_NETWORKS = (
    r"(?:facebook|instagram|twitter|telegram|whats-?app|you-?tube|tik-?tok|linkedin|google news|newsletters?|"
    r"rss[ -]feeds?)"
)
_OURS = r"(?:us|our|uns|unsere[nmrs]?|nos|notre|nous|nuestr[oa]s?|nostr[oaie]|noss[oa]s?|ons|onze|nas|nasz\w*|@\w+)"
_FOLLOW = (
    r"(?:follow|like|join|subscribe(?: now)?(?: to)?|sign up|check out|folgen? sie|folgt?|abonnier\w*|besuch\w*|"
    r"s[ií]gu[ea]nos|s[ií]gue\w*|[uú]nete|suscr[ií]b\w*|suivez|abonnez|rejoignez|retrouvez|segui(?:ci|te)?|iscriviti|"
    r"siga\w*|inscreva\w*|curta|volg|obserwuj\w*|polub\w*)"
)
_ON_NETWORKS = re.compile(
    rf"\W*{_FOLLOW}\b(?:[^.!?]*\b{_OURS}\b[^.!?]*\b{_NETWORKS}\b|[^.!?]*\b{_NETWORKS}\b[^.!?]*\b{_NETWORKS}\b|"
    rf"[^.!?]*@\w+)|\W*(?:s[ií]guenos|seguici) (?:en|su)\b",
    re.IGNORECASE,
)
_READ_ON = re.compile(
    r"\W*(?:(?:to|for|pour|um|para|per)\b[^.!?]{0,40}\b)?(?:subscribe|sign (?:in|up)|log ?in|register|abonnez|"
    r"connectez|inscrivez|registrier\w*|abonnier\w*|melden sie sich|suscr[ií]b\w*|reg[ií]str\w*|accedi|abbonati)\b"
    r"[^.!?]*\b(?:full (?:story|article|access)|continue reading|read (?:more|on)|this (?:article|story)|weiterlesen|"
    r"lire la suite|la suite|seguir leyendo|leer (?:más|el artículo)|continua(?:re)? a leggere)\b"
    r"|\W*(?:to (?:view|read|continue reading) (?:the full |the rest of |this )?(?:story|article)|pour lire la suite|"
    r"um (?:den|diesen) (?:ganzen )?artikel (?:weiter)?zu ?lesen|para (?:seguir leyendo|leer el artículo))"
    r"[^.!?]*\b(?:subscri\w+|log|sign|register|account|compte|abonn\w+|cuenta|suscr\w+)\b"
    r"|\W*(?:already (?:a subscriber|have an account|registered)|schon registriert|bereits (?:abonnent|kund)\w*|"
    r"déjà abonné|ya (?:eres|tienes) (?:suscriptor|cuenta)\w*)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"\W*(?:(?:no|keine|aucun|sin|nessun|0) (?:comments?|kommentare|commentaires?|comentarios|commento)(?: yet)?\b|"
    r"(?:please |you (?:must|have to|need to) be |du musst |sie müssen )?"
    r"(?:log(?:ged)?|eingeloggt|angemeldet|sign(?:ed)?)(?: in)? (?:sein,? um|to|or register to|um)"
    r"\b.{0,20}\b(?:comment|kommentar\w*|kommentieren|reply)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W*(?:anzeige|werbung|advertisement|advertising|publicidad|publicidade|publicité|pubblicità|reklama|"
    r"continua depois da publicidade|(?:article|story) continues below(?: advertisement)?|sponsored|gesponsert)\W*"
    r"|\W*(?:anzeige|advertisement) (?:[-–—|:] ).*",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"\W*(?:lesezeit|lesedauer|reading time|read time|temps de lecture|tiempo de lectura|tempo di lettura)\W*"
    r"(?:ca\.? |about |approx\.? )?\d{1,3}\W*(?:min\w*\.?)?\W*"
    r"|\W*\d{1,3}[ -]?min(?:ute)?s? (?:read|lesezeit|de lecture)\W*"
    r"|\W*ten tekst przeczytasz w .{1,30}minut\w*\W*",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\W*(?:read more|continue reading|more|weiter ?lesen|mehr (?:lesen|erfahren|anzeigen)|lesen sie mehr|"
    r"lire (?:plus|la suite)|en savoir plus|leer más|ver más|vea también|leia mais|saiba mais|leggi (?:tutto|di più)|"
    r"czytaj (?:więcej|dalej)|lees (?:meer|verder)|läs mer|les mer|læs mere|lue (?:lisää|seuraavaksi)|číst dál|"
    r"zurück|back to top|nach oben|drucken|print|share|teilen|merken|send(?:en)?)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TextPlaces:
    """The elements of a page by their text, in blocks and beside blocks.

    `linked`: the texts of blocks that are mostly links; `cards`: texts in cards with them.
    """

    elements: dict[str, list[Element]]
    linked: set[str]
    cards: set[str]


def places_in(tree: Element) -> TextPlaces:
    """Look at each block of `tree` that holds no other, and at what stands beside blocks."""
    places = TextPlaces({}, set(), set())
    links: dict[Element, bool] = {}
    cards, holders = _cards(tree), ancestors_of(tree.iter(*BLOCKS))
    for element in tree.iter():
        if element in holders:
            texts = list(loose_texts(element))
        else:
            texts = [words_of(element)] if element.tag in BLOCKS else []
        for text in filter(None, texts):
            places.elements.setdefault(text, []).append(element)
            if _stands_in_link(element, links) or (element not in holders and _leads(element, text)):
                places.linked.add(text)
            if element in cards:
                places.cards.add(text)
    return places


def ancestors_of(elements: Iterable[Element]) -> set[Element]:
    """Return all ancestors of `elements`, each once."""
    ancestors: set[Element] = set()
    for element in elements:
        for around in element.iterancestors():
            if around in ancestors:
                break
            ancestors.add(around)
    return ancestors


def is_credit(text: str) -> bool:
    """Return whether a block is a picture credit."""
    return len(text.split()) <= _LONGEST_CREDIT and _CREDIT.match(text) is not None


def _stands_in_link(block: Element, links: dict[Element, bool]) -> bool:
    link = block if block.tag == "a" else next(block.iterancestors("a"), None)
    if link is not None and link not in links:
        links[link] = bool(link.get("href")) and len(words_of(link)) <= _LONGEST_CARD
    return link is not None and links[link]


def _cards(tree: Element) -> set[Element]:
    """Return what stands in small boxes side by side, each below a heading that leads elsewhere."""
    headings: dict[Element, int] = {}
    titles = [heading for heading in tree.iter("h2", "h3", "h4", "h5", "h6") if _is_title_elsewhere(heading)]
    for title in titles:
        for around in title.iterancestors():
            headings[around] = headings.get(around, 0) + 1
    cards = set()
    for title in titles:
        card = title
        for around in title.iterancestors():
            if headings[around] > 1:
                break
            card = around
        if card is not title and card is not tree and len(words_of(card)) <= _LONGEST_CARD:
            cards.update(card.iter())
    return cards


def _is_title_elsewhere(heading: Element) -> bool:
    around = next(heading.iterancestors("a"), None)
    links = [link for link in ([around] if around is not None else heading.iter("a")) if link.get("href")]
    if len(links) != 1 or links[0].get("href").startswith("#"):
        return False
    return around is not None or len(words_of(links[0])) > LINKED * len(words_of(heading))


def _leads(block: Element, words: str) -> bool:
    """Return whether most words of a block are links, "Read also:" before them apart."""
    links = sum(len(words_of(link)) for link in block.iter("a"))
    lead = READ_ALSO.match(words) if links else None
    return links > LINKED * (len(words) - (lead.end() if lead else 0))


def speaks_to_visitor(text: str) -> bool:
    """Return whether a block of a page is such a line."""
    if len(text) > _LONGEST:
        return False
    wholes = (_LABEL, _MINUTES, _MORE)
    starts = (_ON_NETWORKS, _READ_ON, _COMMENT)
    return any(line.fullmatch(text) for line in wholes) or any(line.match(text) for line in starts)
