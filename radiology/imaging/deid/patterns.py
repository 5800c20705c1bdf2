"""Kinds of identifiers, and ways to write them, that are looked for beside those of `radiology.datasets.identifiers`.

Here a false find costs a word, there it counts a data set as identifiable, so these patterns are wider.
A match becomes `[kind]`; where a pattern has a group `value`, only that, so that "MRN: 123" stays as "MRN: [id]".
They are tried in this order; the earlier ones keep the later from seeing parts of what they replaced.
"""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|januar|februar|m(?:ä|ae)rz|mai|juni|juli|okt(?:ober)?|dez(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[89]|20)\d\d"
_NUMBER = r"(?:no\.?|nr\.?|num(?:ber)?\.?|id|#)"
_BEFORE_ID = (
    r"(?:MRN|medical\s+record|record|accession|acc|patient\s+id|pat\.?\s+id|pt\.?\s+id|patient|chart|case|encounter|"
    r"visit|account|acct|order|requisition|policy|insurance|beneficiary|health\s+plan|member|licen[cs]e|certificate|"
    r"passport|plate|vehicle|VIN|NHS|SSN|social\s+security|serial|s/n|device(?:\s+serial)?|hospital|exam|study|"
    r"specimen|badge|employee|national\s+id|id|UID)"
)
_BEFORE_NAME = (
    r"(?:patient(?:'s)?\s+name|patient|pt|name|surname|first\s+name|last\s+name|physician|attending|resident|"
    r"radiologist|technologist|tech|technician|operator|nurse|provider|PCP|cc|referr(?:ing|er|ed\s+by)(?:\s+physician)?|"
    r"requested\s+by|ordered\s+by|ordering\s+physician|(?:electronically\s+)?signed(?:\s+by)?|dictated\s+by|"
    r"transcribed\s+by|read\s+by|reported\s+by|approved\s+by|verified\s+by|reviewed\s+by|interpreted\s+by|author)"
)
_HANDED_TO = r"(?:discussed|communicated|conveyed|reported|relayed|called|phoned|given|spoke|paged)"
_UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚΑ-ΩЀ-Я]"
_NAME = rf"{_UPPER}[\w'’-]*\.?"
_LOWER = r"[^\W\d_][\w'’.-]+(?:[ \t]+[^\W\d_][\w'’.-]*){0,2}"
_DEGREES = r"(?:(?:med|phil|rer\.?[ \t]?nat|h\.?[ \t]?c)\.[ \t]*)*"
_NAMES = rf"{_NAME}(?:,?[ \t]+(?:(?:van|von|de|der|den|di|la|el|al|bin|af)[ \t]+)*{_NAME}){{0,3}}"
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Parkway|Pkwy|"
    r"Highway|Hwy|Terrace|Crescent|Close)"
)
_HOUSE = (
    r"(?:Hospital|Clinic|Medical\s+Cent(?:er|re)|Infirmary|Health\s+(?:System|Cent(?:er|re)|Care)|Hospice|Klinikum)"
)
_KLINIK = r"\b\w*[Kk]lini(?:kum|k)[ \t]+(?:[Dd]er[ \t]+|[Ii]n[ \t]+)?[A-ZÄÖÜ][\w-]+"
_OLD = r"(?:9\d|1[0-3]\d)"
_I = re.IGNORECASE


def _kind(name: str, *patterns: str, flags: int = 0) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, flags)) for pattern in patterns)


PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    *_kind("email", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*"),
    *_kind("url", r"\b(?:https?|ftp)://\S+", r"\bwww\.\w[\w.-]+", flags=_I),
    *_kind("address", r"(?<![\w:])(?:[0-9A-F]{0,4}:){3,7}[0-9A-F]{1,4}(?![\w:])", flags=_I),
    *_kind("address", r"\b(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}\b", flags=_I),
    *_kind(
        "date",
        rf"\b{_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:T[\d:.]+Z?)?\b",
        r"\b(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\1(?:(?:1[89]|20)\d\d|\d\d)\b(?!\.\d)",
        rf"\b{_MONTH}\.?[-/\s]+{_DAY}(?:(?:\s*,?\s+|[-/]){_YEAR})?\b(?![.\d]*\s*(?:mm|cm))",
        rf"\b{_DAY}[-/\s]+(?:of\s+)?{_MONTH}\.?(?:[-/,\s]+(?:{_YEAR}|\d\d))?\b",
        rf"\b{_DAY}\.?\s*{_MONTH}\.?\s*{_YEAR}\b",
        rf"\b{_MONTH}\.?,?\s+{_YEAR}\b",
        rf"(?<![\w/.-])(?:(?:0?[1-9]|1[0-2])/{_YEAR}|{_YEAR}-(?:0[1-9]|1[0-2]))(?![\w/-])",
        r"\b(?:on|dated|from|since|date|compared\s+to)[:\s]+(?P<value>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))\b(?!/)",
        flags=_I,
    ),
    *_kind(
        "phone",
        r"(?<![\w.])(?:\+?\d{1,3}[-. ])?\(?\d{3}\)?[-. /]?[ ]?\d{3}[-. ]\d{4}\b(?:\s*(?:x|ext\.?)\s*\d+)?",
        r"(?<!\w)\+\d[\d ()/.-]{6,}\d",
        r"\b(?:tel|telephone|phone|mobile|cell|fax|pager|beeper|ext|extension)\b\.?\s*(?:no\.?|number)?\s*[:#]?\s*"
        r"(?P<value>[(\d][\d ()/.-]{2,}\d)",
        flags=_I,
    ),
    *_kind(
        "id",
        rf"\b{_BEFORE_ID}\b\.?\s*(?:{_NUMBER}\s*)?[:#=]+\s*(?P<value>[\w/.-]*\d[\w/-]*)",
        rf"\b{_BEFORE_ID}\.?\s+{_NUMBER}\s*[:#=]?\s*(?P<value>[\w/.-]*\d[\w/-]*)",
        r"\b(?:MRN|SSN|NHS|record\s+number)\b[\s:#=.]*(?:is\s+)?(?P<value>\d{2,}(?:[-. /]\d{2,})+)",
        r"\b(?:MRN|accession|SSN|serial|NHS|passport|account|acct)\s+(?:is\s+)?(?P<value>[\w/-]*\d{3}[\w/-]*)",
        r"(?<![\w./-])(?P<value>\d{2,}(?:-\d{2,}){2,})(?![\w./-]*\d)",
        r"(?<![\w.])(?P<value>\d{6,})(?![\w]*\.\d)",
        r"\b(?P<value>[A-Z]{1,5}-?\d{5,}[A-Z]?)\b",
        r"\b(?P<value>[A-Z]{2,5}(?:-\d{2,}){2,})\b",
        flags=_I,
    ),
    *_kind(
        "place",
        rf"\b\d{{1,5}}[A-Z]?\s+(?:[NSEW]\.?\s+)?(?:[A-Z][\w'-]+\s+){{1,3}}{_STREET}\b\.?(?:,?\s+(?:Apt|Suite|Unit|#)\.?\s*\w+)?"
        r"(?:,\s*[A-Z][\w ]+?(?=,|\s+[A-Z]{2}\b|\.|$))?(?:,?\s*[A-Z]{2}\s+\d{5}(?:-\d{4})?)?",
        r"\b[A-Z][\w-]*(?:str\.|[ \t]Str(?:\.|a(?:ß|ss)e)|stra(?:ß|ss)e|weg|gasse|allee|platz)\s+\d+[a-z]?"
        r"(?:,?\s+\d{5}\s+[A-Z]\w+)?",
        r"\b[A-Z][a-z]+,?\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?\b",
        r"\b[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b",
        r"\b(?i:P\.?\s?O\.?\s+box)\s+\d+",
        rf"\b(?:St\.?\s+)?(?:[A-Z][\w'.-]*\s+(?:of\s+|and\s+|the\s+)*){{1,4}}{_HOUSE}\b",
        _KLINIK,
    ),
    *_kind(
        "name",
        r"(?<![\w'’-])[^\W\d_][\w'’-]*\^[^\W\d_][\w'’-]*(?:\^[\w'.-]*)*",
        rf"\b(?:Dr|DR|Mr|MR|Mrs|MRS|Ms|MS|Miss|Prof|Professor|Doctor|Nurse|Sister|Herrn?|Frau|Hr|Fr)\b(?:\.\s*|\s+){_DEGREES}"
        rf"(?!XX)(?P<value>{_NAMES})",
        rf"\b(?:dr|mrs|prof)\.\s*{_DEGREES}(?!xx)(?P<value>[^\W\d_][\w'’-]+)",
        rf"\b(?i:(?:patient(?:'s)?|sur|first|last|given|family)\s*-?\s*name|(?:signed|dictated|transcribed)\s+by)\s*:\s*"
        rf"(?!(?i:xx))(?P<value>{_LOWER})",
        rf"\b(?i:{_BEFORE_NAME})\s*:\s*(?!XX)(?P<value>{_NAMES})",
        rf"\b(?i:(?:signed|dictated|transcribed|read|reported|approved|verified|reviewed|interpreted)\s+by)\s+(?!XX)(?P<value>{_NAMES})",
        rf"\b(?i:{_HANDED_TO})\b[^.\n]{{0,40}}?\b(?:to|with)\s+(?!XX)(?P<value>[A-Z][a-z]+[ \t]+{_NAME})",
        r"\b(?i:patient|pt)\s+(?!XX)(?P<value>[A-Z][a-z]+[ \t]+[A-Z][a-z'-]+)\b",
        rf"(?<![\w'’-])(?P<value>{_NAME}(?:[ \t]+{_NAME}){{1,2}}),?[ \t]+"
        r"(?:M\.?D|D\.?O|R\.?N|Ph\.?D|MBBS|FRCR|RT|ARRT|PA-C|NP)\b",
    ),
    *_kind(
        "age",
        rf"\b(?P<value>{_OLD})(?=[-\s]*(?:years?|yrs?|yo|y/o|y\.o|jährig\w*|Jahren?)\b)",
        r"\b(?P<value>ninety(?:[-\s]\w+)?|nonagenarian|centenarian)\b(?=[-\s]*(?:years?|yrs?)\b|(?<=narian))",
        rf"\b(?P<value>{_OLD})(?=\s?[FM]\b)(?!\s?M[Hh]z)",
        rf"\b(?:aged?|age:?)\s+(?P<value>{_OLD})\b",
        flags=_I,
    ),
)
