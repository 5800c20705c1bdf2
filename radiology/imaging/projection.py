"""The projection of a film, from its header or its file name."""

from __future__ import annotations

import re

from pydicom import Dataset

from radiology.study import Projection

_POSITIONS = {
    "PA": Projection.PA,
    "AP": Projection.AP,
    "LL": Projection.LATERAL,
    "RL": Projection.LATERAL,
    "LAT": Projection.LATERAL,
    "LATERAL": Projection.LATERAL,
}
_WORDS = (
    (Projection.PA, re.compile(r"\b(pa|postero[- ]?anterior)\b", re.IGNORECASE)),
    (Projection.AP, re.compile(r"\b(ap|antero[- ]?posterior)\b", re.IGNORECASE)),
    (Projection.LATERAL, re.compile(r"\b(lat|lateral|ll|rl)\b", re.IGNORECASE)),
)
_TEXTS = ("SeriesDescription", "ProtocolName", "AcquisitionDeviceProcessingDescription")


def projection_in(text: str) -> Projection:
    """The one projection that the words of `text` name; unknown where they name none, or several ("PA and lateral")."""
    named = [projection for projection, words in _WORDS if words.search(re.sub(r"[_.]", " ", text))]
    return named[0] if len(named) == 1 else Projection.UNKNOWN


def projection_of(header: Dataset) -> Projection:
    """From the first that tells: ViewPosition, view code, description, patient position, then orientation.

    Writers without a ViewPosition put PA or AP into PatientPosition. An orientation whose rows run towards the front or
    the back of the patient is a lateral; other orientations do not tell PA from AP.
    """
    position = str(header.get("ViewPosition") or "").strip().upper()
    codes = " ".join(str(item.get("CodeMeaning") or "") for item in header.get("ViewCodeSequence") or ())
    texts = (codes, *(str(header.get(name) or "") for name in _TEXTS), str(header.get("PatientPosition") or ""))
    told = (_POSITIONS.get(position, Projection.UNKNOWN), *map(projection_in, texts), _oriented(header))
    return next((projection for projection in told if projection is not Projection.UNKNOWN), Projection.UNKNOWN)


def _oriented(header: Dataset) -> Projection:
    rows = str((header.get("PatientOrientation") or [""])[0]).upper()
    return Projection.LATERAL if rows[:1] in ("A", "P") else Projection.UNKNOWN
