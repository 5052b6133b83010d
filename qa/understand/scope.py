"""Tells whether a question asks for an overview, and of what part of the text.

"What is this about?" asks of the whole text; "the war between Athens and Sparta", of the part that tells of it.
"""

from __future__ import annotations

import re

# What the whole of a text is called by those who read it.
_TEXT = (
    r"(?:document|doc|text|texts|page|article|paper|pep|rfc|policy|leaflet|minutes|meeting|book|story|chapters?|contract"
    r"|agreement|report|file|files|study|post|email|letter|thread|transcript|interview|lease|manual|guide|essay|speech"
    r"|act|law|bill|ruling|judgment|opinion|notes?|collection|folder|documents|articles|site|website|readme|tutorial"
    r"|review|memo|message|chat|conversation|discussion|call|lecture|talk|episode|terms(?: and conditions)?|novel|poem"
    r"|play|newsletter|brochure|handbook|proposal|plot|thing|whole thing|content|contents|material)"
)
_DETERMINED = r"(?:this|these|that|those|the|your|my|our|its|it|all)"
_WHOLE = re.compile(
    rf"^(?:(?:of|for|in|on|from|at|during|about) )?(?:all (?:of )?)?"
    rf"(?:{_DETERMINED} ?)?(?:whole |entire |full |complete |long |attached |above |following |uploaded )?"
    rf"(?:{_TEXT}|it|everything|that|this|here)?$",
    re.IGNORECASE,
)
# Words that say how it is to be told and to whom, at the question's end.
_PLAINLY = (
    r"(?:couple of |very )?(?:plain|simpler?|easy|layman['’]?s?|short|brief|general|own|clear|bullets?|everyday|english"
    r"|words?|sentences?|lines?|points?|paragraphs?|nutshell|terms|language)\b[\w ]{0,30}"
)
_MANNER = re.compile(
    rf"[\s,]+(?:please|for me|to me|(?:to|for) (?:a|an|my) \w+(?: \w+)?"
    rf"|in (?:(?:an?|one|two|three|four|five|few|my|your|\d{{1,2}})\b )*{_PLAINLY}"
    r"|(?:as if|like|as though) i['’]?m?\b.*|briefly|shortly|quickly|overall|basically|really|exactly|actually|all|then"
    r"|again|thanks?(?: you)?|asap|so far)$",
    re.IGNORECASE,
)
_KEY = r"(?:key|main|central|core|major|principal|chief|overall|general|most important|important|essential|biggest)"
_POINTS = (
    r"(?:points?|ideas?|takeaways?|take-aways?|messages?|findings?|arguments?|conclusions?|facts|highlights?|topics?"
    r"|themes?|thesis|things?|gist|subjects?|lessons?|insights?|claims?|news|information|results|story|aspects|issues)"
)
_SUMMARY = (
    r"(?:summary|summaries|overview|synopsis|gist|outline|run-?down|recap|abstract|digest|tl;?\s?dr|nutshell"
    r"|short version|bird['’]s[- ]eye view|big picture|walk-?through)"
)
# What may stand before "summary", "key points": "give me a short …", "what are the author's three …".
_SMALL_WORDS = (
    r"(?:(?:(?:what|which)(?:['’]s| is| are| was| were)?|give|write|make|show|provide|produce|list|tell|name|get|need"
    r"|want|i|we|me|us|with|an?|the|this|that|some|all|of|my|your|its|top|few|just|please|short|brief|quick|concise"
    r"|executive|simple|good|rough|high|level|sentence|line|bullet|point|paragraph|page|one|two|three|four|five|\d+|most"
    r"|\w+['’]s?)\b\W*)*"
)
_SAY = r"(?:say|propose|describe|argue|discuss|tell (?:me|us)|explain|contain|talk about|deal with|(?:try|want) to say)"
# "What is she worried about?" asks for a thing, not for what a text comes to.
_FEELS = (
    r"(?:worried|concerned|angry|excited|upset|happy|talking|asking|complaining|known|said|special|different|unusual"
    r"|wrong|told|thinking)"
)
_KNOW = r"(?:know|think about|consider|be aware of|watch out for|look out for|keep in mind|bear in mind|remember)"

# In this order; what the group `of` holds is what it is asked of.
_OVERVIEWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # summarise …; sum up …; tl;dr …; recap …
        rf"^(?:summari[sz](?:e|ing)|sum up|recap|outline|condense|{_SUMMARY})\b[:,]?(?: (?P<of>.+))?$",
        # give me an overview of …; a short summary of …; what is the gist of …
        rf"^{_SMALL_WORDS}{_SUMMARY}\b(?: (?P<of>(?:of|on|about|for) .+))?$",
        # what are the key points of …; the author's main point about …; most important things to know
        rf"^{_SMALL_WORDS}{_KEY} {_POINTS}\b(?! (?:for|against|between)\b)"
        rf"(?! (?:did|do|does) (?!they |it |(?:this|the) (?:author|writer|speaker|{_TEXT})\b))(?: (?P<of>.+))?$",
        # what is the point, the moral of this text
        rf"^what(?:['’]s| is| are| was| were) the (?:point|topic|subject|theme|message|bottom line|moral|plot|story"
        rf"|highlights?|takeaways?|essence|gist|thesis|conclusions?)"
        rf"(?: (?P<of>(?:of|in) (?:this|it|{_DETERMINED} {_TEXT})))?$",
        # what is this about; what were the chapters about
        rf"^what(?:['’]s|['’]re| is| are| was| were) (?P<of>(?:(?!{_FEELS}\b)\S+ ){{1,8}}?)(?:all )?about$",
        r"^what (?:this|the|these|that|it) ?(?P<of>(?:\S+ ){0,6}?)(?:is|are|was|were) (?:all )?about$",
        # what does this policy say; what did they talk about
        rf"^what (?:do|does|did|is|are) (?P<of>(?:{_DETERMINED})(?: \w+)? {_TEXT}|it|this) {_SAY}$",
        rf"^what (?:do|does|did) (?P<of>{_DETERMINED} {_TEXT}|it|this) (?:cover|mean)$",
        r"^what (?:do|does|did) (?:they|it|the \w+) (?:talk|speak|write)(?: to each other)? about$",
        r"^what (?:was|is|were) (?:being )?(?:discussed|talked about|covered)(?: (?P<of>.+))?$",
        # what is this, what's in the document
        rf"^what(?:['’]s| is| are) (?:in )?(?P<of>(?:this|these)(?: {_TEXT})?|(?:the|your) {_TEXT})$",
        # what happened; what happened at the meeting
        r"^(?:and )?what(?:['’]s| is| was| has)? ?(?:happened|happening|going on|been happening)"
        r"(?: (?P<of>(?:in|at|during|here|on) ?"
        r"(?:(?:(?:the|this|that|these|chapter|section|part|our|my)\b|\w+['’]s ).*)?))?$",
        # explain this document
        r"^explain$",
        rf"^(?:explain|describe|tell me (?:more )?(?:all |everything )?about|walk (?:me|us) through|break down) "
        rf"(?P<of>(?:this|the|these|that) (?:whole |entire )?{_TEXT}|everything|all this|all of this|this)$",
        # what should I know before …; things to know about …
        rf"^what(?:['’]s| is| are| do| should| must| would| can)? (?:(?:it )?(?:important|essential|good|useful)"
        rf"|(?:i|we|you|one|people|someone)(?: (?:really|need|have|ought|absolutely|also|first|minimum))*)"
        rf"(?: to)?(?: {_KNOW})(?: (?P<of>.+))?$",
        rf"^{_SMALL_WORDS}things? (?:(?:that )?(?:i|we|you|one) (?:should|need to|must|have to|ought to)|to) {_KNOW}"
        r"(?: (?P<of>.+))?$",
        r"^what (?:can|do|will|could) (?:i|we|you|one) (?:learn|take away) from (?P<of>.+)$",
        r"^what(?:['’]s| is) (?:new|important|interesting|relevant)(?: (?:here|in (?P<of>this .+)))?$",
        r"^(?:eli5|in a nutshell|the gist|long story short)\b(?:[:,]? (?P<of>.+))?$",
    )
)
_OF = re.compile(
    r"^(?:(?:of|on|about|for|from|in|at|during|regarding|concerning|covering|to know|made)\b[ ,:]*)+", re.IGNORECASE
)
_ASKED = re.compile(
    r"^(?:(?:i|we|you|one|should|need to|must|have to|ought to|that|to|know|be aware of)\b ?)+", re.IGNORECASE
)
_BEFORE = re.compile(r"^(?:before|when|if|prior to) (?P<doing>.+)$", re.IGNORECASE)
# What is done with a text or a thing that is in everybody's hands, and so narrows nothing.
_PLAIN_DOING = re.compile(
    rf"^(?:(?:i|we|you|one|me|us|it|this|that|them|the|my|a|an|these|for|to|up|in|on|off|out|with|and|start(?:ing)?|sign(?:ing)?"
    rf"|tak(?:e|ing)|us(?:e|ing)|read(?:ing)?|buy(?:ing)?|join(?:ing)?|agree(?:ing)?|accept(?:ing)?|begin(?:ning)?|{_TEXT})"
    r"\b\s*)+$",
    re.IGNORECASE,
)


def asks_for_overview(clause: str) -> re.Match[str] | None:
    """Return the match of the pattern by which `clause` asks for an overview of the text or a part of it."""
    plain = without_manner(clause)
    return next((match for pattern in _OVERVIEWS if (match := pattern.match(plain))), None)


def scope_of(overview: re.Match[str]) -> str | None:
    """Return the part of the text that an overview is asked of, in the question's words; None for all of it."""
    asked_of = (overview["of"] or "").strip() if "of" in overview.re.groupindex else ""
    asked_of = without_manner(asked_of)
    if _WHOLE.match(asked_of):
        return None
    asked_of = _OF.sub("", _ASKED.sub("", _OF.sub("", asked_of))).strip(' ,:"')
    if before := _BEFORE.match(asked_of):
        asked_of = before["doing"]
        if _PLAIN_DOING.match(asked_of):
            return None
    return None if _WHOLE.match(asked_of) else asked_of


def without_manner(clause: str) -> str:
    """Remove the words of `clause` that say how to tell it: "in plain English", "please", "for me"."""
    for _ in range(4):
        shorter = _MANNER.sub("", clause)
        if shorter == clause or not shorter.strip():
            break
        clause = shorter
    return clause.strip(" ,")
