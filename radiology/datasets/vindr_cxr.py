"""VinDr-CXR: PA films of two hospitals in Hanoi, each read by radiologists who set 28 labels and drew boxes for 22.

Training films were read by three radiologists each: a finding that most of them set is present, one that fewer set is
uncertain, one that none set is absent. Boxes of a present finding are grouped by overlap and averaged; those that no
second reader drew are left out and counted. Test films come with the agreement of five, taken as it is. Both clavicle
and rib fractures are `fracture`. Nothing says whose a film is: each counts as a patient of its own.
Files: `annotations/image_labels_train.csv`, `annotations_train.csv` and the same for `test` (in `annotations` or in the
folder itself), films `train/ID.dicom`, `test/ID.dicom`; see https://physionet.org/content/vindr-cxr/1.0.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from radiology.datasets.csv_rows import Row, csv_file, csv_rows
from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.pictures import MISSING, UNREADABLE, is_there, picture_view
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.datasets.vindr_labels import UNNAMED, VINDR_FINDINGS, Drawn, agreed, merged
from radiology.errors import SightlineError
from radiology.study import Box, Case, Certainty, Finding, Projection, Study, View

NAME = "vindr_cxr"
LICENCE = "PhysioNet Credentialed Health Data License 1.5.0"
ALONE = "box that too few readers drew"
OUTSIDE = "box outside its film"
NOT_PRESENT = "box of a finding that most readers do not see"
_PARTS = ("train", "test")
_EDGES = ("x_min", "y_min", "x_max", "y_max")
_WEIGHT = {Certainty.PRESENT: 2, Certainty.UNCERTAIN: 1, Certainty.ABSENT: 0}


class Line(NamedTuple):
    """One box of the file, edges in px."""

    label: str
    reader: str
    edges: tuple[float, float, float, float]


def _items(folder: Path) -> Iterator[Item]:
    for part in _PARTS:
        labels = _table(folder, f"image_labels_{part}.csv")
        if labels is None:
            continue
        boxes = _boxes(folder, part)
        for image, rows in _by_image(labels).items():
            yield from _film(folder / part, image, rows, boxes.get(image, ()), part)


def _table(folder: Path, name: str) -> Path | None:
    return csv_file(folder / "annotations", name) or csv_file(folder, name)


def _by_image(file: Path) -> dict[str, list[Row]]:
    """Raises SightlineError for a table that lacks one of the labels that we name."""
    found: dict[str, list[Row]] = {}
    for row in csv_rows(file, ("image_id", *VINDR_FINDINGS)):
        found.setdefault(row["image_id"], []).append(row)
    return found


def _boxes(folder: Path, part: str) -> dict[str, list[Line]]:
    """By film. Lines without a box say "No finding". Raises SightlineError for edges that are no numbers."""
    file = _table(folder, f"annotations_{part}.csv")
    found: dict[str, list[Line]] = {}
    for row in csv_rows(file, ("image_id", "class_name", *_EDGES)) if file else ():
        if not any(row[edge].strip() for edge in _EDGES):
            continue
        try:
            x0, y0, x1, y1 = (float(row[edge]) for edge in _EDGES)
        except ValueError as error:
            raise SightlineError(f"`{file}`: film {row['image_id']} has a box of no number ({error}).") from error
        found.setdefault(row["image_id"], []).append(Line(row["class_name"], row.get("rad_id", ""), (x0, y0, x1, y1)))
    return found


def _film(folder: Path, image: str, rows: Sequence[Row], lines: Sequence[Line], part: str) -> Iterator[Item]:
    path = next((p for end in (".dicom", ".dcm") if is_there(p := folder / f"{image}{end}")), None)
    view = picture_view(path.absolute(), Projection.PA) if path else None
    if view is None:
        yield UNREADABLE if path else MISSING
        return
    certain = _certainties(rows)
    yield from (NO_COUNTERPART for label in UNNAMED if any(_set(row.get(label)) for row in rows))
    drawn: dict[str, list[Drawn]] = {}
    for line in lines:
        name, box = VINDR_FINDINGS.get(line.label), _box(line, view)
        if name is None or box is None or certain[name] is not Certainty.PRESENT:
            yield _flaw(name, box)
        else:
            drawn.setdefault(name, []).append(Drawn(line.reader, box))
    averaged = {name: merged(boxes, len(rows)) for name, boxes in drawn.items()}
    yield from (ALONE for _, lost in averaged.values() for _ in range(lost))
    boxes = {name: found for name, (found, _) in averaged.items()}
    findings = tuple(Finding(name=n, certainty=c, boxes=boxes.get(n, ())) for n, c in certain.items())
    study = Study(study_id=image, patient_id=image, views=(view,))
    yield Case(study=study, findings=findings, source=NAME, licence=LICENCE, split=part), ()


def _flaw(name: str | None, box: Box | None) -> str:
    if name is None:
        return NO_COUNTERPART
    return OUTSIDE if box is None else NOT_PRESENT


def _certainties(rows: Sequence[Row]) -> Mapping[str, Certainty]:
    """Finding -> what its readers say; of two labels that are one finding, the more certain."""
    found: dict[str, Certainty] = {}
    for label, name in VINDR_FINDINGS.items():
        said = agreed({str(reader): _set(row[label]) for reader, row in enumerate(rows)})
        found[name] = max(found.get(name, said), said, key=_WEIGHT.__getitem__)
    return found


def _set(cell: str | None) -> bool:
    return (cell or "").strip().removesuffix(".0") == "1"


def _box(line: Line, view: View) -> Box | None:
    """Fractions of the film, cut at its edge; None where nothing is left."""
    x0, x1 = (min(max(x / view.width, 0.0), 1.0) for x in line.edges[::2])
    y0, y1 = (min(max(y / view.height, 0.0), 1.0) for y in line.edges[1::2])
    return Box(view=view.id, x0=x0, y0=y0, x1=x1, y1=y1) if x0 < x1 and y0 < y1 else None


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not any(_table(path, f"image_labels_{part}.csv") for part in _PARTS):
        raise SightlineError(
            f"`{path}`: `annotations/image_labels_train.csv` is missing, name the folder of VinDr-CXR."
        )
    return gather(path, _items(path), "`train/ID.dicom` with the films that the tables name")


SOURCE = Source(
    name=NAME,
    title="VinDr-CXR",
    licence=LICENCE,
    citation="Nguyen et al., VinDr-CXR: an open dataset of chest X-rays with radiologist's annotations, "
    "Scientific Data 9, 2022",
    load=_load,
    layout="`annotations/*.csv` with `train/` and `test/` DICOM files",
    obtain="credentialed access: https://physionet.org/content/vindr-cxr",
)
