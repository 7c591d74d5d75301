"""How and to whom a meaning is to be told: 'in plain words', 'for beginners', 'in ITSM'.

The handbook's own words are quoted all the same, so such a phrase is no part of what is asked.
"""

from __future__ import annotations

import re

_PHRASES = (
    r"(?:in|with|using) (?:(?:an?|very|plain|simple|easy|basic|everyday|normal|few|one|two|single"
    r"|short|other|your own|layman'?s|lay|non-?technical) )+"
    r"(?:words?|terms?|language|english|sentences?|lines?|way)",
    r"in (?:short|brief|general|essence|a nutshell)",
    r"in (?:the )?(?:(?:context|world|field|sense) of )?(?:itsm|itil(?: v?\d)?|devops|support"
    r"|(?:it )?service management|it(?: support| operations)?)",
    r"(?:to|for) (?:(?:an?|my|the|absolute|total|complete) )*"
    r"(?:beginners?|dummies|newcomers?|newbies?|novices?|lay(?:man|men|people|persons?)"
    r"|child(?:ren)?|kids?|five[- ]year[- ]olds?|non-?technical \w+)",
    r"(?:to|for) (?:someone|somebody|people|a person) (?:(?:who|that)(?:'s| is| are) |who )?"
    r"(?:not (?:from|in) \w+|outside (?:of )?\w+|new(?: to \w+)?|knows? nothing)",
    r"like (?:i'?m|i am) (?:five|5)",
    r"(?:please|exactly|actually|really|basically|again|briefly|simply|quickly|just)",
)
_MANNER = re.compile("|".join(rf"\b{phrase}\b" for phrase in _PHRASES), re.IGNORECASE)
_EXPLAIN_TO = re.compile(r"(\bexplain\b.+) to (?:an?|my|our|the) \w+[?.!]*$", re.IGNORECASE)


def without_manner(question: str) -> str:
    """Return a question without how and to whom it is to be answered."""
    return _EXPLAIN_TO.sub(r"\1", _MANNER.sub("", question))
