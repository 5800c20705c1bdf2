"""How a known value may be written: with or without accents, other quotes, other separators, broken over lines."""

from __future__ import annotations

import re
import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa"})
_WHOLE = {"ł": "l", "đ": "d", "ð": "d", "ı": "i", "ø": "o", "æ": "a", "œ": "o"}
"""Letters that Unicode does not take apart."""
_JOINED = {"a": "äæ", "o": "öøœ", "u": "ü"}
_BROKEN = r"(?:-[ \t]*\r?\n\s*)?"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SHORTENED = 5
"""A name of so many letters may have lost the second vowel of ae, oe or ue."""
_SPLIT_ID = 6
"""An identifier of so many letters and digits may be written in groups."""


def plain(text: str) -> str:
    """`text` with letters and accents in one, full-width letters as usual ones, and no characters that are not seen."""
    composed = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    return "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")


def ideographic(value: str) -> bool:
    """True for a script that puts no space between words."""
    return any(ord(letter) >= 0x2E80 and letter.isalpha() for letter in value)


def words_pattern(value: str) -> str:
    """Of a name or a place."""
    if ideographic(value):
        return r"\s*".join(map(re.escape, value))
    words = (_word(word) for word in re.split(r"[\s,;^_]+", plain(value)) if word)
    return _bounded(r"[\s,.;^_-]+".join(words))


def id_pattern(value: str) -> str:
    """Of an identifier: in any grouping, without its leading zeros."""
    marks = re.findall(r"[^\W_]", value)
    if len(marks) < _SPLIT_ID:
        return _bounded(r"[\s,.;^_-]+".join(re.escape(word) for word in re.split(r"[\s,;^_]+", value) if word))
    digits = "".join(marks).lstrip("0") if value.isdigit() else ""
    zeros = "0*" if len(digits) >= _SPLIT_ID - 1 else ""
    return _bounded(zeros + r"[-\s./_]?".join(map(re.escape, digits if zeros else marks)))


def _bounded(pattern: str) -> str:
    return rf"(?<![^\W_]){pattern}(?![^\W_])"


def _word(word: str) -> str:
    spelt = "".join(_bare(letter) for letter in word.lower().translate(_GERMAN))
    parts = re.findall(r"ss|[aou]e|.", spelt, re.DOTALL)
    return _BROKEN.join(_letters(part, len(spelt) >= _SHORTENED) for part in parts)


def _letters(part: str, long: bool) -> str:
    if part == "ss":
        return "(?:ss|ß)"
    if len(part) == 2:
        return f"(?:{_SAME.get(part[0], part[0])}{'e?' if long else 'e'}|[{_JOINED[part[0]]}])"
    if part in "'’‘`´-":
        return r"['’‘`´\s-]?"
    return _SAME.get(part, re.escape(part))


def _bare(letter: str) -> str:
    return _WHOLE.get(letter) or unicodedata.normalize("NFD", letter)[0]


def _same() -> dict[str, str]:
    """A class for each Latin letter: itself and what is written above or below it."""
    found: dict[str, str] = {}
    for letter in map(chr, range(0xC0, 0x250)):
        bare = _bare(letter.lower()[0])
        if bare.isascii() and letter.lower() == letter:
            found[bare] = found.get(bare, bare) + letter
    return {bare: f"[{letters}]" for bare, letters in found.items()}


_SAME = _same()
