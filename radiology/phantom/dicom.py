"""A phantom film as a DICOM file (Digital X-Ray for presentation), as one of many kinds of equipment may write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

from radiology.phantom.greys import Modality, Scale, Voi
from radiology.study import Projection, Study, View

T = TypeVar("T")
Spacing = Literal["patient", "detector", "both"]
Syntax = Literal["explicit", "implicit", "deflated", "rle", "jpeg-ls", "jpeg-2000"]
SYNTAXES: dict[Syntax, UID] = {
    "explicit": ExplicitVRLittleEndian,
    "implicit": ImplicitVRLittleEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
    "rle": RLELossless,
    "jpeg-ls": JPEGLSLossless,
    "jpeg-2000": JPEG2000Lossless,
}
BITS = (8, 10, 12, 14, 16)
MODALITIES: tuple[Modality, ...] = ("none", "slope", "falling", "lut")
VOIS: tuple[Voi, ...] = ("none", "LINEAR", "LINEAR_EXACT", "SIGMOID", "LUT")
SPACINGS: tuple[Spacing, ...] = ("patient", "detector", "both")


@dataclass(frozen=True)
class Variant:
    """How equipment encodes a film. Whatever it is, the film shows the same within two greys.

    `bits` are stored; `inverted` is MONOCHROME1; `padded` marks black pixels with PixelPaddingValue. The spacing is
    told in the `patient` (PixelSpacing), on the `detector` with the `magnification`, or `both`. `oriented` adds
    PatientOrientation; `right` makes a lateral RL instead of LL. Raises ValueError for what cannot be encoded: tables
    and SIGMOID need 10 bits or more, a film without a VOI plain 8 bits, a VOI table whole levels from 0.
    """

    bits: int = 8
    inverted: bool = False
    modality: Modality = "none"
    voi: Voi = "none"
    padded: bool = False
    spacing: Spacing = "patient"
    magnification: float = 1.0
    oriented: bool = False
    right: bool = False
    syntax: Syntax = "explicit"

    def __post_init__(self) -> None:
        fine = self.bits == 8 or self.voi != "none"
        plain = self.modality == "none" and not self.padded
        if self.bits not in BITS or not fine or (self.voi == "none" and not plain):
            raise ValueError(f"{self.bits} bits, modality {self.modality} and padding need a VOI, not {self.voi}")
        if self.bits == 8 and (self.voi in {"SIGMOID", "LUT"} or self.modality == "lut"):
            raise ValueError(f"8 bits are too few for VOI {self.voi} and modality {self.modality}")
        if self.voi == "LUT" and self.modality in {"slope", "falling"}:
            raise ValueError(f"a VOI table needs whole levels from 0, not those of modality {self.modality}")


def draw_variant(rng: np.random.Generator) -> Variant:
    """Any variant that can be encoded; the same for the same state of `rng`."""
    bits = int(rng.choice(BITS))
    voi = _one(rng, [voi for voi in VOIS if (voi in {"SIGMOID", "LUT"} and bits > 8) or voi.startswith("LINEAR")])
    if bits == 8 and rng.random() < 0.5:
        voi = "none"
    allowed = [
        m for m in MODALITIES if not (m == "lut" and bits == 8) and not (m in {"slope", "falling"} and voi == "LUT")
    ]
    modality: Modality = "none" if voi == "none" or rng.random() < 0.5 else _one(rng, allowed)
    return Variant(
        bits=bits,
        inverted=bool(rng.random() < 0.4),
        modality=modality,
        voi=voi,
        padded=bool(voi != "none" and rng.random() < 0.25),
        spacing=_one(rng, SPACINGS),
        magnification=round(float(rng.uniform(1.03, 1.25)), 3),
        oriented=bool(rng.random() < 0.5),
        right=bool(rng.random() < 0.3),
        syntax=_one(rng, list(SYNTAXES)),
    )


def _one(rng: np.random.Generator, values: Sequence[T]) -> T:
    return values[int(rng.integers(len(values)))]


def write_dicom(path: Path, image: NDArray[np.uint8], study: Study, view: View, variant: Variant | None = None) -> None:
    """Write `image` [H, W] with the identity, date and projection of its study; UIDs follow from the study id.

    Without a `variant`: 8 bits as they are, Explicit VR Little Endian.
    """
    file = _identified(path, study, view)
    file.Rows, file.Columns = image.shape
    file.SamplesPerPixel, file.PixelRepresentation = 1, 0
    kind = variant or Variant()
    file.PhotometricInterpretation = "MONOCHROME1" if kind.inverted else "MONOCHROME2"
    file.BitsAllocated, file.BitsStored, file.HighBit = 8 if kind.bits == 8 else 16, kind.bits, kind.bits - 1
    file.PixelSpacing = list(view.pixel_spacing or (1.0, 1.0))
    if variant is None:
        file.PixelData = image.tobytes() + b"\0" * (image.size % 2)
    else:
        _describe(file, view, variant)
        _encode(file, image, variant)
    file.save_as(path, enforce_file_format=True)


def _identified(path: Path, study: Study, view: View) -> FileDataset:
    """Who, when, what and how projected."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[study.study_id, view.id])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID, file.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    file.StudyInstanceUID = generate_uid(entropy_srcs=[study.study_id])
    file.SeriesInstanceUID = generate_uid(entropy_srcs=[study.study_id, view.id, "series"])
    file.PatientID, file.PatientName = study.patient_id, "Phantom^Sightline"
    if study.sex is not None:
        file.PatientSex = study.sex
    if study.age is not None:
        file.PatientAge = f"{study.age:03d}Y"
    file.StudyDate = study.date.strftime("%Y%m%d") if study.date else ""
    file.Modality, file.BodyPartExamined = "DX", "CHEST"
    file.ViewPosition = "LL" if view.projection is Projection.LATERAL else str(view.projection)
    return file


def _describe(file: FileDataset, view: View, variant: Variant) -> None:
    """Where the film lies in space. The spacing on the detector is larger by the magnification."""
    lateral = view.projection is Projection.LATERAL
    if lateral and variant.right:
        file.ViewPosition = "RL"
    if variant.oriented:
        file.PatientOrientation = ["P", "F"] if lateral else ["L", "F"]
    if variant.spacing != "patient":
        spacing = view.pixel_spacing or (1.0, 1.0)
        file.ImagerPixelSpacing = [f"{mm * variant.magnification:.10g}" for mm in spacing]
        file.EstimatedRadiographicMagnificationFactor = variant.magnification
    if variant.spacing == "detector":
        del file.PixelSpacing
    file.PresentationLUTShape = "INVERSE" if variant.inverted else "IDENTITY"


def _encode(file: FileDataset, image: NDArray[np.uint8], variant: Variant) -> None:
    """Pixels and all that says how they are to be shown."""
    scale = Scale(variant.bits, variant.modality, variant.voi)
    white = np.arange(256) / 255
    stored = scale.stored(1 - white if variant.inverted else white)
    if variant.padded:
        stored[0] = 0 if stored[0] < stored[255] else scale.largest
        file.PixelPaddingValue = int(stored[0])
    scale.describe(file)
    pixels = stored.astype("u1" if variant.bits == 8 else "<u2")[image]
    file.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    syntax = SYNTAXES[variant.syntax]
    if syntax.is_encapsulated:
        file.compress(syntax, pixels, generate_instance_uid=False)
    else:
        file.file_meta.TransferSyntaxUID = syntax
