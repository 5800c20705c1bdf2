"""A phantom film as a DICOM file (Digital X-Ray for presentation, Explicit VR Little Endian)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

from radiology.study import Projection, Study, View


def write_dicom(path: Path, image: NDArray[np.uint8], study: Study, view: View) -> None:
    """Write `image` [H, W] with the identity, date and projection of its study; UIDs follow from the study id."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[study.study_id, view.id])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID, file.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    file.StudyInstanceUID = generate_uid(entropy_srcs=[study.study_id])
    file.SeriesInstanceUID = generate_uid(entropy_srcs=[study.study_id, view.id, "series"])
    file.PatientID, file.PatientName = study.patient_id, "Phantom^Sightline"
    file.StudyDate = study.date.strftime("%Y%m%d") if study.date else ""
    file.Modality, file.BodyPartExamined = "DX", "CHEST"
    file.ViewPosition = "LL" if view.projection is Projection.LATERAL else str(view.projection)
    file.Rows, file.Columns = image.shape
    file.PixelSpacing = list(view.pixel_spacing or (1.0, 1.0))
    file.SamplesPerPixel, file.PhotometricInterpretation = 1, "MONOCHROME2"
    file.BitsAllocated = file.BitsStored = 8
    file.HighBit, file.PixelRepresentation = 7, 0
    file.PixelData = image.tobytes() + b"\0" * (image.size % 2)
    file.save_as(path, enforce_file_format=True)
