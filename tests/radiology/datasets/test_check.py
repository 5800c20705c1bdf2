from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from radiology.datasets.check import DUPLICATE, IDENTIFIER, UNREADABLE, WRONG_SIZE, count_problems
from radiology.datasets.jsonl import write_cases
from radiology.errors import SightlineError
from radiology.study import Box, Case, Certainty, Finding, Projection, Report, Side, Study, View


def _case(folder: Path, name: str = "one", **changes: object) -> Case:
    """A clean case, its image written, with `changes` made to it."""
    path = folder / f"{name}.png"
    Image.new("L", (37, 41), sum(name.encode()) % 256).save(path)
    view = View(id="frontal", path=str(path), projection=Projection.PA, width=37, height=41)
    study = Study(study_id=name, patient_id=f"patient {name}", date=date(2020, 3, 4), views=(view,))
    return Case(study=study, source="made", licence="CC0-1.0").model_copy(update=changes)


def _count(folder: Path, *cases: Case, reread: bool = False) -> dict[str, int]:
    write_cases(folder / "studies.jsonl", cases)
    return count_problems(folder / "studies.jsonl", reread)


def test_a_clean_file_has_no_problems(tmp_path: Path) -> None:
    assert _count(tmp_path, _case(tmp_path), _case(tmp_path, "two"), reread=True) == {}


def test_images_are_opened(tmp_path: Path) -> None:
    gone, large = _case(tmp_path, "gone"), _case(tmp_path, "large")
    (tmp_path / "gone.png").unlink()
    Image.new("L", (38, 41)).save(tmp_path / "large.png")
    assert _count(tmp_path, gone, large) == {UNREADABLE: 1, WRONG_SIZE: 1}


def test_studies_and_patients_are_compared(tmp_path: Path) -> None:
    first = _case(tmp_path)
    again = first.model_copy(update={"split": "val"})
    assert _count(tmp_path, first, again) == {"study id used again": 1, "patient in several splits": 1}


@pytest.mark.parametrize(
    ("findings", "problem"),
    [
        ((Finding(name="dragon"),), "finding outside the vocabulary"),
        ((Finding(name="nodule", boxes=(Box(view="x", x0=0, y0=0, x1=1, y1=1),)),), "box on a view that is not there"),
        (
            (Finding(name="edema"), Finding(name="edema", certainty=Certainty.ABSENT)),
            "finding present and absent at once",
        ),
    ],
)
def test_findings_are_looked_at(findings: tuple[Finding, ...], problem: str, tmp_path: Path) -> None:
    assert _count(tmp_path, _case(tmp_path, findings=findings)) == {problem: 1}


def test_a_case_without_origin_is_counted(tmp_path: Path) -> None:
    assert _count(tmp_path, _case(tmp_path, licence="unknown")) == {"source or licence unknown": 1}


@pytest.mark.parametrize(
    ("text", "finding", "problem"),
    [
        ("There is a left pleural effusion.", Finding(name="pleural_effusion", side=Side.LEFT), None),
        (
            "There is a right pleural effusion.",
            Finding(name="pleural_effusion", side=Side.LEFT),
            "report and findings differ in side",
        ),
        (
            "There is no pleural effusion.",
            Finding(name="pleural_effusion", side=Side.LEFT),
            "report and findings differ in certainty",
        ),
        ("The heart is normal.", Finding(name="nodule"), "listed finding that the report does not state"),
    ],
)
def test_reports_are_read_again(text: str, finding: Finding, problem: str | None, tmp_path: Path) -> None:
    case = _case(tmp_path, findings=(finding,), report=Report(findings=text))
    assert _count(tmp_path, case) == {}
    found = _count(tmp_path, case, reread=True)
    assert (found.get(problem) == 1) if problem else found == {}


def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path) -> None:
    (tmp_path / "studies.jsonl").write_text("not json\n")
    with pytest.raises(SightlineError):
        count_problems(tmp_path / "studies.jsonl")


def test_one_image_in_two_studies_is_counted(tmp_path: Path) -> None:
    first, second = _case(tmp_path), _case(tmp_path, "two")
    (tmp_path / "two.png").write_bytes((tmp_path / "one.png").read_bytes())
    assert _count(tmp_path, first, second) == {DUPLICATE: 1}


@pytest.mark.parametrize("text", ["MRN: 123", "Discussed with Dr. Smith.", "Film of 03/04/2019.", "Call 555-123-4567."])
def test_identifiers_in_a_report_are_counted(text: str, tmp_path: Path) -> None:
    assert _count(tmp_path, _case(tmp_path, report=Report(findings=text))) == {IDENTIFIER: 1}


@pytest.mark.parametrize("text", ["Nodule of 4.5 cm in 2019.", "Discussed with Dr. XXXX.", "Heart 12/25 cm, T4-T5."])
def test_measures_and_removed_names_are_no_identifiers(text: str, tmp_path: Path) -> None:
    assert _count(tmp_path, _case(tmp_path, report=Report(findings=text))) == {}
