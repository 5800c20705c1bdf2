"""Further findings of the mediastinum, the hila and the great vessels."""

from __future__ import annotations

from radiology.vocabulary.term import Term, words

MEDIASTINUM = (
    Term(
        name="tortuous_aorta",
        text="tortuous aorta",
        synonyms=words("aortic tortuosity, torturous aorta, aortic elongation, aortic unfolding, aortic ectasia"),
        sided=False,
    ),
    Term(
        name="aortic_calcification",
        text="aortic calcification",
        synonyms=words(
            "aortic atheromatosis, aortic atherosclerosis, atherosclerosis, atherosclerotic, atherosclerotic "
            "disease, atherosclerotic change, atherosclerotic changes, atherosclerotic calcification, "
            "atherosclerotic calcifications, atherosclerotic vascular disease, atherosclerotic vascular "
            "calcification, vascular calcification, vascular calcifications, calcified vasculature, "
            "arteriosclerosis"
        ),
        sided=False,
    ),
    Term(
        name="aortic_dilatation",
        text="aortic dilatation",
        synonyms=words("aortic dilation, aortic aneurysm, dilated aorta, thoracic aneurysm"),
        sided=False,
    ),
    Term(
        name="hilar_enlargement",
        text="hilar enlargement",
        synonyms=words(
            "hilar prominence, hilar fullness, enlarged hilum, enlarged hila, prominent hila, prominent hilum"
        ),
    ),
    Term(
        name="lymphadenopathy",
        text="lymphadenopathy",
        synonyms=words(
            "adenopathy, lymphadenopathies, adenopathies, enlarged lymph nodes, enlarged nodes, lymph node "
            "enlargement, nodal enlargement"
        ),
        snomed="30746006",
    ),
    Term(
        name="pulmonary_artery_enlargement",
        text="pulmonary artery enlargement",
        synonyms=words("enlarged pulmonary artery, enlarged pulmonary arteries"),
        sided=False,
    ),
    Term(
        name="pulmonary_hypertension",
        text="pulmonary hypertension",
        synonyms=words("pulmonary arterial hypertension, pulmonary artery hypertension, pulmonary venous hypertension"),
        sided=False,
        snomed="70995007",
    ),
    Term(
        name="pulmonary_embolism",
        text="pulmonary embolism",
        synonyms=words("pulmonary embolus, pulmonary emboli, pulmonary infarct, pulmonary infarction"),
        snomed="59282003",
    ),
    Term(name="tracheal_shift", text="tracheal shift", synonyms=words("tracheal deviation, tracheal displacement")),
    Term(
        name="mediastinal_shift",
        text="mediastinal shift",
        synonyms=words("mediastinal deviation, mediastinal displacement"),
    ),
    Term(
        name="silhouette_sign",
        text="silhouette sign",
        synonyms=words(
            "obscured heart border, obscured cardiac border, obscured hemidiaphragm, obscured diaphragm, loss of the "
            "heart border, silhouetting"
        ),
        dicom="112152",
    ),
    Term(
        name="pneumomediastinum",
        text="pneumomediastinum",
        synonyms=words("mediastinal emphysema, mediastinal air, mediastinal gas"),
        sided=False,
        snomed="16838000",
    ),
    Term(
        name="goiter",
        text="goiter",
        synonyms=words("goitre, thyroid enlargement, enlarged thyroid"),
        sided=False,
        snomed="3716002",
    ),
    Term(
        name="dextrocardia",
        text="dextrocardia",
        synonyms=words("situs inversus"),
        sided=False,
        snomed="27637000",
    ),
    Term(name="right_aortic_arch", text="right-sided aortic arch", synonyms=words("right aortic arch"), sided=False),
)
