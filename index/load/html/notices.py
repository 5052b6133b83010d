"""Finds lines by which a page speaks to its visitors: follow us, subscribe to read on, log in to comment.

They stand among the paragraphs of a text, and are none of it. What is known here are the words of such lines in the
languages of most pages; a sentence that only uses one of them is not meant.
"""

from __future__ import annotations

import re

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


def speaks_to_visitor(text: str) -> bool:
    """Return whether a block of a page is such a line."""
    if len(text) > _LONGEST:
        return False
    wholes = (_LABEL, _MINUTES, _MORE)
    starts = (_ON_NETWORKS, _READ_ON, _COMMENT)
    return any(line.fullmatch(text) for line in wholes) or any(line.match(text) for line in starts)
