from __future__ import annotations

from pathlib import Path

import pytest

from radiology.errors import SightlineError
from radiology.imaging.clinical import with_texts
from radiology.study import Study

STUDY = Study(study_id="s", patient_id="p", technique="Portable AP.", indication="Cough.")


def test_texts_are_given_or_read_and_what_is_not_given_stays(tmp_path: Path) -> None:
    (tmp_path / "why.txt").write_text("\ufeffFever\nfor a week \n", encoding="utf-8")
    (tmp_path / "letter.txt").write_text("Smoker, 40 pack years.")
    known = with_texts(STUDY, indication=f"@{tmp_path / 'why.txt'}", comparison=" none ", note=tmp_path / "letter.txt")
    assert (known.indication, known.comparison) == ("Fever\nfor a week", "none")
    assert (known.technique, known.note) == ("Portable AP.", "Smoker, 40 pack years.")
    assert with_texts(STUDY) == STUDY


@pytest.mark.parametrize("name", ["gone.txt", "", "."])
def test_a_text_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(SightlineError, match="cannot be read"):
        with_texts(STUDY, indication=f"@{tmp_path / name}")
