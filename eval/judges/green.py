"""GREEN: a language model that lists the errors of a report and the findings it shares with the reference.

Ostmeier et al., "GREEN: Generative Radiology Report Evaluation and Error Notation" (EMNLP Findings 2024). The model was
tuned on one form of request and answer: its headings and its six kinds of error are kept, the rest of the prompt is in
our words, so that numbers can differ a little from those of the authors' own package. With a server's URL the texts of
reports leave this machine.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from eval.judges.opening import open_writer
from eval.judges.protocol import Judge
from eval.judges.writer import Conversation, Writer
from eval.prediction import Prediction
from mllm.engine.protocol import Message

Verdict = tuple[float, ...]
"""(matched findings, significant errors of the kinds a to f, insignificant errors)."""

UNJUDGED: Verdict = (float("nan"),) * 8
NOTHING_SAID: Verdict = (0.0,) * 8

PROMPT = """Compare a candidate radiology report with a reference report by expert radiologists and judge its accuracy.

1. Criteria for judgment

Count the clinically significant errors and the clinically insignificant errors of the candidate. Kinds of error:
a) False report of a finding in the candidate.
b) Missing a finding present in the reference.
c) Misidentification of a finding's anatomic location/position.
d) Misassessment of the severity of a finding.
e) Mentioning a comparison that isn't in the reference.
f) Omitting a comparison detailing a change from a prior study.
What counts are the clinical findings, not the style of writing.

2. Reference report:
{reference}

3. Candidate report:
{candidate}

4. Form of the answer

Keep to this form, also where there are no errors:
[Explanation]:
<Explanation>

[Clinically Significant Errors]:
(a) <Error Type>: <The number of errors>. <Error 1>; <Error 2>; ...; <Error n>
....
(f) <Error Type>: <The number of errors>. <Error 1>; <Error 2>; ...; <Error n>

[Clinically Insignificant Errors]:
(a) <Error Type>: <The number of errors>. <Error 1>; <Error 2>; ...; <Error n>
....
(f) <Error Type>: <The number of errors>. <Error 1>; <Error 2>; ...; <Error n>

[Matched Findings]:
<The number of matched findings>. <Finding 1>; <Finding 2>; ...; <Finding n>
"""
MAX_TOKENS = 2048

_SIGNIFICANT, _INSIGNIFICANT, _MATCHED = (
    "Clinically Significant Errors",
    "Clinically Insignificant Errors",
    "Matched Findings",
)
_KINDS = ("a1", "b2", "c3", "d4", "e5", "f6")
"""Letter and number of each kind; models other than GREEN number them."""
_COUNT = re.compile(r"\(([a-f1-6])\)(?:[^:\n]*:)?[ \t]*(\d+)\b")
_NONE = re.compile(r"no\b|none\b|n/a\b|0\b|\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d+\b")


def open_green(where: str) -> Judge:
    """GREEN by the model at a server's URL, in a folder or under a hub id (StanfordAIMI/GREEN-RadLlama2-7b)."""
    return Green(open_writer(where))


class Green:
    """GREEN by the language model behind `writer`; an answer that cannot be read leaves its report unjudged."""

    name = "green"

    def __init__(self, writer: Writer) -> None:
        self.identity = f"{writer.identity}, prompt {hashlib.sha256(PROMPT.encode()).hexdigest()[:8]}"
        self._writer = writer

    def judge(self, rows: Sequence[Prediction]) -> list[Verdict]:
        """One `Verdict` a row. Empty text matches nothing, unasked; NaN without a reference text."""
        pairs = dict.fromkeys(_texts(row) for row in rows)
        asked = [pair for pair in pairs if all(pair)]
        answers = self._writer.write([_request(*pair) for pair in asked], MAX_TOKENS)
        verdicts = {
            pair: UNJUDGED if text is None else read_green(text) for pair, text in zip(asked, answers, strict=True)
        }
        return [_unasked(*pair) or verdicts[pair] for pair in map(_texts, rows)]


def _texts(row: Prediction) -> tuple[str, str]:
    return row.reference.strip(), (row.prediction or "").strip()


def _unasked(reference: str, candidate: str) -> Verdict | None:
    if not reference:
        return UNJUDGED
    return None if candidate else NOTHING_SAID


def _request(reference: str, candidate: str) -> Conversation:
    return (Message("user", PROMPT.format(reference=reference, candidate=candidate)),)


def read_green(answer: str) -> Verdict:
    """The counts in an answer; all NaN when its significant errors or its matched findings cannot be read.

    A section that says "No" or nothing counts 0, as do kinds of error that are not listed; the insignificant errors,
    which do not enter the score, may be missing.
    """
    significant, matched = _errors(_section(answer, _SIGNIFICANT)), _matched(_section(answer, _MATCHED))
    insignificant = _errors(_section(answer, _INSIGNIFICANT)) or NOTHING_SAID
    if significant is None or matched is None:
        return UNJUDGED
    return (matched, *significant, float(sum(insignificant)))


def _section(answer: str, heading: str) -> str | None:
    """What stands under the first `[heading]:`, up to the next heading; None without it."""
    match = re.search(rf"\[{heading}\](.*?)(?=\n[\s*]*\[[A-Z]|\Z)", answer, re.DOTALL)
    return match.group(1).strip(":* `\n") if match else None


def _errors(section: str | None) -> tuple[float, ...] | None:
    """Number of errors of each kind; None for a section that is missing or holds no count."""
    if section is None:
        return None
    counts = {kind: float(number) for kind, number in reversed(_COUNT.findall(section))}
    if not counts and not _NONE.match(section):
        return None
    return tuple(counts.get(kind[0], counts.get(kind[1], 0.0)) for kind in _KINDS)


def _matched(section: str | None) -> float | None:
    if section is None:
        return None
    number = _NUMBER.match(section)
    if number is None:
        return 0.0 if _NONE.match(section) else None
    return float(number.group())
