"""Further findings of the lungs, the pleura and the diaphragm."""

from __future__ import annotations

from radiology.vocabulary.term import Term, words

LUNGS = (
    Term(
        name="interstitial_pattern",
        text="interstitial pattern",
        synonyms=words(
            "interstitial prominence, interstitial disease, interstitial lung disease, interstitial thickening, "
            "interstitial opacity, interstitial opacities, interstitial changes, septal thickening, reticulation, "
            "reticulations, reticular markings, reticular pattern, reticular opacity, reticular opacities, "
            "reticulonodular pattern, reticulonodular opacities, reticulonodular markings"
        ),
        chexpert="Lung Opacity",
        dicom="112004",
    ),
    Term(
        name="bronchial_wall_thickening",
        text="bronchial wall thickening",
        synonyms=words("peribronchial thickening, peribronchial cuffing, bronchial cuffing, bronchial thickening"),
        chexpert="Lung Opacity",
    ),
    Term(
        name="bronchovascular_markings",
        text="increased bronchovascular markings",
        synonyms=words("bronchovascular prominence, prominent bronchovascular structures"),
    ),
    Term(
        name="bronchiectasis",
        text="bronchiectasis",
        synonyms=words("bronchiectases, bronchiectatic, bronchiectatic change, bronchiectatic changes"),
        snomed="12295008",
    ),
    Term(
        name="airways_disease",
        text="airways disease",
        synonyms=words(
            "reactive airways disease, reactive airway disease, small airways disease, small airway disease, airway "
            "disease, bronchitis, bronchiolitis, bronchospasm, asthma"
        ),
        sided=False,
    ),
    Term(
        name="cavitation",
        text="cavitation",
        synonyms=words(
            "cavitations, cavity, cavities, cavitary lesion, cavitary lesions, cavitary, cavitating, lung abscess, "
            "pulmonary abscess"
        ),
        chexpert="Lung Lesion",
    ),
    Term(
        name="metastasis",
        text="metastasis",
        synonyms=words(
            "metastases, metastatic disease, metastatic lesion, metastatic lesions, lung metastases, pulmonary "
            "metastases, pulmonary metastatic disease, lymphangitic carcinomatosis"
        ),
        chexpert="Lung Lesion",
        snomed="128462008",
    ),
    Term(
        name="miliary_pattern",
        text="miliary pattern",
        synonyms=words("miliary nodules, miliary opacities, miliary disease"),
        sided=False,
        chexpert="Lung Opacity",
        dicom="112129",
    ),
    Term(
        name="tuberculosis",
        text="tuberculosis",
        synonyms=words("tb, tuberculous, tuberculous disease, tubercular, mycobacterial infection"),
        snomed="56717001",
    ),
    Term(
        name="sarcoidosis",
        text="sarcoidosis",
        synonyms=words("sarcoid"),
        sided=False,
        snomed="31541009",
    ),
    Term(
        name="pneumoconiosis",
        text="pneumoconiosis",
        synonyms=words("silicosis, asbestosis"),
        sided=False,
        snomed="40122008",
    ),
    Term(name="aspiration", text="aspiration", synonyms=words("aspirated material")),
    Term(
        name="lung_hemorrhage",
        text="pulmonary hemorrhage",
        synonyms=words("pulmonary haemorrhage, alveolar hemorrhage, alveolar haemorrhage, lung hemorrhage"),
    ),
    Term(
        name="lung_contusion",
        text="pulmonary contusion",
        synonyms=words("pulmonary contusions, lung contusion, lung contusions"),
    ),
    Term(
        name="volume_loss",
        text="volume loss",
        synonyms=words("loss of volume, loss of lung volume"),
    ),
    Term(
        name="low_lung_volumes",
        text="low lung volumes",
        synonyms=words(
            "low lung volume, low volume lungs, hypoventilated, hypoaerated, hypoaeration, underexpanded, under "
            "expanded, poorly expanded, under inflated, low volumes, hypoinflation, hypoinflated, hypoexpansion, "
            "hypoventilation, hypoventilatory change, hypoventilatory changes, underinflation, underinflated, "
            "bronchovascular crowding, vascular crowding"
        ),
        sided=False,
        abnormal=False,
    ),
    Term(
        name="elevated_hemidiaphragm",
        text="elevated hemidiaphragm",
        synonyms=words("diaphragmatic elevation, diaphragmatic eventration, eventration, eventrations"),
    ),
    Term(
        name="pneumoperitoneum",
        text="pneumoperitoneum",
        synonyms=words(
            "free air, free abdominal air, free intraperitoneal air, intraperitoneal free air, free peritoneal air, "
            "free subdiaphragmatic air, subdiaphragmatic air, subdiaphragmatic free air, free intra-abdominal air, "
            "free gas, air under the diaphragm, air beneath the diaphragm"
        ),
        sided=False,
    ),
    Term(name="azygos_lobe", text="azygos lobe", synonyms=words("azygos fissure"), sided=False, abnormal=False),
    Term(name="nipple_shadow", text="nipple shadow", synonyms=words("nipple shadows"), abnormal=False),
    Term(
        name="calcification",
        text="calcification",
        synonyms=words(
            "calcifications, calcified density, calcified densities, calcified lesion, calcified lesions, calcific "
            "density, calcific densities, calcified lymph node, calcified lymph nodes, calcified nodes, calcified "
            "hilar lymph nodes, calcified mediastinal lymph nodes, calcified hilar nodes, calcified adenopathy, "
            "calcified lymphadenopathy, calcified hilar adenopathy, pleural calcification, pleural calcifications, "
            "mitral annular calcification, mitral annulus calcification, coronary artery calcification, coronary "
            "artery calcifications, coronary calcification, coronary calcifications, pericardial calcification"
        ),
        snomed="18115005",
    ),
)
