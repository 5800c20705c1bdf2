"""MIMIC-CXR: studies of a Boston hospital, films with their reports, dated, with the official split.

One case a study; its prior is the same patient's nearest earlier study with a frontal film. Findings are read from the
report, and a study without a findings section is left out, as the literature does. Where a folder holds no report at
all, the published CheXpert labels stand in. Views are those whose ViewPosition is PA, AP, LATERAL or LL; sizes are the
table's, so no film is opened. Files: `mimic-cxr-*-metadata.csv` and `-split.csv` (optional: `-chexpert.csv`), plain or
gzipped, and `files/p10/p10000032/s50414267/DICOM_ID.jpg` (or `.dcm`) with `files/p10/p10000032/s50414267.txt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from radiology.datasets.chexpert import labelled_findings
from radiology.datasets.csv_rows import Row
from radiology.datasets.mimic_tables import Exam, Film, labels, patients, splits
from radiology.datasets.pictures import MISSING
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.errors import SightlineError
from radiology.reading.report import merge, read_mentions
from radiology.reading.sections import read_sections
from radiology.study import Case, Finding, Report, Study, View

NAME = "mimic_cxr"
LICENCE = "PhysioNet Credentialed Health Data License 1.5.0"
NO_FRONTAL = "study without a frontal film"
NO_REPORT = "report not found"
NO_FINDINGS = "report without a findings section"
NO_LABELS = "study without labels"
_REPORTS = ("files", "mimic-cxr-reports/files")
"""Where the reports may lie."""
_TITLE = "FINAL REPORT"


@dataclass(frozen=True)
class _Known:
    """A case without its priors, and why it cannot be one of the data set, if so."""

    exam: Exam
    case: Case
    flaw: str | None

    def precedes(self, exam: Exam) -> bool:
        """Earlier by date and time, and with a frontal film to compare with."""
        if self.exam.date is None or exam.date is None or self.case.study.view(True) is None:
            return False
        return (self.exam.date, self.exam.time) < (exam.date, exam.time)


Truth = Callable[[Exam], tuple[Report | None, tuple[Finding, ...], str | None]]
"""Examination -> its report, its findings, and why they cannot be used, if so."""


def _items(folder: Path) -> Iterator[Item]:
    parts = splits(folder)
    truth = _truth(folder)
    for exams in patients(folder):
        done: list[_Known] = []
        for exam in exams:
            known = _known(folder, exam, truth, parts.get(exam.study, "custom"))
            prior = next((each.case for each in reversed(done) if each.precedes(exam)), None)
            yield known.flaw or (_with_prior(known.case, prior), ())
            done.append(known)


def _with_prior(case: Case, prior: Case | None) -> Case:
    study = case.study.model_copy(update={"priors": (prior,) if prior else ()})
    return case.model_copy(update={"study": study})


def _known(folder: Path, exam: Exam, truth: Truth, split: str) -> _Known:
    views = _views(_place(folder / "files", exam), exam.films)
    report, findings, flaw = truth(exam)
    study = Study(
        study_id=exam.study,
        patient_id=exam.patient,
        date=exam.date,
        views=views,
        indication=report.indication if report else "",
        technique=report.technique if report else "",
        comparison=report.comparison if report else "",
    )
    case = Case(study=study, report=report, findings=findings, source=NAME, licence=LICENCE, split=split)
    if study.view(True) is None:
        flaw = MISSING if any(film.projection.frontal for film in exam.films) else NO_FRONTAL
    return _Known(exam, case, flaw)


def _place(files: Path, exam: Exam) -> Path:
    return files / f"p{exam.patient[:2]}" / f"p{exam.patient}" / f"s{exam.study}"


def _views(place: Path, films: Sequence[Film]) -> tuple[View, ...]:
    """The films that are here: frontal, frontal2, ..., lateral, ..."""
    views: list[View] = []
    for film in films:
        kind = "frontal" if film.projection.frontal else "lateral"
        number = 1 + sum(view.projection.frontal is film.projection.frontal for view in views)
        path = next((p for end in (".jpg", ".dcm") if (p := place / (film.dicom_id + end)).exists()), None)
        if path is not None:
            views.append(
                View(
                    id=kind + (str(number) if number > 1 else ""),
                    path=str(path.absolute()),
                    projection=film.projection,
                    width=film.width,
                    height=film.height,
                )
            )
    return tuple(views)


def _truth(folder: Path) -> Truth:
    """From the reports where there are any, else from the labels."""
    roots = [folder / root for root in _REPORTS]
    if not any(any(root.glob("p*/p*/s*.txt")) for root in roots):
        rows = labels(folder)
        if rows:
            return lambda exam: _labelled(rows.get(exam.study))
    return lambda exam: _read(roots, exam)


def _labelled(row: Row | None) -> tuple[None, tuple[Finding, ...], str | None]:
    return None, labelled_findings(row or {}), None if row else NO_LABELS


def _read(roots: Sequence[Path], exam: Exam) -> tuple[Report | None, tuple[Finding, ...], str | None]:
    file = next((f for root in roots if (f := _place(root, exam).with_suffix(".txt")).exists()), None)
    if file is None:
        return None, (), NO_REPORT
    report = read_text(file.read_text(encoding="utf-8", errors="replace"))
    findings = merge(mention.finding for mention in read_mentions(report))
    return report, findings, None if report.findings else NO_FINDINGS


def read_text(text: str) -> Report:
    """The sections of a MIMIC report, each on one line. What stands under no heading counts as its technique (it is the
    title), so that findings are only what a heading calls so; a preliminary reading above the title is left out."""
    _, title, final = text.partition(_TITLE)
    report = read_sections("Examination:\n" + (final if title else text))
    return Report(**{name: " ".join(part.split()) for name, part in report.model_dump().items()})


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.is_dir():
        raise SightlineError(
            f"`{path}`: is no folder, name the one that holds `files` and the tables of MIMIC-CXR-JPG."
        )
    return gather(path, _items(path), "`files/p10/...` with the films and reports that the tables name")


SOURCE = Source(
    name=NAME,
    title="MIMIC-CXR",
    licence=LICENCE,
    citation="Johnson et al., MIMIC-CXR, a de-identified publicly available database of chest radiographs with "
    "free-text reports, Scientific Data 6, 2019",
    load=_load,
    layout="the tables of MIMIC-CXR-JPG, `files/` with films, and the reports",
    obtain="credentialed access: https://physionet.org/content/mimic-cxr-jpg and https://physionet.org/content/mimic-cxr",
)
