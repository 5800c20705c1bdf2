"""Twenty general questions with the entry that has to be cited and a fact it has to hold; twenty about the film."""

from __future__ import annotations

from pathlib import Path

import pytest

from mllm.draft.general import general
from retrieval.knowledge.base import KnowledgeBase

GENERAL = (
    ("What are mimics of pleural effusion?", "K1", "Pleural thickening"),
    ("How much fluid is needed to see a pleural effusion?", "K1", "200 mL"),
    ("Where should the tip of an endotracheal tube lie?", "K85", "about 5 cm above the carina, between 3 and 7 cm"),
    ("What is the silhouette sign?", "K12", "lose the border between them"),
    ("What are Kerley B lines?", "K17", "short (under 2 cm), horizontal"),
    ("What can be mistaken for a pneumothorax?", "K4", "skin fold"),
    ("How is a tension pneumothorax recognised?", "K5", "away from the pneumothorax"),
    ("What is the deep sulcus sign?", "K6", "supine film"),
    ("What is the upper limit of the cardiothoracic ratio?", "K55", "the upper limit is 0.50"),
    ("Why does the heart look larger on an AP film?", "K99", "farther from the detector"),
    ("How can I tell whether a patient is rotated?", "K101", "half way between the inner ends of the clavicles"),
    ("How many ribs should be counted for a good inspiration?", "K102", "ninth to tenth rib at the back"),
    ("Where should a nasogastric tube end?", "K87", "below it: at least about 10 cm"),
    ("Where should the tip of a central venous catheter lie?", "K89", "lower superior vena cava"),
    ("What does free air under the diaphragm look like?", "K53", "lucent crescent under the hemidiaphragm"),
    ("What do the Fleischner guidelines say about nodules?", "K24", "under 6 mm"),
    ("What causes bronchiectasis?", "K43", "cystic fibrosis"),
    ("How are vertebral fractures graded?", "K73", "grade 3 more than 40 %"),
    ("What is the spine sign?", "K104", "something in a lower lobe"),
    ("How should infiltrate be reported?", "K15", "Prefer opacity or consolidation"),
)
OF_THE_FILM = (
    "Is there a pleural effusion?",
    "Where is the tip of the endotracheal tube?",
    "How far is the tip from the carina?",
    "Is the tube where it should be?",
    "Is there a silhouette sign?",
    "Are there Kerley lines?",
    "What is the cardiothoracic ratio?",
    "Why is the heart enlarged?",
    "How does the heart look?",
    "What is the size of the mass?",
    "What causes the opacity in the right lower lobe?",
    "What are the mimics of this finding?",
    "What is the cause of the effusion?",
    "What abnormalities are seen?",
    "What is abnormal?",
    "How large is the pneumothorax?",
    "How many nodules are there?",
    "What has changed since the prior?",
    "What does the lateral view show?",
    "Could this be pneumonia or atelectasis?",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return KnowledgeBase(tmp_path_factory.mktemp("knowledge") / Path("none.sqlite"))


@pytest.mark.parametrize(("question", "number", "fact"), GENERAL)
def test_a_general_question_is_answered_by_the_entry_that_holds_the_fact(
    base: KnowledgeBase, question: str, number: str, fact: str
) -> None:
    found = base.find(question, general(question))
    assert general(question) is not None
    assert found[0].id == number
    assert fact in found[0].text


@pytest.mark.parametrize("question", OF_THE_FILM)
def test_a_question_about_the_film_is_not_general(question: str) -> None:
    assert general(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "What is malaria?",
        "What are the mimics of malaria?",
        "What causes chest pain?",
        "What is a hippopotamus?",
        "What is the",
    ],
)
def test_what_no_entry_is_about_has_no_answer(base: KnowledgeBase, question: str) -> None:
    assert base.find(question, general(question)) == ()
