"""Whatever equipment writes a phantom's film, it shows the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import ExplicitVRLittleEndian

from radiology.imaging.films import read_film
from radiology.imaging.pixels import read_pixels
from radiology.phantom.dicom import (
    BITS,
    MODALITIES,
    SPACINGS,
    SYNTAXES,
    VOIS,
    Spacing,
    Variant,
    draw_variant,
    write_dicom,
)
from radiology.study import Projection, Study, View

HEIGHT, WIDTH = 32, 35
FILM = np.resize(np.arange(256, dtype=np.uint8), HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
VIEW = View(id="frontal", path="", projection=Projection.PA, width=WIDTH, height=HEIGHT, pixel_spacing=(0.5, 0.25))
SIDE = VIEW.model_copy(update={"id": "lateral", "projection": Projection.LATERAL})
STUDY = Study(study_id="s", patient_id="p", date=date(2020, 1, 6), sex="F", age=61, views=(VIEW, SIDE))


def _all() -> list[Variant]:
    """Every way from stored values to greys, the syntaxes and spacings taking turns."""
    found: list[Variant] = []
    for bits, inverted, modality, voi, padded in product(BITS, (False, True), MODALITIES, VOIS, (False, True)):
        turn = len(found)
        try:
            variant = Variant(bits, inverted, modality, voi, padded, SPACINGS[turn % 3], 1.2)
        except ValueError:
            continue
        found.append(replace(variant, syntax=list(SYNTAXES)[turn % len(SYNTAXES)], oriented=turn % 2 == 0))
    return found


def test_every_variant_shows_the_film(tmp_path: Path) -> None:
    variants = _all()
    assert len(variants) == 250
    for variant in variants:
        path = tmp_path / "film.dcm"
        write_dicom(path, FILM, STUDY, VIEW, variant)
        assert np.abs(read_pixels(path).astype(int) - FILM).max() <= 1, variant


def test_the_library_s_own_functions_show_it_too(tmp_path: Path) -> None:
    for variant in _all():
        path = tmp_path / "film.dcm"
        write_dicom(path, FILM, STUDY, VIEW, variant)
        file = dcmread(path)
        shown = apply_voi_lut(apply_modality_lut(pixel_array(file), file), file).astype(float)
        if variant.voi != "none":
            black, white = _range(variant)
            shown = np.rint((shown - black) / (white - black) * 255)
        assert np.abs((255 - shown if variant.inverted else shown) - FILM).max() <= 1, variant


def _range(variant: Variant) -> tuple[float, float]:
    """Of the library's output: of a table's entries, or of the levels of all values that the bits can hold."""
    if variant.voi == "LUT" or variant.modality == "lut":
        return 0.0, 65535.0
    largest = 2.0**variant.bits - 1
    ends = {"none": (0.0, largest), "slope": (-100.0, 0.5 * largest - 100), "falling": (largest, 0.0)}
    return ends[variant.modality]


@pytest.mark.parametrize("spacing", SPACINGS)
def test_the_spacing_is_that_in_the_patient(spacing: Spacing, tmp_path: Path) -> None:
    write_dicom(tmp_path / "film", FILM, STUDY, VIEW, Variant(spacing=spacing, magnification=1.2))
    assert read_film(tmp_path / "film", force=False).pixel_spacing == pytest.approx((0.5, 0.25))


@pytest.mark.parametrize(("right", "position"), [(False, "LL"), (True, "RL")])
def test_a_lateral_is_one_from_either_side(right: bool, position: str, tmp_path: Path) -> None:
    write_dicom(tmp_path / "film", FILM, STUDY, SIDE, Variant(right=right, oriented=True))
    assert dcmread(tmp_path / "film").ViewPosition == position
    assert read_film(tmp_path / "film", force=False).projection is Projection.LATERAL


def test_sex_and_age_are_in_the_header_where_they_are_known(tmp_path: Path) -> None:
    write_dicom(tmp_path / "film", FILM, STUDY, VIEW, Variant())
    assert (dcmread(tmp_path / "film").PatientSex, dcmread(tmp_path / "film").PatientAge) == ("F", "061Y")
    write_dicom(tmp_path / "film", FILM, STUDY.model_copy(update={"sex": None, "age": None}), VIEW)
    assert "PatientSex" not in dcmread(tmp_path / "film")


def test_padding_is_no_value_of_the_image(tmp_path: Path) -> None:
    write_dicom(tmp_path / "film", FILM, STUDY, VIEW, Variant(bits=12, voi="LINEAR", inverted=True, padded=True))
    file = dcmread(tmp_path / "film")
    assert file.PixelPaddingValue == 4095
    assert ((pixel_array(file) == 4095) == (FILM == 0)).all()


def test_the_draw_follows_the_seed_and_reaches_everything() -> None:
    drawn = [draw_variant(np.random.default_rng(seed)) for seed in range(400)]
    assert drawn == [draw_variant(np.random.default_rng(seed)) for seed in range(400)]
    assert {variant.bits for variant in drawn} == set(BITS)
    assert {variant.modality for variant in drawn} == set(MODALITIES)
    assert {variant.voi for variant in drawn} == set(VOIS)
    assert {variant.spacing for variant in drawn} == set(SPACINGS)
    assert {variant.syntax for variant in drawn} == set(SYNTAXES)


def test_what_cannot_be_encoded_is_refused() -> None:
    for wrong in (
        {"bits": 12},
        {"bits": 9, "voi": "LINEAR"},
        {"padded": True},
        {"voi": "SIGMOID"},
        {"bits": 12, "voi": "LUT", "modality": "falling"},
    ):
        with pytest.raises(ValueError, match="VOI"):
            Variant(**wrong)


def test_without_a_variant_the_greys_are_stored_as_they_are(tmp_path: Path) -> None:
    write_dicom(tmp_path / "film", FILM, STUDY.model_copy(update={"sex": None, "age": None}), VIEW)
    file = dcmread(tmp_path / "film")
    assert file.PixelData == FILM.tobytes()
    assert (file.PhotometricInterpretation, file.BitsAllocated, file.BitsStored, file.HighBit) == (
        "MONOCHROME2",
        8,
        8,
        7,
    )
    assert file.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert " ".join(element.keyword for element in file) == (
        "SOPClassUID SOPInstanceUID StudyDate Modality PatientName PatientID BodyPartExamined ViewPosition "
        "StudyInstanceUID SeriesInstanceUID SamplesPerPixel PhotometricInterpretation Rows Columns PixelSpacing "
        "BitsAllocated BitsStored HighBit PixelRepresentation PixelData"
    )
