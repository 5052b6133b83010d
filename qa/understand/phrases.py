"""The ways people say what is talk, each a pattern for the whole of a part of a turn, in small letters."""

from __future__ import annotations

import re

__all__ = ["ABOUT_THE_ANSWER", "FILLER", "SOCIAL"]


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases))


_IT = r"(?:it|this|that|he|she|they|the (?:text|document|file|article|page|report|book|paper|source|author))"
_TOOL = r"(?:tool|app|bot|chat ?bot|chat|page|site|website|program|thing|service|system|assistant|pincite)"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|last|other|next|1st|2nd|3rd|[4-8]th|[1-9](?:\d)?|one|two|"
    r"three|four|five)"
)
_ONE = r"(?:one|result|answer|citation|quote|quotation|source|match|hit|place|reference)"
_PLEASE = r"(?:(?:can|could|would|will) you (?:please )?|i(?:'d like| would like| want) (?:you )?to |let's |please )?"

# Words around a phrase that change nothing in what it does.
FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|well|so|um+|uh+|hm+|oh|and|but|ah|alright|right|please|then|now|just|anyway|also|yes|yeah|yep)"
    r"(?:\s+|$))+|(?:\s+|^)(?:please|pls|plz|then|now|thanks?|anyway|though|tho|exactly|again|lol|haha)$"
)

SOCIAL: dict[str, re.Pattern[str]] = {
    "greeting": _any(
        r"(?:hi+|hello+|hey+|hiya|heya|howdy|hullo|hallo|hola|yo|greetings|good ?(?:morning|afternoon|evening|day)|g'?day|"
        r"morning|afternoon|evening|salut|bonjour|sup|wassup|what'?s up|hey hi|hi hello)"
        r"(?: (?:there|again|all|everyone|bot|pincite|friend|buddy|mate|you|to you|my friend|robot|computer))*",
        r"(?:how are (?:you|things)|how're you|how r u|how do you do)(?: doing| today| going| feeling)*",
        r"how(?:'s| is) (?:it going|everything|your day)(?: today)?",
        r"(?:nice|pleased|good|great) to (?:meet|see) you(?: too)?",
        r"(?:is )?any(?:one|body) (?:there|here|home)|are you there|you there|can you hear me|test(?:ing)?(?: test(?:ing)?)*",
    ),
    "thanks": _any(
        r"(?:ok|okay|k|kk|alright|all right|great|cool|nice|perfect|awesome|excellent|wonderful|fantastic|brilliant|super|"
        r"good|fine|sweet|amazing|lovely|neat|wow|interesting|understood|got it|gotcha|i see|makes sense|that makes sense|"
        r"good to know|sounds good|fair enough|noted|very good|very nice|i understand|no worries|no problem|yes|yeah|yep)",
        r"(?:(?:many|much|great|big) )?(?:thanks|thank (?:you|u)|thx|tnx|thank|ty|tysm|cheers|merci|danke|gracias|much "
        r"appreciated)(?: (?:a lot|a bunch|a million|so much|very much|again|very kindly|you|kindly|indeed|everyone|mate|"
        r"pincite|bot|for (?:your|the|all your|all the) (?:help|answers?|information|info|time)|for that|for this|"
        r"for helping(?: me)?|for everything))*",
        r"i (?:really )?appreciate (?:it|that|this|your help|the help)",
        r"(?:that|this|it|which)(?:'s| is| was| has been)? ?(?:very |really |so |quite |super |just )?(?:helpful|helps|great|"
        r"perfect|useful|good|nice|awesome|clear|cool|interesting|amazing|what i (?:needed|wanted|was looking for)|"
        r"exactly what i (?:needed|wanted|was looking for)|helped(?: a lot| me)?|helps a lot|good to know|fine|enough)",
        r"(?:you(?:'re| are)|ur) (?:very |really |so |the )?(?:great|good|helpful|awesome|best|amazing|welcome|right|kind|"
        r"smart|a star|a lifesaver|the best)|you rock|good (?:job|bot|work|answer|one|stuff)|great (?:job|answer|work|"
        r"help)|nice (?:job|work|one|answer)|well done|love it|i (?:like|love) (?:it|that|this|you)",
    ),
    "farewell": _any(
        r"(?:bye+|bye ?bye|goodbye|good ?bye|good ?night|see (?:you|ya|u)|cya|so long|farewell|ciao|take care|later|laters|"
        r"ttyl|adios|until next time|till next time|cheerio|over and out)"
        r"(?: (?:later|soon|again|around|tomorrow|for now|then|next time|now|all|everyone|bot|pincite))*",
        r"have a (?:nice|good|great|lovely|wonderful) (?:day|evening|one|night|weekend|time|afternoon|rest of (?:your|the) "
        r"day)|you too|same to you",
        r"(?:that|this)(?:'s| is|'ll be| will be| was|s) (?:all|it|everything)(?: (?:for (?:now|today|me)|i (?:need|needed|"
        r"wanted|have)(?: to know)?|from me|folks))*",
        r"(?:i'?m|i am|we'?re|we are) (?:done|finished|good|all set|leaving|off)(?: (?:for now|for today|here))?|all set",
        r"(?:i have |i've got )?(?:no (?:more|other|further) questions|nothing (?:else|more)|no more)(?: (?:for now|today))?|"
        r"no|nope|no thanks?|no thank you|i (?:have to|need to|must|gotta|should) go|(?:exit|quit|stop|end|close)",
    ),
    "who_are_you": _any(
        r"(?:who|what)(?:'s| is| are|'re| r)? ?(?:you|u|this bot|your name)(?: called)?|what(?:'s| is) (?:ur|your) name",
        r"(?:do you have a name|what (?:should|can|do) i call you|who am i (?:talking|speaking|chatting) (?:to|with))",
        r"(?:what am i (?:talking|speaking) to|who is (?:this|there|speaking|answering)|introduce yourself|tell me about "
        r"yourself|tell me who you are|describe yourself)",
        rf"(?:what|who)(?:'s| is) this {_TOOL}(?: for| about)?|what (?:kind|sort|type) of (?:{_TOOL}|ai|model|bot) (?:are "
        r"you|is this)",
        r"(?:are|r) (?:you|u) (?:really |just )?(?:a |an )?(?:real )?(?:bot|robot|human|person|real|machine|computer|ai|"
        r"a\.?i\.?|chat ?bot|chatgpt|gpt|gpt-?\d|claude|gemini|llm|language model|large language model|artificial "
        r"intelligence|alive|program|siri|alexa|human being|search engine)(?: or (?:a |an )?\w+)?",
        rf"(?:is this|am i (?:talking|speaking) (?:to|with)) (?:a |an )?(?:real )?(?:bot|robot|human|person|ai|llm|machine|"
        rf"language model|chatgpt|{_TOOL})",
        r"who (?:made|built|created|developed|programmed|designed|trained|owns) (?:you|this (?:bot|tool|app|chat))",
        r"what (?:model|llm|ai) (?:are you(?: using)?|do you use|is (?:this|behind (?:this|you)))|(?:do|are) you us(?:e|ing) "
        r"(?:ai|chatgpt|gpt|an? llm|a (?:large )?language model)|where are you from|how old are you",
    ),
    "what_can_you_do": _any(
        r"what (?:can|could|do|will|would|else can|all can) (?:you|u) (?:do|help(?: me)? with|offer|answer|tell me|help with)"
        r"(?: for me| here| exactly)*",
        r"what (?:are|r) (?:you|u) (?:for|able to do|capable of|good (?:at|for)|used for|here for)|what(?:'s| is) your "
        r"(?:purpose|job|function|role|use)|what are your (?:capabilities|abilities|features|skills|functions|limits|"
        r"limitations)",
        r"what (?:can|could|should|may|do|might) i (?:ask|do|say|type|write|try)(?: you)?(?: about| for| here| in here|"
        r" with (?:this|you|it))*",
        rf"how (?:do|does|can|should|could) (?:you|i use (?:you|this(?: {_TOOL})?)|this {_TOOL}|i (?:start|begin|ask(?: you)?"
        rf"(?: (?:a question|questions|something))?)|it all)(?: work| function| help)*",
        r"what (?:kinds?|sorts?|types?) of (?:things|questions|stuff|question) (?:can|could|should|may|do) (?:i|you) (?:ask|"
        r"answer|take|understand|handle)(?: you)?(?: about| here)*",
        r"(?:what|which) questions (?:can|could|should|may|do) (?:i|you) (?:ask|answer)(?: you)?(?: about| here)*",
        r"help(?: me| me out| wanted| needed)?|i need (?:some |your )?help|(?:can|could|would|will) (?:you|u) help(?: me| us)?"
        r"(?: out)?|how (?:can|could|do|would) you help(?: me)?|(?:show|give) (?:me )?(?:the |some )?help|instructions|usage|"
        r"commands?|options|menu|get started|getting started|/?help|where do i start|how does (?:it|this) work here",
        r"(?:can|may|could) i ask (?:you )?(?:a|some|another|one more|any)? ?(?:questions?|something|anything)(?: here)?|"
        r"i have (?:a|another|some|one more) questions?|(?:question|questions)",
        r"(?:can|could) you (?:give|show) me (?:some |a few |an )?(?:examples?|ideas|suggestions)(?: of (?:questions?|what "
        r"(?:i|to) (?:can )?ask))?|(?:give|show) me (?:some |a few |an )?(?:example questions?|sample questions?|questions "
        r"(?:to|i can) ask)|(?:suggest|any suggestions|example questions?|sample questions?|suggest (?:a|some) questions?)|"
        r"i (?:don'?t|do not) know what to ask(?: you)?|what do you know(?: about)?|what do you suggest i ask",
        r"(?:can|do) you (?:speak|understand|talk|chat|read|hear)(?: english| me| to me| with me| documents?)*",
    ),
}
"""Social acts; in this order, as some words serve for two."""

_SAYS = r"(?:says?|states?|stands?|mentions?|writes?|gets?|finds?|reads?|sees?|claims?|comes? from|written|said|stated|"
_SAYS += r"mentioned|found|from|show|shown|quoted|located|explained|described|appear|appears)"
_THAT = r"(?: (?:that|this|it|so|those|these|them))?"

ABOUT_THE_ANSWER: dict[str, tuple[re.Pattern[str], bool]] = {
    "where": (
        _any(
            rf"(?:and )?where(?:abouts)? (?:exactly |in (?:it|there|the (?:text|document|file|article)) )?(?:does|do|did|is|was|"
            rf"are|were|can i|have) ?{_IT}?(?: you| i| we)? ?(?:exactly )?{_SAYS}{_THAT}(?: from)?(?: in (?:the |this |your )?"
            r"(?:text|document|documents|file|article|source|book|report|paper))?",
            rf"(?:and )?where (?:does|did|do) (?:that|this|it) come from|where(?:'s| is) (?:that|this|it) (?:from|in the "
            rf"(?:text|document|file|article|source))|where did {_IT}? ?(?:you )?get (?:that|this|it)(?: from)?",
            r"(?:(?:what(?:'s| is| are| was)|show(?: me)?|give me|cite|name) )?(?:(?:your|the|a|its|any|that) )(?:sources?|"
            r"references?|citations?|evidence|proof)(?: (?:for|of) (?:that|this|it))?",
            r"sources?|citations?|references?|evidence|proof|says who|according to (?:who|whom|what)|based on what|prove it|"
            r"cite (?:it|that|this|your sources?)|on what basis",
            rf"(?:on |in |from )?(?:which|what) (?:page|section|paragraph|line|part|chapter|document|file|sentence|place|heading|"
            rf"article)(?: (?:is|was|of the (?:text|document) is) (?:that|this|it)(?: on| in| from)?| (?:does|did) {_IT} "
            rf"{_SAYS}{_THAT}(?: in| on)?| {_SAYS}{_THAT}| are you (?:citing|quoting)| did you (?:find|get|read|see) (?:that|"
            r"this|it)(?: in| on| from)?)",
            rf"(?:can you )?(?:show|point)(?: to)?(?: me)?(?: to)? (?:where|the (?:place|passage|source|page|section|part|"
            rf"evidence))(?: (?:it|that|this|the text|the document|you)? ?(?:where |that )?(?:it )?(?:{_SAYS}{_THAT}|is|was|"
            r"that is))?(?: (?:that|this|it|from))?",
            r"how do you know(?: that| this)?|where do you (?:see|read|find|get|have) (?:that|this|it)(?: from)?",
        ),
        True,
    ),
    "sure": (
        _any(
            r"(?:are |r )?(?:you|u) (?:really |absolutely |quite |100% |100 percent |completely )?(?:sure|certain|confident|"
            r"serious|positive|kidding)(?: (?:about|of) (?:that|this|it|the answer|your answer))?(?: is right)?",
            r"how (?:sure|certain|confident|reliable|accurate|trustworthy) (?:are you|is (?:that|this|it|the answer|your "
            r"answer))(?: (?:about|of) (?:that|this|it))?",
            r"(?:really|seriously|for real|honestly|sure|certain|truly|no way|for sure|is that so|you sure|srsly)",
            r"is (?:that|this|your answer|the answer) (?:really |actually |even |definitely )?(?:right|correct|true|accurate|so|"
            r"certain|reliable|the case|a fact|for real|for sure)",
            r"(?:can|should|could) i (?:really )?(?:trust|rely on|believe|count on) (?:that|this|it|you|the answer|your answer)",
            r"i (?:don'?t|do not|can'?t|cannot) (?:believe|trust|buy) (?:that|it|this|you)|i (?:doubt|disagree)(?: (?:that|it|"
            r"this|with (?:that|you)))?|i'?m not (?:so )?sure(?: about (?:that|it))?|i (?:don'?t|do not) think (?:so|that(?:'s|"
            r" is) (?:right|true|correct))|(?:please )?(?:double[ -]?check|check (?:it |that )?again|verify (?:it|that|this))",
            r"(?:that|this|it)(?:'s| is| isn'?t| is not| can'?t be| cannot be| seems| sounds| looks)? ?(?:not )?(?:be )?(?:wrong|"
            r"right|incorrect|true|false|correct|a mistake|nonsense|what i asked|what i asked for|what i meant|what i wanted|"
            r"an answer|the answer)|you(?:'re| are) (?:wrong|mistaken|lying)|wrong(?: answer)?|incorrect|not true|not what i "
            r"asked(?: for)?|bad answer|nonsense|false",
        ),
        True,
    ),
    "why_that": (
        _any(
            r"(?:why|how come) (?:do|did|would) you (?:say|think|believe|answer|choose|pick|cite|quote|show(?: me)?)(?: (?:that|"
            r"this|so|it))?(?: (?:one|answer|sentence|passage|quote))?",
            r"why (?:that|this) (?:one|answer|sentence|passage|quote)|why (?:is|was) (?:that|this) (?:the|your) answer|explain "
            r"(?:your|the) (?:answer|choice|reasoning)|how did you (?:get|find|come to|reach|arrive at|come up with) (?:that|"
            r"this|it|the answer|this answer|that answer)|what makes you (?:say|think) (?:that|so|this)|why not that one",
            r"why (?:can'?t|couldn'?t|don'?t|won'?t|didn'?t|can not|do not) you (?:answer|find|tell me|know|say)(?: (?:that|it|"
            r"this|me|the answer|anything))?|why (?:is there )?no answer|why not",
        ),
        True,
    ),
    "else": (
        _any(
            r"(?:is there )?(?:anything|something) (?:else|more)(?: (?:about|on) (?:that|it|this)| (?:it|the text|the document) "
            r"says(?: about (?:that|it|this))?| (?:to (?:say|know|add))| i should know| in (?:there|the text|the document)|"
            r" relevant| of interest)*",
            r"what else(?: is there| does it say| do you have| did you find| does the (?:text|document) say)?|and what else",
            r"is (?:that|this|it) (?:all|it|everything)(?: (?:it says|there is|you (?:have|found|know|got)))?|nothing else",
            r"(?:are there |is there |do you have |got )?(?:any|some) (?:others?|more|other (?:ones?|answers?|places?|results?|"
            r"mentions?|options?|sources?|passages?|examples?|hits?))(?: (?:in (?:there|the text))| like (?:that|this))*",
            r"(?:another|next|other)(?: (?:one|answer|result|place|passage))?|(?:show|give) me (?:another|the next|a different|"
            r"an other|other)(?: (?:one|answer|result|answers|results))?|(?:are there|is there) more(?: of (?:it|them|those))?|"
            r"(?:somewhere|anywhere) else|does it say (?:that|it|this|so) (?:anywhere|somewhere) else|try again|next",
        ),
        True,
    ),
    "more": (
        _any(
            rf"{_PLEASE}(?:(?:tell|give|show) (?:me )?)?(?:a bit |a little |some |even |much )?more(?: (?:about|on|of) (?:that|this|"
            r"it))?(?: (?:details?|detail|info|information|context|text|background))*(?: (?:about|on) (?:that|this|it))?",
            rf"{_PLEASE}(?:go on|continue|keep going|carry on|proceed|elaborate|expand|say more|go (?:deeper|further)|read on|"
            r"keep reading|explain|clarify|go into (?:more )?detail)(?: (?:on|about))?(?: (?:that|this|it))?(?: (?:further|more|"
            r"a bit|a bit more|in (?:more )?detail|in depth|to me|for me|a little|better))*",
            r"(?:give|show|tell) me (?:some |the |more )?(?:context|details?|background)(?: (?:of|for|on|about) (?:that|this|"
            r"it))?|(?:details?|context|longer|in (?:more )?detail|more in depth|further|what do you mean|what does (?:that|"
            r"this|it) mean|meaning|i (?:want|need|would like|'d like) (?:to know )?more(?: (?:about (?:that|this|it)|details?|"
            r"info|information))?|i (?:don'?t|do not) (?:understand|get)(?: (?:that|it|this))?|can you explain)",
        ),
        True,
    ),
    "shorter": (
        _any(
            rf"{_PLEASE}(?:(?:make|keep|put|say|give)(?: me)? (?:it|that|this|the answer)?(?: to me)? ?)?(?:a bit |a little |"
            r"much |in |even )?(?:short(?:er|ly)?|brief(?:ly|er)?|(?:more )?concise(?:ly)?|(?:a |one |fewer |a few |less )"
            r"(?:words?|sentence|line)|simple words)",
            r"(?:too|that(?:'s| is|s) (?:too|very)) (?:long|much|wordy)|tl;?dr|tldr|tl dr|just (?:give me )?the (?:answer|"
            r"words?|number|name|date|short version|facts?)|(?:the )?short (?:version|answer)|give me the short (?:version|"
            r"answer)|(?:shorten|condense|cut) (?:it|that|this)(?: (?:down|short))?|keep it short|get to the point|be brief|"
            r"summari[sz]e (?:the|your) (?:answer|reply)|(?:in )?one (?:word|sentence)",
        ),
        False,
    ),
    "whole_sentence": (
        _any(
            rf"{_PLEASE}(?:(?:show|give|read|quote|tell)(?: (?:me|it))? )?(?:in )?(?:the |a |its |that )?(?:whole|full|entire|complete|"
            r"exact|actual|original|surrounding|precise) (?:sentences?|quote|quotation|passage|paragraph|wording|words?|lines?|"
            r"context|phrase|statement|citation)(?: (?:around|of|for) (?:it|that|this))?",
            r"(?:show|give|read|quote)(?: me)? (?:it|that|this)? ?(?:in (?:full|context|its context)|word for word|verbatim|to "
            r"me|out loud|aloud)|in (?:full|context)|verbatim|word for word|quote (?:it|that|this|the (?:text|sentence|"
            r"document))|what (?:exactly )?(?:does|did) (?:it|the text|the document) (?:exactly |actually |really )?say"
            r"(?: exactly| precisely)?|what(?:'s| is) the (?:exact|full) (?:wording|quote|sentence)|(?:read|show) (?:me )?the "
            r"(?:sentence|passage|paragraph|quote)|full (?:quote|sentence|text)",
        ),
        False,
    ),
    "nth": (
        _any(
            rf"{_PLEASE}(?:(?:show|give|open|tell|take|try|read|quote|pick|what about|how about|go to|about)(?: me)?(?: (?:more )?"
            rf"about)? )?(?:the )(?P<which>{_ORDINAL})(?: {_ONE})?",
        ),
        False,
    ),
    "list_them": (
        _any(
            rf"{_PLEASE}(?:list|enumerate|name|itemi[sz]e|show(?: me)?|give(?: me)?|tell me)(?: me)? (?:all (?:of )?)?(?:them|those|"
            r"these|all|everything|all of (?:them|it)|the (?:whole |full |complete )?list|the (?:items|answers|results|"
            r"others|rest))(?: all)?(?: (?:in|as) a list)?",
            r"(?:as|in) a (?:bulleted |numbered )?list|make (?:it |that |this )?a list|(?:the )?(?:full|whole|complete) list|all of "
            r"(?:them|it)|list(?: (?:it|that|this))?(?: out)?|which are (?:they|those|these)|(?:bullets?|bullet points?)",
        ),
        False,
    ),
    "other_document": (
        _any(
            r"(?:and )?(?:what|how) (?:about|does|do|is (?:in|said in)|did) (?:in )?the other (?:documents?|files?|texts?|papers?|"
            r"reports?|sources?|articles?|books?|pdfs?|pages?)(?: (?:say|says|state|tell|have))?(?: (?:about|on) (?:that|it|"
            r"this))?",
            r"(?:and )?(?:(?:is|does) (?:it|that|this) )?(?:also )?(?:say (?:that|it|so) )?(?:in|from|by|search|try|check|ask|look "
            r"in|see|according to|use) (?:the other|another|a different|any other|all other|the second|other) (?:documents?|"
            r"files?|texts?|papers?|reports?|sources?|articles?|books?|pdfs?)(?: (?:too|as well|also|say (?:that|it)))?",
            r"(?:and )?(?:what|how) about the others|(?:and )?the other (?:documents?|files?|texts?|papers?|reports?|sources?|"
            r"articles?|books?)|what do the (?:others?|other (?:documents|files|texts|sources)) say(?: (?:about|on) (?:that|it|"
            r"this))?",
        ),
        False,
    ),
}
"""What is said about the answer before, and whether it can be about nothing else, so that it is talk on a first turn."""
