"""The one place where a study, similar cases and questions become chat messages, and a report becomes an answer.

The wording is short because the bundled model is tiny. Text of other people (indication, prior reports, questions) has
anything that looks like a tag removed, so that it can neither add an image nor end a turn.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mllm.boxes import Frame, Letter, encode
from mllm.draft.knowledge import Passage
from mllm.draft.retriever import SimilarCase
from mllm.engine.protocol import GrayImage, Message, Request
from radiology.findings import FINDINGS
from radiology.imaging.chosen import frontal_of, prior_with_film, prior_with_report, time_before
from radiology.imaging.letterbox import Letterbox, letterbox
from radiology.imaging.pixels import read_pixels
from radiology.study import Case, Finding, Report, Study, View

REPORT_TASK = "Write the report."
GROUNDED_TASK = "Write the report with boxes."
LIST_TASK = "List the findings with boxes."
GROUNDING_TASK = "Write this finding with its boxes:"
REPORT_GUIDE = (
    "Answer with the findings as plain sentences on one line, then a line that starts with 'Impression:'. "
    "Compare with a prior study only if one is shown."
)
BOX_GUIDE = (
    "Write each abnormal finding as <obj>finding<box view=F>x0,y0,x1,y1</box></obj>, with view F for the frontal, "
    "L for the lateral image, and whole numbers from 0 to 99 as fractions of that image, from its top left corner."
)
_NAMES: dict[Letter, str] = {"F": "Frontal", "L": "Lateral", "P": "Prior frontal"}
_TAG = re.compile(r"</?\|?[A-Za-z_][\w =:/-]*\|?>|\[/?INST\]")
_IMPRESSION = "Impression:"
NO_FINDINGS = "no findings"
CHARACTERS = 3
"""Of English text a token, at the least: a small tokenizer makes more tokens than a large one."""
PRIOR_TOKENS, NOTE_TOKENS, LINE_TOKENS, KNOWLEDGE_TOKENS = 500, 200, 100, 300
"""Of the prior report, of the clinical note, of indication, technique and comparison, and of a paragraph of knowledge:
what fits every model."""
KNOWLEDGE_GUIDE = (
    "The knowledge is general and says nothing about these images. Where you use it, cite its id, as in [K12]."
)


@dataclass(frozen=True)
class Shown:
    """An image the model sees and the frame its boxes refer to."""

    frame: Frame
    image: GrayImage


def read_view(view: View) -> NDArray[np.uint8]:
    """[H, W] pixels of `view` from where its path says they are."""
    return read_pixels(Path(view.path))


def study_images(study: Study, size: int, read: Callable[[View], NDArray[np.uint8]] = read_view) -> tuple[Shown, ...]:
    """Current frontal, current lateral and the frontal of the latest prior that has one, letterboxed to `size`.

    The prior's frame is called `prior/VIEW`, so that its boxes are never taken for the current film's.
    """
    return tuple(_show(letter, prefix, view, size, read) for letter, prefix, view in _announced(study))


def study_frames(study: Study, size: int) -> tuple[Frame, ...]:
    """The frames of `study_images`, by the stated size of each view; no pixel is read."""
    return tuple(
        Frame(letter, prefix + view.id, Letterbox(view.width, view.height, size))
        for letter, prefix, view in _announced(study)
    )


def _announced(study: Study) -> tuple[tuple[Letter, str, View], ...]:
    """Letter, prefix of the name, and view of every image of the study that a model is shown."""
    prior = prior_with_film(study)
    found: tuple[tuple[Letter, str, View | None], ...] = (
        ("F", "", frontal_of(study)),
        ("L", "", study.view(False)),
        ("P", "prior/", frontal_of(prior.study) if prior else None),
    )
    return tuple((letter, prefix, view) for letter, prefix, view in found if view is not None)


def opening_text(
    study: Study, shown: Sequence[Shown], cases: Sequence[SimilarCase] = (), explained: bool = False
) -> str:
    """What stands before the task, a line each: images, prior report, clinical text and similar cases.

    `explained` adds what the bundled model was not taught to read: how long before the study each prior was made,
    technique and comparison. Dates themselves are left out, since they help to identify a patient.
    """
    lines = [*_history(study, shown, explained), *_clinical(study, explained)]
    lines += [f"Case {i}, similarity {_score(c.score)}: {finding_lines(c.case)}" for i, c in enumerate(cases, 1)]
    return "".join(line + "\n" for line in lines)


def _history(study: Study, shown: Sequence[Shown], explained: bool) -> Iterator[str]:
    """The images, and what is known of the priors."""
    film, report = prior_with_film(study), prior_with_report(study)
    for each in shown:
        when = f" ({_before(film, study)})" if explained and film and each.frame.letter == "P" else ""
        yield f"{_NAMES[each.frame.letter]}{when}: <image>"
    if explained and len(study.priors) > 1:
        yield f"Priors, oldest first: {', '.join(_before(prior, study) for prior in study.priors)}"
    if report and (text := case_text(report)):
        when = f" ({_before(report, study)})" if explained else ""
        yield f"Prior report{when}: {_cut(text, PRIOR_TOKENS)}"


def _clinical(study: Study, explained: bool) -> Iterator[str]:
    """What clinicians wrote, each text on a line of its own."""
    told = {"Indication": (study.indication, LINE_TOKENS)}
    if explained:
        told |= {"Technique": (study.technique, LINE_TOKENS), "Comparison": (study.comparison, LINE_TOKENS)}
    told["Note"] = (study.note, NOTE_TOKENS)
    yield from (f"{name}: {_cut(plain(text), tokens)}" for name, (text, tokens) in told.items() if text)


def _before(prior: Case, study: Study) -> str:
    return time_before(prior.study, study) or "date unknown"


def _cut(text: str, tokens: int) -> str:
    """`text`, which is on one line, without the words that exceed a budget."""
    return textwrap.shorten(text, tokens * CHARACTERS, placeholder=" ...")


def report_request(
    study: Study,
    shown: Sequence[Shown],
    cases: Sequence[SimilarCase] = (),
    grounded: bool = True,
    explained: bool = False,
) -> Request:
    """Ask for the report; `explained` spells out the format, for a model that was not taught it."""
    task = GROUNDED_TASK if grounded else REPORT_TASK
    guides = (REPORT_GUIDE, BOX_GUIDE) if grounded else (REPORT_GUIDE,)
    text = opening_text(study, shown, cases, explained) + " ".join((task, *guides) if explained else (task,))
    return Request((Message("user", text),), _images(shown), study=study)


def grounding_request(study: Study, shown: Sequence[Shown], phrase: str, explained: bool = False) -> Request:
    """Ask where `phrase` is seen: phrase grounding."""
    guide = f" {BOX_GUIDE}" if explained else ""
    text = f"{opening_text(study, shown, explained=explained)}{GROUNDING_TASK} {plain(phrase)}{guide}"
    return Request((Message("user", text),), _images(shown), study=study)


def list_answer(case: Case, shown: Sequence[Shown]) -> str:
    """The answer to the list task: each present finding's line with its boxes as tokens, or "no findings"."""
    frames = [each.frame for each in shown]
    lines = [encode(finding_line(finding), finding.boxes, frames, tokens=True) for finding in case.present]
    return "; ".join(lines) or NO_FINDINGS


def question_message(text: str, choices: Sequence[str] = (), knowledge: Sequence[Passage] = ()) -> Message:
    """A question on its own, as a later turn asks it; paragraphs of knowledge stand above it with their ids."""
    options = f" Options: {'; '.join(plain(choice) for choice in choices)}." if choices else ""
    return Message("user", _knowledge(knowledge) + plain(text) + options)


def _knowledge(passages: Sequence[Passage]) -> str:
    lines = [f"Knowledge [{p.id}] {plain(p.where)}: {_cut(plain(p.text), KNOWLEDGE_TOKENS)}" for p in passages]
    return "".join(f"{line}\n" for line in (*lines, KNOWLEDGE_GUIDE)) if lines else ""


def question_request(
    study: Study,
    shown: Sequence[Shown],
    text: str,
    choices: Sequence[str] = (),
    cases: Sequence[SimilarCase] = (),
    knowledge: Sequence[Passage] = (),
) -> Request:
    """A first question: it carries the opening."""
    question = question_message(text, choices, knowledge).text
    return Request((Message("user", opening_text(study, shown, cases) + question),), _images(shown), study=study)


def next_question(
    before: Request, answer: str, text: str, choices: Sequence[str] = (), knowledge: Sequence[Passage] = ()
) -> Request:
    """A later question after `answer` to `before`; keep `answer` as it was generated, so that caches match."""
    turns = (Message("assistant", answer), question_message(text, choices, knowledge))
    return replace(before, messages=(*before.messages, *turns))


def finding_line(finding: Finding) -> str:
    """Side, name and severity: "left pleural effusion, small"."""
    name = FINDINGS[finding.name].text if finding.name in FINDINGS else finding.name.replace("_", " ")
    sided = f"{finding.side} {name}" if finding.side else name
    return f"{sided}, {finding.severity}" if finding.severity else sided


def finding_lines(case: Case) -> str:
    """What is present in a case; "no findings" when nothing is known to be."""
    return "; ".join(finding_line(finding) for finding in case.present) or NO_FINDINGS


def case_text(case: Case) -> str:
    """A prior's report on one line, its finding lines where only those are known, "" where nothing is."""
    if case.report and (case.report.findings or case.report.impression):
        return plain(" ".join(report_answer(case.report).split()))
    return finding_lines(case) if case.findings else ""


def report_answer(report: Report) -> str:
    """The answer to a report task: findings, then the impression on its own line."""
    return f"{report.findings}\n{_IMPRESSION} {report.impression}".strip() if report.impression else report.findings


def read_answer(text: str) -> Report:
    """The inverse of `report_answer`, of whatever a model wrote: without the word, all is findings."""
    findings, _, impression = text.partition(_IMPRESSION)
    return Report(findings=findings.strip(), impression=impression.strip())


def plain(text: str) -> str:
    """`text` on one line, without anything that looks like a tag; a bare "<90" stays."""
    return " ".join(_TAG.sub(" ", text).split())


def _show(letter: Letter, prefix: str, view: View, size: int, read: Callable[[View], NDArray[np.uint8]]) -> Shown:
    image, box = letterbox(read(view), size)
    return Shown(Frame(letter, prefix + view.id, box), image)


def _images(shown: Sequence[Shown]) -> tuple[GrayImage, ...]:
    return tuple(each.image for each in shown)


def _score(score: float) -> str:
    """Two digits: ".81", "1.00"."""
    return f"{max(score, 0.0):.2f}".removeprefix("0")
