"""VinDr-CXR in its publisher's layout, with made-up films, and how several readers are heard together."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.pictures import MISSING, UNREADABLE
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.datasets.vindr_cxr import ALONE, NOT_PRESENT, OUTSIDE
from radiology.datasets.vindr_labels import VINDR_FINDINGS, Drawn, agreed, merged
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.study import Box, Certainty, Projection
from tests.radiology.imaging.films import HEIGHT, WIDTH, film, ramp, save

LABELS = (*VINDR_FINDINGS, "Nodule/Mass", "Other lesion", "Other diseases", "No finding")
BOX_HEAD = "image_id,rad_id,class_name,x_min,y_min,x_max,y_max\n"


def _row(image: str, reader: str, *labels: str) -> str:
    return ",".join((image, *([reader] if reader else []), *("1" if label in labels else "0" for label in LABELS)))


def _labels(folder: Path, part: str, *rows: str) -> None:
    head = ",".join(("image_id", *(["rad_id"] if part == "train" else []), *LABELS))
    (folder / "annotations").mkdir(exist_ok=True)
    (folder / "annotations" / f"image_labels_{part}.csv").write_text("\n".join((head, *rows)) + "\n")


def _boxes(folder: Path, *lines: str) -> None:
    (folder / "annotations" / "annotations_train.csv").write_text(BOX_HEAD + "\n".join(lines) + "\n")


def _film(folder: Path, image: str, part: str = "train") -> None:
    (folder / part).mkdir(exist_ok=True)
    save(film(ramp(0, 4000), 12), folder / part / f"{image}.dicom")


def _load(folder: Path) -> Dataset:
    return SOURCES["vindr_cxr"].load(folder, folder / "work")


def test_three_readers_are_heard_together(tmp_path: Path) -> None:
    _film(tmp_path, "a")
    _labels(
        tmp_path,
        "train",
        _row("a", "R1", "Cardiomegaly", "Rib fracture", "Nodule/Mass"),
        _row("a", "R2", "Cardiomegaly", "Clavicle fracture"),
        _row("a", "R3", "No finding"),
    )
    _boxes(
        tmp_path,
        "a,R1,Cardiomegaly,11,9,33,27",
        "a,R2,Cardiomegaly,11,9,33,18",
        "a,R1,Cardiomegaly,0,0,5,5",
        "a,R1,Rib fracture,1,1,5,5",
        "a,R1,Nodule/Mass,1,1,5,5",
        "a,R2,Cardiomegaly,50,50,60,60",
        "a,R3,No finding,,,,",
    )
    data = _load(tmp_path)
    (case,) = data.cases
    found = {f.name: f for f in case.findings}
    assert found.keys() == set(VINDR_FINDINGS.values())
    assert found["cardiomegaly"].boxes == (Box(view="frontal", x0=0.25, y0=0.25, x1=0.75, y1=0.625),)
    assert {f.name: f.certainty for f in case.findings if f.certainty is not Certainty.ABSENT} == {
        "cardiomegaly": Certainty.PRESENT,
        "fracture": Certainty.UNCERTAIN,
    }
    assert data.skipped == {ALONE: 1, NOT_PRESENT: 1, NO_COUNTERPART: 2, OUTSIDE: 1}
    view = case.study.views[0]
    assert (case.split, view.projection, view.width, view.height) == ("train", Projection.PA, WIDTH, HEIGHT)


def test_the_agreement_on_test_films_is_taken_as_it_is(tmp_path: Path) -> None:
    _film(tmp_path, "b", "test")
    _labels(tmp_path, "test", _row("b", "", "Pneumothorax"))
    head = BOX_HEAD.replace("rad_id,", "")
    lines = "b,Pneumothorax,0,0,22,18\nb,Pneumothorax,0,0,44,18\n"
    (tmp_path / "annotations" / "annotations_test.csv").write_text(head + lines)
    (case,) = _load(tmp_path).cases
    (present,) = case.present
    assert (case.split, present.name, [box.x1 for box in present.boxes]) == ("test", "pneumothorax", [0.5, 1.0])


def test_films_that_are_not_there_or_damaged_are_counted(tmp_path: Path) -> None:
    _film(tmp_path, "a")
    (tmp_path / "train" / "bad.dicom").write_bytes(b"\0" * 128 + b"DICM")
    _labels(tmp_path, "train", *(_row(image, "R1") for image in ("a", "bad", "gone")))
    data = _load(tmp_path)
    assert (len(data.cases), data.skipped) == (1, {UNREADABLE: 1, MISSING: 1})


def test_a_box_without_numbers_is_told(tmp_path: Path) -> None:
    _labels(tmp_path, "train", _row("a", "R1", "Edema"))
    _boxes(tmp_path, "a,R1,Edema,1,1,wide,5")
    with pytest.raises(SightlineError, match="film a has a box of no number"):
        _load(tmp_path)


def test_a_renamed_label_is_told(tmp_path: Path) -> None:
    _labels(tmp_path, "train", _row("a", "R1", "Edema"))
    file = tmp_path / "annotations" / "image_labels_train.csv"
    file.write_text(file.read_text().replace("Edema", "Oedema"))
    with pytest.raises(SightlineError, match="column Edema is missing"):
        _load(tmp_path)


def test_every_label_is_a_finding_of_ours() -> None:
    assert set(VINDR_FINDINGS.values()) <= FINDINGS.keys()


@pytest.mark.parametrize(("votes", "said"), [("111", "present"), ("110", "present"), ("100", "uncertain")])
def test_most_readers_decide(votes: str, said: str) -> None:
    assert agreed({str(place): vote == "1" for place, vote in enumerate(votes)}) == said


def _drawn(reader: str, x0: float, x1: float) -> Drawn:
    return Drawn(reader, Box(view="frontal", x0=x0, y0=0, x1=x1, y1=1))


def test_boxes_of_one_reader_never_join() -> None:
    boxes, lost = merged([_drawn("R1", 0, 0.5), _drawn("R1", 0, 0.5), _drawn("R2", 0, 0.25)], 3)
    assert ([box.x1 for box in boxes], lost) == ([0.375], 1)


def test_boxes_that_barely_meet_stay_apart() -> None:
    assert merged([_drawn("R1", 0, 0.5), _drawn("R2", 0.25, 0.75)], 3) == ((), 2)
