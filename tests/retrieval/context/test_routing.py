from __future__ import annotations

import pytest

from radiology.study import Case, Certainty, Finding, Projection, Report, Study, View
from retrieval.context.routing import case_barred, route, silent_barred

PA, AP, LATERAL, UNKNOWN = Projection.PA, Projection.AP, Projection.LATERAL, Projection.UNKNOWN


def _study(*projections: Projection, **more: str) -> Study:
    views = tuple(View(id=str(i), path="", projection=p, width=8, height=8) for i, p in enumerate(projections))
    return Study(study_id="s", patient_id="p", views=views, **more)


def _case(*projections: Projection, **known: Certainty) -> Case:
    return Case(study=_study(*projections), findings=tuple(Finding(name=n, certainty=c) for n, c in known.items()))


@pytest.mark.parametrize(
    ("question", "kind", "findings"),
    [
        ("", "report", ()),
        ("  ", "report", ()),
        ("Is there a pleural effusion?", "film", ("pleural_effusion",)),
        ("Where is the consolidation?", "film", ("consolidation",)),
        ("What abnormalities are seen?", "film", ()),
        ("What does a consolidation mean?", "meaning", ("consolidation",)),
        ("How is atelectasis told from consolidation?", "meaning", ("atelectasis", "consolidation")),
        ("What mimics a pneumothorax?", "meaning", ("pneumothorax",)),
        ("Has the effusion changed since the last film?", "change", ("pleural_effusion",)),
        ("Is the nodule larger?", "change", ("nodule",)),
        ("Is there a nodule larger than 3 mm?", "film", ("nodule",)),
        ("What degenerative changes are seen?", "film", ("vertebral_degeneration",)),
        ("How would you describe the heart?", "film", ()),
        ("How would you tell edema from pneumonia?", "meaning", ("edema", "pneumonia")),
    ],
)
def test_what_kind_of_question(question: str, kind: str, findings: tuple[str, ...]) -> None:
    way = route(_study(PA), question)
    assert (way.kind, way.findings) == (kind, findings)


@pytest.mark.parametrize(
    ("study", "lateral", "projection"),
    [
        (_study(LATERAL, PA), False, PA),
        (_study(LATERAL), True, LATERAL),
        (_study(UNKNOWN), False, UNKNOWN),
        (_study(UNKNOWN, technique="Portable supine chest film."), False, AP),
        (_study(PA, technique="portable"), False, PA),
        (_study(), False, UNKNOWN),
    ],
)
def test_what_kind_of_film(study: Study, lateral: bool, projection: Projection) -> None:
    way = route(study)
    assert (way.lateral, way.projection) == (lateral, projection)


def test_frontals_beside_frontals() -> None:
    assert case_barred(route(_study(PA)), _case(LATERAL)) == "its film is a lateral, this one a frontal"
    assert case_barred(route(_study(LATERAL)), _case(AP)) == "its film is a frontal, this one a lateral"
    assert case_barred(route(_study(PA)), _case(PA, LATERAL)) == ""
    assert case_barred(route(_study(AP)), _case(UNKNOWN)) == ""
    assert case_barred(route(_study(PA)), _case()) == ""


def test_the_size_of_a_heart_is_compared_on_films_of_one_kind() -> None:
    asked = route(_study(PA), "Is there cardiomegaly?")
    assert case_barred(asked, _case(AP)) == "its film is an AP, this one a PA: hearts differ in size"
    assert case_barred(asked, _case(PA)) == case_barred(asked, _case(UNKNOWN)) == ""
    assert case_barred(route(_study(PA), "Is there an effusion?"), _case(AP)) == ""


def test_what_cases_do_not_answer() -> None:
    assert case_barred(route(_study(PA), "What does a consolidation mean?"), _case(PA)) != ""
    assert case_barred(route(_study(PA), "Has the effusion changed?"), _case(PA)) != ""


def test_silent_cases_give_way_only_where_both_answers_are_held() -> None:
    asked = route(_study(PA), "Is there a pleural effusion?")
    yes, no = _case(PA, pleural_effusion=Certainty.PRESENT), _case(PA, pleural_effusion=Certainty.ABSENT)
    silent = _case(PA, nodule=Certainty.PRESENT)
    reason = "nothing is known there of what is asked"
    assert silent_barred(asked, [yes, silent, no]) == ["", reason, ""]
    assert silent_barred(asked, [yes, silent, yes]) == ["", "", ""]
    assert silent_barred(route(_study(PA)), [yes, silent, no]) == ["", "", ""]
    assert silent_barred(asked, []) == []


def test_reports_are_read_where_no_finding_is_listed() -> None:
    asked = route(_study(PA), "Is there a pleural effusion?")
    texts = ("Small left pleural effusion.", "No pleural effusion.", "Nodule.")
    cases = [Case(study=_study(PA), report=Report(findings=text)) for text in texts]
    assert [bool(each) for each in silent_barred(asked, cases)] == [False, False, True]
