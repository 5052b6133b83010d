"""Gives forms of common English verbs: a statement's past tense is "did" and the plain form in a question.

There is no tagger here: whether words have a finite verb is told by auxiliaries, the forms of common verbs, a pronoun
with a word behind it and the order to do something. In doubt, a verb is found.
"""

from __future__ import annotations

import re

from qa.understand.question_clause import AUXILIARY

# Plain forms of regular verbs. A closed list: a verb that is not on it makes no question, rather than a wrong one.
_REGULAR = """
abolish abandon accept accuse achieve acquire adapt add admit adopt advise agree allow announce appear appoint approve
argue arrange arrest arrive ask assassinate assemble assist attack attend attract award ban bomb borrow broadcast
calculate call capture carry cause celebrate change charge claim clear close collapse collect combine command
commission compete complain complete compose conclude condemn conduct confirm connect conquer consist construct contain
continue contribute control convert convince cover crash create cross damage decide declare decline decrease defeat
defend define deliver demand demolish deny depart deploy describe deserve design destroy detain determine develop die
direct disappear discover discuss dismiss display divide document dominate donate double earn edit elect eliminate
emerge employ enable encourage end endorse enter escape establish estimate evacuate evolve examine exceed exchange
execute exhibit exist expand expect experience explain explode explore export express extend face fail file fill finance
finish fire form found fund gain gather govern graduate grant guard halt hand handle happen help hire host house
identify ignore import impose improve include increase inform inherit injure insist inspire install intend interview
introduce invade invent invest investigate invite issue join jump kidnap kill lack land last launch learn lease limit
link list live load locate lower maintain manage manufacture mark marry measure mention merge miss monitor move murder
name negotiate nominate notice number object observe obtain occupy occur offer open operate oppose order organise
organize originate own paint pass perform persuade place plan plant play pledge point possess postpone predict prefer
prepare present preserve press prevent print proclaim produce prohibit promise promote propose protect protest prove
provide publish purchase pursue push qualify raise rank reach react realise realize recall receive recommend record
recover reduce refer reform refuse regain regard register reign reject relate relax release remain remove rename renew
renovate repair repeat replace replicate reply report represent request require rescue research resign resolve respond
restore restrict result retain retire retreat return reveal review revise rule sail save score search secure seize
select separate serve settle shape share shift sign signal smuggle solve sponsor stage start state stay stop store
stretch study succeed suffer suggest supply support surrender survive suspend target test tour trace track
trade train transfer transform translate treat trigger triple try turn uncover underline unite unveil urge use
visit vote wait walk want warn wash watch weigh welcome witness work worship wound wreck
""".split()
_DOUBLING = {"admit", "ban", "control", "kidnap", "occur", "plan", "prefer", "refer", "stop", "transfer"}
_IRREGULAR = """
bear:bore become:became begin:began blow:blew break:broke bring:brought build:built burn:burnt buy:bought
cancel:cancelled catch:caught choose:chose come:came cost:cost cut:cut deal:dealt draw:drew drink:drank drive:drove
eat:ate fall:fell feel:felt fight:fought find:found fly:flew forbid:forbade forget:forgot get:got give:gave go:went
grow:grew hang:hung hear:heard hide:hid hit:hit hold:held keep:kept lay:laid lead:led leave:left lend:lent lose:lost
make:made mean:meant meet:met pay:paid put:put read:read ride:rode ring:rang rise:rose run:ran say:said see:saw
sell:sold send:sent set:set shake:shook shine:shone shoot:shot show:showed shut:shut sing:sang sink:sank sit:sat
sleep:slept speak:spoke spend:spent spread:spread stand:stood steal:stole strike:struck swim:swam take:took
teach:taught tell:told think:thought throw:threw travel:travelled understand:understood wear:wore win:won
withdraw:withdrew write:wrote
""".split()
# Participles that differ from the past; of the others, the past is the participle.
_PARTICIPLES = """
born:bore begun:began blown:blew broken:broke chosen:chose drawn:drew drunk:drank driven:drove eaten:ate fallen:fell
flown:flew forbidden:forbade forgotten:forgot given:gave grown:grew hidden:hid ridden:rode rung:rang risen:rose
seen:saw shaken:shook shown:showed sung:sang sunk:sank spoken:spoke stolen:stole swum:swam taken:took thrown:threw
worn:wore withdrawn:withdrew written:wrote
""".split()
_VOWELS = "aeiou"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if verb in _DOUBLING else f"{verb}ed"


def _third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else f"{verb}s"


_irregular = {past: plain for plain, _, past in (pair.partition(":") for pair in _IRREGULAR)}

PAST: dict[str, str] = {_past(verb): verb for verb in _REGULAR} | _irregular
"""From the past ("kept") to the plain form ("keep")."""

PRESENT: dict[str, str] = {_third_person(plain): plain for plain in PAST.values()}
"""From the third person ("keeps") to the plain form."""

PASSIVE: dict[str, str] = {past: past for past in PAST} | dict(pair.split(":") for pair in _PARTICIPLES)
"""From the participle ("written") to the past ("wrote")."""


_AUXILIARY = re.compile(
    rf"\b(?:{AUXILIARY}|(?:is|are|was|were|have|has|had)\b)|['’](?:s|re|ve|ll|d|m)\b", re.IGNORECASE
)
_WHO_DOES = re.compile(
    r"\b(?:I|we|you|he|she|it|they|who|that|which|this|these|those|there|everyone|nobody|people) +[^\W\d_]",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = frozenset(PAST.values())


def has_finite_verb(words: str) -> bool:
    """Return whether a finite verb stands in `words`, as far as one can tell from forms alone."""
    if _AUXILIARY.search(words) or _WHO_DOES.search(words):
        return True
    lowered = [word.lower() for word in _WORD.findall(words)]
    return bool(lowered) and (lowered[0] in _PLAIN or any(word in PAST or word in PRESENT for word in lowered))
