"""Chooses the form of answer that a question asks for, by rule.

The clause that asks is found (`asking`), parts are told apart (`parts`); then the first rule of `_RULES` whose pattern
the clause matches gives the form. A clause without a question word is a list of keywords and asks for the sentence
that they stand in; any other clause asks for words.
"""

from __future__ import annotations

import re

from qa.types import Form
from qa.understand.parsed_question import ParsedQuestion
from qa.understand.parts import parts_of
from qa.understand.question_clause import AUXILIARY, WH_WORD, question_clause_of
from qa.understand.scope import asks_for_overview, scope_of
from qa.understand.verbs import PRESENT

_SUBJECT = r"(?:\S+ ){1,6}?"  # a few words: who says it, what is compared
_SAYS = (
    r"(?:say|says|said|discuss|write|think|thought|claim|argue|promise|recommend|suggest|decide|agree|conclude|mention|state|feel"
    r"|believe|report|advise|propose|tell (?:me|us|you|them|people))"
)
_ABOUT = r"(?:about|on|regarding|concerning|of|with regard to|as to)"
_MEASURE = (
    r"(?:many|much|long|old|often|far|tall|high|big|large|wide|deep|fast|heavy|soon|late|early|hot|cold|frequently"
    r"|expensive|thick|few|close|short|small|low|warm|young|steep|broad|strong|loud|quick|quickly|likely|near|regularly)"
)
_WE = r"(?:i|we|you|one|people)"
_IS = r"(?:['’]s| is| are| was| were)"
_NOT = r"(?:(?: \w+)? not|n['’]?t)"
_DIFFERS = (
    r"^(?!what makes |why|who|when|where|how (?:many|much)).*"
    r"\bdiffer(?:s|ed|ent|ently|ences?)?\b(?= (?:from|between|to|in|than)\b|$)"
)
_VIEW = r"(?:view|opinion|position|stance|attitude|verdict)s?"
_WAY = r"(?:reasons?|reasoning|rationale|motivation|purpose|logic|idea|procedure|process|way)"
_SPELT = r"(?:spell|pronounce|spelled|spelt|pronounced|called|abbreviated)"
_PERMITTED = r"(?:allowed|covered|included|permitted|supported|eligible|entitled)"
_CAME = r"came(?= to the (?:meeting|event|party|session|hearing)|$)"
_TOOK_PART = rf"(?:attended|participated|took part|(?:was|were) (?:present|there)|{_CAME}|signed up|joined|showed up)"
_TO_BRING = (
    r" (?:(?:have|has|need|promise|agree|volunteer) to do|bring|pack|buy|provide|submit|prepare|include|contain)"
)
_HAND_ME = "(?:give|show|tell|find)(?: me| us)?"
_FAMED = r"(?:famous|known|noted|named|awarded|responsible|looking|paid|paying|charged|arrested|wanted)"
_SEVERAL = r"(?:all|some|every|each|any|two|three|four|five|six|\d+)"
_WHOSE = r"(?:the|my|our|your|his|her|its|their|all|other|some|two|three)"
_NO_THING = r"(?:good|typical|normal|another|common|type|kind|reasonable|safe|example)"

# The first that matches tells; the clause is without courtesies and final marks, upper or lower case alike.
_RULES: tuple[tuple[Form, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern, re.IGNORECASE))
    for form, pattern in (
        # What is said of something, and anybody's view of it: the sentence that says so.
        (Form.STATEMENT, rf"^what (?:do|does|did|has|have|will) {_SUBJECT}{_SAYS} {_ABOUT} "),
        (Form.STATEMENT, rf"^what{_IS}? (?:being )?(?:said|written|mentioned|decided|agreed|stated) {_ABOUT} "),
        (Form.STATEMENT, r"^what (?:do|does|did) .* (?:say|decide|conclude)$"),
        (Form.STATEMENT, rf"^what{_IS} (?:said|decided|agreed|concluded)(?: (?:at|in|by|during) .*)?$"),
        (Form.STATEMENT, rf"^what{_IS} .*{_VIEW} (?:on|about|of|toward)"),
        (Form.STATEMENT, r"^(?:what|how) about |^(?:see |find )?(?:anything|something|any mention) (?:about|on|of)\b"),
        # Amounts, even of differences.
        (Form.SPAN, rf"^(?:\w+ ){{0,3}}?how {_MEASURE}\b"),
        # Comparisons.
        (Form.STATEMENT, _DIFFERS),
        (
            Form.STATEMENT,
            r"\b(?:versus|vs|compared? (?:to|with|against))\b|^how (?:do|does|did) .* compare\b|^compare\b",
        ),
        (
            Form.STATEMENT,
            rf"^(?:what|which)(?: \w+)?{_IS} (?:the )?(?!either\b)(?:\w+er|more \w+|better|worse)\b.* or ",
        ),
        (Form.STATEMENT, rf"^how{_IS} .* (?:better|worse|more|less|unlike|the same|similar)\b"),
        # Yes or no.
        (Form.STATEMENT, rf"^(?:{AUXILIARY})(?! (?:not )?(?:{WH_WORD}))"),
        (Form.STATEMENT, r"^(?:if|whether|true or false|is it ok|ok|okay|allowed|possible) "),
        (Form.STATEMENT, rf", (?:right|correct|true|yes|no|{AUXILIARY} (?:i|we|you|he|she|it|they|there))$"),
        # Negations that ask for several: "who should not", "what isn't covered".
        (Form.LIST, rf"^(?:who|what|which)(?: \w+)? (?:should|must|may|can|shall){_NOT}\b"),
        (Form.LIST, rf"^(?:who|what|which)(?: \w+)?{_IS}{_NOT} (?:\w+ )?{_PERMITTED}\b"),
        (Form.STATEMENT, rf"^(?:where|when) (?:should|must|may|can){_NOT}\b"),
        # Conditions: what follows, and when to do what.
        (Form.PASSAGE, r"^what (?:if|to do|(?:would |will )?happen(?:s|ed)?|(?:should|do|can) \w+ do)\b"),
        (Form.PASSAGE, rf"^what{_IS} (?:going to|gonna) happen\b|^what (?:becomes|became) of\b"),
        (Form.PASSAGE, rf"^what (?:do|does|will|would|can|should) .* (?:when|if) (?:{_WE}|they|someone)\b"),
        (Form.PASSAGE, rf"^when (?:should\b|ought\b|(?:would|can|could|must) {_WE}\b)"),
        (Form.PASSAGE, r"^when is it (?:ok|okay|safe|best|better|appropriate|necessary|a good|right)\b"),
        # Reasons, ways, procedures.
        (Form.SPAN, rf"^how (?:do|does|is|are|was|were) .*{_SPELT}\b"),
        (Form.PASSAGE, r"^(?:why|how)\b"),
        (Form.PASSAGE, r"^(?:for|by|in|through) (?:what|which) (?:reason|purpose|way|means|manner|process|method)s?\b"),
        (Form.PASSAGE, r"^what (?:cause[sd]|makes|made|led|leads|explains|is behind|was behind)\b"),
        (Form.PASSAGE, rf"^what{_IS} (?:the )?(?:\w+ )?{_WAY}\b"),
        (Form.PASSAGE, rf"^what (?:do|does|did) {_WE} (?:have|need) to do (?:to|if|when|for|in order)\b"),
        (Form.PASSAGE, rf"^what (?:do|does|should|must|can) {_WE} .*\b(?:so that|in order to)\b"),
        (Form.PASSAGE, r"^(?:explain|describe|elaborate|walk (?:me|us) through|tell (?:me|us) (?:more )?about) "),
        (Form.PASSAGE, rf"^what (?:does|did) (?!.*{_TO_BRING}$).* do$"),
        (Form.PASSAGE, r"^(?:steps?|instructions?|guide) (?:to|for|on) "),
        # Definitions.
        (Form.PASSAGE, r"^(?:define|definition|meaning)\b"),
        (Form.PASSAGE, rf"^what{_IS}? (?:exactly )?meant (?:by|with)\b"),
        (Form.PASSAGE, rf"^what{_IS} the (?:meaning|definition|significance|importance|role|function|use) of\b"),
        (Form.PASSAGE, rf"^what{_IS} the (?:relationship|relation|connection) (?:like )?(?:of|between|to|with)\b"),
        (Form.PASSAGE, r"^what (?:do|does|did|is|are) .* (?:mean|refer to)(?: (?:by|in|for|here)\b.*)?$"),
        (Form.PASSAGE, r"^what (?:an? )?\S+(?: \S+){0,3} means?$"),
        (Form.PASSAGE, rf"^what{_IS} (?!.*{_FAMED} for$).+ for$"),
        (Form.PASSAGE, rf"^what{_IS} an? (?!{_NO_THING}\b)(?!.* of )(?:[\w'’-]+ ?){{1,4}}$"),
        # Several things.
        (Form.LIST, rf"^(?:list|enumerate|name {_SEVERAL})\b|^name (?!one|an?\b|another|of\b)(?:\S+ ){{0,4}}?\w+s\b"),
        (Form.SPAN, r"^name\b"),
        (Form.LIST, r"^(?:what|which) (?:\w+ )?(?:kinds|types|sorts|examples|names|members) of\b|^examples? of\b"),
        (Form.LIST, r"^(?:who|what|which)(?:['’]s)? (?:all|else|everything)\b|^(?:all|every) "),
        (Form.LIST, rf"^who (?:\w+ )?{_TOOK_PART}\b"),
        (Form.LIST, r"^what (?:(?:personal )?(?:information|data)|equipment|documentation|evidence|gear|stuff)\b"),
        (
            Form.LIST,
            rf"^what (?:do|does|did|must|should|will) .*{_TO_BRING}$",
        ),
        (Form.LIST, rf"^what (?:do|does|did|will) {_WE} need (?:to|for)\b"),
        (Form.LIST, rf"^what{_IS} (?:needed|required|included|on the agenda|inside|in the (?:box|package|kit))\b"),
        (
            Form.LIST,
            rf"^{_HAND_ME} (?:all|some|every|a list|the (?:\w+ )?\w+s)\b|^(?:i need |i want )?(?:an? )?list of\b",
        ),
        (Form.SPAN, rf"^{_HAND_ME} (?:the|an?|my|your|his|her|its|their)\b"),
        (Form.LIST, rf"^what (?:are|were)(?: some(?: of)?)? {_WHOSE}\b|^who (?:are|were)\b"),
        (Form.LIST, r"^what (?:are|were) (?:[\w-]+ ){0,3}?[\w-]+(?:s['’]|['’]s) "),
    )
)
# "what is photosynthesis", "what are cookies": a thing alone, with nothing that says which.
_THING = re.compile(r"^what(?:['’]s| is| are| was| were) (?P<thing>[\w'’\".-]+(?: [\w'’\".-]+){0,3})$", re.IGNORECASE)
_SAYS_WHICH = re.compile(
    r"\b(?:the|my|your|our|his|her|its|their|this|that|these|those|of|for|in|on|at|to|by|from|called|known|named|used|"
    r"considered|\w{3,}ed|another|one)\b|\w['’]s? ",
    re.IGNORECASE,
)
_NO_PLURAL = (
    r"(?:\w*(?:ss|us|is|ness)|does|was|has|happens|goes|makes|comes|means|gets|needs|news|\w+ics|series|species)"
)
_MANY = rf"(?!{_NO_PLURAL}\b)(?:\w{{3,}}s|people|men|women|children|ones|criteria|media)"
_BEFORE_NOUN = r"(?:other|new|different|specific|main|common|major|famous|\w+al|\w+ic|(?:kind|type|sort)s? of)"
_MANY_DO = r"(?:are|were|do|did|have|can|could|should|would|will|must)"
_PLURAL = re.compile(
    rf"^(?:(?!{WH_WORD}).*\b)?(?:which|what) (?:{_BEFORE_NOUN} )?{_MANY}\b"
    rf"|^(?:what|which) (?:(?!of\b|that\b|who\b|{AUXILIARY})[\w-]+ ){{1,3}}?{_MANY} {_MANY_DO}\b",
    re.IGNORECASE,
)
_VERB_FOLLOWS = re.compile(rf" (?:{AUXILIARY}|there\b)", re.IGNORECASE)
_OBJECT_FOLLOWS = re.compile(
    r"$| (?:the|an?|his|her|their|its|our|my|your|this|that|to|up|out|off|with|fewer)\b", re.IGNORECASE
)
_ASKS_WORDS = re.compile(rf"\b{WH_WORD}", re.IGNORECASE)
_WAY_INSIDE = re.compile(rf"\b(?:why|how)\b(?! {_MEASURE}\b)", re.IGNORECASE)
_IF_SO = re.compile(r"\bif (?:so|yes|not)\b,? (?=(?:how|why|what|when|where|who)\b)", re.IGNORECASE)


def understand(question: str) -> ParsedQuestion:
    """Parse `question`, which stands on its own: its form, parts and scope."""
    asking = question_clause_of(question)
    parts = parts_of(asking)
    if parts:
        return ParsedQuestion(question, Form.LIST, parts)
    clause = asking.clauses[-1]
    overview = asks_for_overview(clause)
    if overview:
        return ParsedQuestion(question, Form.OVERVIEW, scope=scope_of(overview))
    return ParsedQuestion(question, form_of(clause))


def form_of(clause: str) -> Form:
    """Return the form of a clause that asks one thing and no overview."""
    if so := _IF_SO.search(clause):
        clause = clause[so.end() :]
    if _asks_in_the_plural(clause):
        return Form.LIST
    for form, pattern in _RULES:
        if pattern.search(clause):
            return form
    thing = _THING.match(clause)
    if thing and not _SAYS_WHICH.search(thing["thing"]):
        return Form.PASSAGE
    if not _ASKS_WORDS.search(clause):
        return Form.STATEMENT
    return Form.PASSAGE if _asks_the_way(clause) else Form.SPAN


def _asks_in_the_plural(clause: str) -> bool:
    """Return whether a plural noun asks for several: "which countries". In "what causes" the word is a verb."""
    match = _PLURAL.search(clause)
    if match is None:
        return False
    asked, *between, last = match[0].split()
    if (asked.casefold() != "what" and not between) or _VERB_FOLLOWS.match(clause, match.end()):
        return True
    return last.casefold() not in PRESENT and not _OBJECT_FOLLOWS.match(clause, match.end())


def _asks_the_way(clause: str) -> bool:
    """Return whether its only question word, inside the clause, is why or how: "router reset how"."""
    first = _ASKS_WORDS.search(clause)
    return first is not None and _WAY_INSIDE.match(clause, first.start()) is not None
