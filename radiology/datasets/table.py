"""Every data set that can be read. `Dataset` is what each of them loads."""

from __future__ import annotations

from radiology.datasets import (
    chexpert_plus,
    chexpert_v1,
    dicom_folder,
    hannover,
    jsonl,
    kermany,
    mapped,
    mimic_cxr,
    ms_cxr,
    nih,
    openi,
    openi_kaggle,
    padchest,
    slake,
    vindr_cxr,
    vqa_med_2019,
    vqa_rad,
)
from radiology.datasets.source import Dataset, Source

__all__ = ["SOURCES", "Dataset", "Source"]

_SOURCES = (
    jsonl.SOURCE,
    nih.SOURCE,
    kermany.SOURCE,
    hannover.SOURCE,
    vqa_rad.SOURCE,
    vqa_med_2019.SOURCE,
    openi.SOURCE,
    openi_kaggle.SOURCE,
    mimic_cxr.SOURCE,
    ms_cxr.SOURCE,
    chexpert_v1.SOURCE,
    chexpert_plus.SOURCE,
    padchest.SOURCE,
    vindr_cxr.SOURCE,
    slake.SOURCE,
    dicom_folder.SOURCE,
    mapped.SOURCE,
)

SOURCES: dict[str, Source] = {source.name: source for source in _SOURCES}
