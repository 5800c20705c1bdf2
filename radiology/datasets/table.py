"""Every data set that can be read. `Dataset` is what each of them loads."""

from __future__ import annotations

from radiology.datasets import hannover, jsonl, kermany, mimic_cxr, ms_cxr, nih, openi, slake, vqa_med_2019, vqa_rad
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
    mimic_cxr.SOURCE,
    ms_cxr.SOURCE,
    slake.SOURCE,
)

SOURCES: dict[str, Source] = {source.name: source for source in _SOURCES}
