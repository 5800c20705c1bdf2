"""What is fuzzed: kinds of input, each with how one is made and with every reader that meets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.fuzz import texts
from benchmarks.fuzz.films import broken_dicom, broken_picture
from benchmarks.fuzz.valid_films import pictures
from eval.folder import items_hash, read_predicted, read_scores
from eval.journal import Journal
from eval.outside import read_outside
from eval.prediction import Prediction, read_predictions, write_predictions
from eval.stress.folder import read_stress
from mllm.draft.calibration.features import FEATURES, VALUES, Row
from mllm.draft.calibration.record import FILE, load_calibration
from mllm.model.heads import read_card
from radiology.datasets.csv_rows import csv_rows
from radiology.datasets.json_file import json_objects, read_json
from radiology.datasets.jsonl import read_cases, read_questions, write_cases, write_questions
from radiology.datasets.openi import SOURCE as OPENI
from radiology.errors import SightlineError
from radiology.imaging.films import film_files
from radiology.imaging.intake import read_studies
from radiology.imaging.pixels import read_pixels, read_size
from radiology.imaging.scope import file_not_chest
from radiology.reading.labelling import label_reports, read_openi
from radiology.reading.labels import chexpert_labels, nih_labels
from radiology.reading.report import read_report
from radiology.study import Case

Reader = Callable[[Path], object]
"""Reads a file that lies alone in a folder; raises SightlineError or AssertionError where its result is not sound."""


@dataclass(frozen=True)
class Input:
    """One kind of file: its name, how a damaged one is made and who reads it."""

    name: str
    make: Callable[[Random], bytes]
    readers: Mapping[str, Reader]


def _film(path: Path) -> None:
    pixels = read_pixels(path)
    assert pixels.dtype == "uint8" and pixels.shape[::-1] == read_size(path), "pixels and size disagree"  # noqa: PT018


def _studies(path: Path, force: bool) -> None:
    """What was taken in can be written and read again."""
    _kept(path.with_name("out.jsonl"), [Case(study=study) for study in read_studies([path], force)])


def _kept(out: Path, cases: list[Case]) -> None:
    write_cases(out, cases)
    assert read_cases(out) == cases, "cases are not the same when written and read again"


def _cases(path: Path) -> None:
    """Cases, and the films that they name, none of which is there."""
    cases = read_cases(path)
    _kept(path.with_name("out.jsonl"), cases)
    for view in (view for case in cases for view in case.study.views):
        with suppress(SightlineError):
            read_size(Path(view.path))


def _questions(path: Path) -> None:
    questions, out = read_questions(path), path.with_name("out.jsonl")
    write_questions(out, questions)
    assert read_questions(out) == questions, "questions are not the same when written and read again"


def _predictions(path: Path) -> None:
    rows, out = read_predictions(path), path.with_name("out.jsonl")
    write_predictions(out, rows)
    assert repr(read_predictions(out)) == repr(rows), "predictions are not the same when written and read again"


def _report(path: Path) -> None:
    text = path.read_bytes().decode(errors="replace")
    for read in (read_report, nih_labels, chexpert_labels):
        read(text)


def _table(path: Path) -> None:
    """The file is read under the name it would have: gzipped or not."""
    gzipped = path.read_bytes()[:2] == b"\x1f\x8b"
    for _ in csv_rows(path.rename(path.with_suffix(".csv.gz" if gzipped else ".csv")), ("id",)):
        pass


def _openi(folder: Path) -> object:
    return OPENI.load(folder, folder)


_FILM: dict[str, Reader] = {
    "pixels": _film,
    "size": read_size,
    "studies": partial(_studies, force=False),
    "studies by force": partial(_studies, force=True),
    "chest": file_not_chest,
    "folder": lambda path: list(film_files(path.parent)),
}
_LABELS: Reader = lambda path: label_reports(path, path.with_name("labels.csv"))  # noqa: E731


def _model(path: Path) -> None:
    """A calibration that is taken must also give confidences."""
    path.rename(path.with_name(FILE))
    calibration = load_calibration(path.parent, "h")
    if calibration is not None:
        row = Row((0.5,) * len(VALUES), None, ("nodule:absent",))
        confidence = calibration.confidence(row, calibration.kinds[0])
        assert 0 <= confidence <= 1, "a confidence is no probability"
        if {len(film) for kind in calibration.kinds for film in kind.films} == {2}:
            calibration.knows((0.6, 0.8))


def _heads(path: Path) -> None:
    path.rename(path.with_name("heads.json"))
    read_card(path.parent)


def _within(name: str, read: Callable[[Path], object], beside: Mapping[str, bytes] | None = None) -> Reader:
    """`read` takes the folder, in which the file is called `name` and other files lie `beside` it."""

    def reader(path: Path) -> object:
        for each, content in (beside or {}).items():
            (path.parent / each).parent.mkdir(exist_ok=True)
            (path.parent / each).write_bytes(content)
        return read(path.rename(path.with_name(name)).parent)

    return reader


def _json(name: str, valid: object, reader: Reader) -> Input:
    return Input(name, partial(texts.broken_json, valid), {name: reader})


def _lines(name: str, valid: object, readers: Mapping[str, Reader]) -> Input:
    return Input(name, partial(texts.broken_lines, valid), readers)


_CONFIDENCE = {
    "regression": {
        "intercept": 0.1,
        "weights": (0.5,) * len(FEATURES),
        "typical": [-1.0, -2.0],
        "offsets": {"nodule:absent": 0.2},
    },
    "abstain_below": 0.5,
    "n": 3,
}
CALIBRATION = {
    "version": 2,
    "model_hash": "h",
    "features": FEATURES,
    "coverage": 0.9,
    "risk": 0.1,
    "kinds": [
        {
            "name": "phantom",
            "n": 3,
            "films": [[1.0, 0.0], [0.6, 0.8]],
            "familiar": 0.5,
            "draft": _CONFIDENCE,
            "report": _CONFIDENCE,
            "bands": {"nodule": {"present": 0.2, "absent": 0.6, "shown": 2, "free": 3}},
        }
    ],
}
HEADS = {"image": ["nodule"], "thresholds": {"nodule": {"patch": 0.5, "lower": 0.1, "upper": 0.9}}}

FAMILIES: dict[str, tuple[Input, ...]] = {
    "dicom": (Input("dicom", broken_dicom, _FILM),),
    "raster": (Input("raster", broken_picture, _FILM),),
    "json": (
        _lines("cases", texts.CASE, {"cases": _cases}),
        _lines("questions", texts.QUESTION, {"questions": _questions}),
        _lines("predictions", texts.PREDICTION, {"predictions": _predictions, "journal": Journal}),
        _lines("outside", {"id": "s", "prediction": "x", "probability": 0.5}, {"outside": read_outside}),
        _lines("labels", texts.LABELLED, {"labels": _LABELS}),
        _json("objects", texts.OBJECTS, lambda path: (read_json(path), json_objects(path, "images"))),
        Input(
            "r2gen",
            partial(texts.broken_json, texts.OBJECTS),
            {"r2gen": _within("annotation.json", _openi, {"images/a.png": pictures()[0]})},
        ),
        _json("scores", texts.SCORES, _within("scores.json", read_scores)),
        _json(
            "run",
            {**texts.RUN, "items": items_hash([Prediction.model_validate(texts.PREDICTION)])},
            _within("run.json", read_predicted, {"predictions.jsonl": json.dumps(texts.PREDICTION).encode()}),
        ),
        _json("stress", texts.STRESS, _within("stress.json", read_stress)),
        _json("calibration", CALIBRATION, _model),
        _json("heads", HEADS, _heads),
    ),
    "csv": (Input("csv", texts.broken_csv, {"csv": _table}),),
    "xml": (
        Input("xml", texts.broken_xml, {"label": read_openi, "openi": _within("a.xml", _openi)}),
        Input("tgz", texts.broken_archive, {"tgz": _within("a.tgz", _openi)}),
    ),
    "text": (Input("text", texts.broken_report, {"reading": _report}),),
}
"""What `--reader` can name."""
