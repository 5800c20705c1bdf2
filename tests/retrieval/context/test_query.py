from __future__ import annotations

from radiology.study import Study
from retrieval.context.query import search_words


def test_indication_and_note_and_nothing_else() -> None:
    study = Study(study_id="s", patient_id="p", indication="Cough.", note="Referred for fever.", technique="PA")
    assert search_words(study) == "Cough.\nReferred for fever."
    assert search_words(Study(study_id="s", patient_id="p", indication=" ", comparison="None.")) == ""
