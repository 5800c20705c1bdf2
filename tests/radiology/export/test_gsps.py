"""The presentation state: what it holds, and how dcmtk shows a film through it."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, dcmread

from radiology.errors import SightlineError
from radiology.export.table import export
from radiology.imaging.dicom import dicom_pixels
from radiology.imaging.intake import read_studies
from radiology.phantom.dicom import Variant
from radiology.study import NOTICE, Draft, Study
from tests.radiology.export.drafts import CREATED, draft_of, sentence, study_in
from tests.radiology.imaging.films import film, ramp, save


def _gsps(draft: Draft, study: Study) -> Dataset:
    return dcmread(BytesIO(export(draft, study, CREATED, "gsps")))


def _shown_on(state: Dataset, path: str) -> list[Dataset]:
    uid = dcmread(path).SOPInstanceUID
    sequence = state.GraphicAnnotationSequence
    return [item for item in sequence if item.ReferencedImageSequence[0].ReferencedSOPInstanceUID == uid]


def test_each_film_has_the_notice_and_its_own_boxes(study: Study) -> None:
    state = _gsps(draft_of(study), study)
    assert (state.SeriesDescription, state.ContentLabel, state.ContentDescription) == (NOTICE, "DRAFT", NOTICE)
    frontal, lateral = (_shown_on(state, view.path) for view in study.views)
    assert [a.TextObjectSequence[0].UnformattedTextValue for a in lateral] == [f"{NOTICE}.", "3 endotracheal tube"]
    assert [a.TextObjectSequence[0].UnformattedTextValue for a in frontal] == [
        f"{NOTICE}.",
        "1, 5 nodule",
        "1 seen by the heads",
        "3 endotracheal tube",
    ]
    assert [a.GraphicLayer for a in frontal] == ["DRAFT", "DRAFT", "EVIDENCE", "DRAFT"]
    outline = lateral[1].GraphicObjectSequence[0]
    assert (outline.GraphicType, outline.GraphicAnnotationUnits) == ("POLYLINE", "PIXEL")
    np.testing.assert_allclose(outline.GraphicData, [88, 26, 110, 26, 110, 104, 88, 104, 88, 26])  # of 220 x 260


def test_films_of_other_sizes_are_shown_whole_and_undistorted(study: Study) -> None:
    areas = _gsps(draft_of(study), study).DisplayedAreaSelectionSequence
    assert [area.DisplayedAreaBottomRightHandCorner for area in areas] == [[200, 300], [220, 260]]
    assert [list(area.PresentationPixelSpacing) for area in areas] == [[0.5, 0.8]] * 2


def test_the_same_draft_gives_the_same_state(study: Study) -> None:
    assert export(draft_of(study), study, CREATED, "gsps") == export(draft_of(study), study, CREATED, "gsps")


def test_a_draft_without_boxes_is_a_state_with_the_notice(study: Study) -> None:
    state = _gsps(draft_of(study, sentence("Normal.")), study)
    assert len(state.GraphicAnnotationSequence) == len(study.views)


VARIANTS = [
    Variant(),
    Variant(bits=8, inverted=True),
    Variant(bits=12, voi="LINEAR", inverted=True),
    Variant(bits=16, voi="SIGMOID", modality="slope"),
    Variant(bits=12, voi="LUT", padded=True),
    Variant(bits=14, voi="LINEAR_EXACT", modality="lut"),
]


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_grey_levels_are_those_of_the_film(tmp_path: Path, variant: Variant) -> None:
    study = study_in(tmp_path / "s", variant)
    state, header = _gsps(draft_of(study), study), dcmread(study.views[0].path)
    assert state.PresentationLUTShape == ("INVERSE" if variant.inverted else "IDENTITY")
    for name in ("RescaleSlope", "RescaleIntercept", "ModalityLUTSequence"):
        assert state.get(name) == header.get(name)
    windows = state.get("SoftcopyVOILUTSequence") or [Dataset()] * 2
    for name in ("WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence"):
        assert windows[0].get(name) == header.get(name)


def test_a_deep_film_without_a_window_gets_the_range_that_it_uses(tmp_path: Path) -> None:
    uid = "1.2.3.4"
    path = save(film(ramp(1000, 3000), 16, SeriesInstanceUID=uid), tmp_path / "deep.dcm")
    study = read_studies([path])[0]
    window = _gsps(draft_of(study, sentence("Normal.")), study).SoftcopyVOILUTSequence[0]
    assert 1900 < window.WindowCenter < 2100
    assert 1900 < window.WindowWidth <= 2000


def test_films_that_one_state_cannot_show_are_refused(tmp_path: Path) -> None:
    colour = save(film(np.dstack([ramp(0, 255, "uint8")] * 3), SeriesInstanceUID="1.2"), tmp_path / "colour.dcm")
    study = read_studies([colour])[0]
    with pytest.raises(SightlineError, match=r"is in colour, .*export it as sr"):
        _gsps(draft_of(study, sentence("Normal.")), study)
    study = study_in(tmp_path / "s")
    header = dcmread(study.views[1].path)
    header.PhotometricInterpretation = "MONOCHROME1"
    header.save_as(study.views[1].path)
    with pytest.raises(SightlineError, match="other grey levels"):
        _gsps(draft_of(study), study)


@pytest.mark.skipif(shutil.which("dcmp2pgm") is None, reason="dcmtk is not installed")
@pytest.mark.parametrize("variant", VARIANTS[:3], ids=str)
def test_dcmtk_finds_it_sound_and_shows_the_film_through_it(tmp_path: Path, variant: Variant) -> None:
    """The boxes are burnt in by dcmp2pgm, so only what lies far from them is compared."""
    study = study_in(tmp_path / "s", variant)
    (tmp_path / "pr.dcm").write_bytes(export(draft_of(study, sentence("Normal.")), study, CREATED, "gsps"))
    check = subprocess.run(["dcmpschk", tmp_path / "pr.dcm"], capture_output=True, text=True, check=True)
    assert "Test passed" in check.stdout + check.stderr
    command = ["dcmp2pgm", "-p", str(tmp_path / "pr.dcm"), study.views[0].path, str(tmp_path / "shown.pgm")]
    subprocess.run(command, capture_output=True, check=True)
    with Image.open(tmp_path / "shown.pgm") as image:
        shown = np.asarray(image.convert("L"), np.float64)
    expected = dicom_pixels(Path(study.views[0].path)).astype(np.float64)
    assert shown.shape == expected.shape
    assert np.abs(shown - expected)[30:].mean() < 2
