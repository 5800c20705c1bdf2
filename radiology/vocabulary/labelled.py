"""The findings of the CheXpert-14 and NIH-14 label sets, and their next of kin."""

from __future__ import annotations

from radiology.vocabulary.term import Term, words

LABELLED = (
    Term(
        name="cardiomegaly",
        text="cardiomegaly",
        synonyms=words(
            "enlarged heart, enlarged heart silhouette, enlarged heart shadow, heart enlargement, cardiac "
            "enlargement, enlargement of the heart, enlarged cardiac silhouette, cardiac hypertrophy"
        ),
        sided=False,
        nih="Cardiomegaly",
        chexpert="Cardiomegaly",
        snomed="8186001",
    ),
    Term(
        name="pleural_effusion",
        text="pleural effusion",
        synonyms=words(
            "pleural effusions, effusion, effusions, pleural fluid, pleural fluid collection, pleural fluid "
            "collections, hydrothorax, hydropneumothorax, hemothorax, haemothorax, fluid in the pleural space, "
            "fluid in the fissure, fissural fluid, empyema, pyothorax, hemopneumothorax, haemopneumothorax, "
            "pyopneumothorax"
        ),
        nih="Effusion",
        chexpert="Pleural Effusion",
        snomed="60046008",
    ),
    Term(
        name="consolidation",
        text="consolidation",
        synonyms=words(
            "consolidations, consolidative change, consolidative changes, consolidative opacity, consolidative "
            "opacities, consolidated lung, airspace consolidation, air space consolidation, lobar consolidation, "
            "consolidating process"
        ),
        nih="Consolidation",
        chexpert="Consolidation",
        snomed="95436008",
    ),
    Term(
        name="nodule",
        text="nodule",
        synonyms=words(
            "nodules, pulmonary nodule, pulmonary nodules, lung nodule, lung nodules, nodular lesion, nodular "
            "lesions, fibronodular, nodularity, coin lesion, miliary nodules, micronodule, micronodules"
        ),
        nih="Nodule",
        chexpert="Lung Lesion",
        snomed="27925004",
    ),
    Term(
        name="pneumothorax",
        text="pneumothorax",
        synonyms=words(
            "pneumothoraces, pneumothoraxes, pneumothoracies, hydropneumothorax, hemopneumothorax, "
            "haemopneumothorax, pyopneumothorax, pleural air, pleural air collection, ptx"
        ),
        nih="Pneumothorax",
        chexpert="Pneumothorax",
        snomed="36118008",
    ),
    Term(
        name="atelectasis",
        text="atelectasis",
        synonyms=words(
            "atelectases, atelectatic, atelectatic change, atelectatic changes, lobar collapse, lung collapse, "
            "collapse, collapsed, subsegmental atelectasis, discoid atelectasis"
        ),
        nih="Atelectasis",
        chexpert="Atelectasis",
        snomed="46621007",
    ),
    Term(
        name="edema",
        text="pulmonary edema",
        synonyms=words(
            "edema, oedema, pulmonary oedema, interstitial edema, alveolar edema, lung edema, fluid overload, "
            "kerley b lines, kerley lines, kerley b-lines"
        ),
        sided=False,
        nih="Edema",
        chexpert="Edema",
        snomed="19242006",
    ),
    Term(
        name="pacemaker",
        text="pacemaker",
        synonyms=words(
            "pacemakers, pacer, pacing device, cardiac pacemaker, pacemaker generator, pacing leads, pacemaker "
            "leads, pacer leads"
        ),
        device=True,
        chexpert="Support Devices",
        snomed="14106009",
    ),
    Term(
        name="central_line",
        text="central venous line",
        synonyms=words(
            "central line, central lines, central venous lines, central venous catheter, central venous catheters, "
            "central catheter, venous catheter, picc, picc line, peripherally inserted central catheter, "
            "port-a-cath, portacath, portacatheter, mediport, chest port, infusion port, dialysis catheter, jugular "
            "line, jugular venous catheter, jugular venous line, ij line, ij catheter, dual-lumen catheter, "
            "tunneled catheter, pic catheter, subclavian venous catheter, hickman catheter, port, port catheter, "
            "vascular sheath, jugular catheter, subclavian line, subclavian catheter, central venous port, cvc, "
            "central venous access, venous line"
        ),
        device=True,
        chexpert="Support Devices",
        snomed="52124006",
    ),
    Term(
        name="infiltration",
        text="infiltrate",
        synonyms=words("infiltrates, infiltration, infiltrations, infiltrative change"),
        nih="Infiltration",
        chexpert="Lung Opacity",
        dicom="112121",
    ),
    Term(
        name="mass",
        text="mass",
        synonyms=words(
            "masses, mass lesion, lung mass, pulmonary mass, mass density, tumor, tumour, neoplasm, lung cancer, "
            "carcinoma, malignancy, neoplastic process"
        ),
        nih="Mass",
        chexpert="Lung Lesion",
        snomed="4147007",
    ),
    Term(
        name="pneumonia",
        text="pneumonia",
        synonyms=words("pneumonias, bronchopneumonia, pneumonic, pneumonitis, pneumonic process"),
        nih="Pneumonia",
        chexpert="Pneumonia",
        snomed="233604007",
    ),
    Term(
        name="emphysema",
        text="emphysema",
        synonyms=words("emphysematous, emphysematous change, emphysematous changes"),
        sided=False,
        nih="Emphysema",
        snomed="87433001",
    ),
    Term(
        name="fibrosis",
        text="fibrosis",
        synonyms=words("fibrotic, fibrotic change, fibrotic changes, pulmonary fibrosis, fibrosing, honeycombing"),
        nih="Fibrosis",
        snomed="51615001",
    ),
    Term(
        name="pleural_thickening",
        text="pleural thickening",
        synonyms=words(
            "thickened pleura, thickening of the pleura, pleural plaque, pleural plaques, apical capping, apical "
            "cap, apical pleural thickening, fissural thickening, thickening of the fissure, thickening in the "
            "fissure, fibrothorax"
        ),
        nih="Pleural_Thickening",
        chexpert="Pleural Other",
    ),
    Term(
        name="hernia",
        text="hiatal hernia",
        synonyms=words(
            "hiatus hernia, hiatal hernias, hernia, diaphragmatic hernia, intrathoracic stomach, morgagni hernia, "
            "bochdalek hernia"
        ),
        sided=False,
        nih="Hernia",
        snomed="84089009",
    ),
    Term(
        name="opacity",
        text="opacity",
        synonyms=words(
            "opacities, opacification, opacifications, opacified, airspace disease, air space disease, haziness, "
            "hazy density, infiltrative opacity, increased density, consolidative density, ground-glass, "
            "ground-glass opacity, ground-glass opacities, patchy density, patchy densities, streaky density, "
            "streaky densities, retrocardiac density, shadowing, airspace shadowing, air space shadowing, alveolar "
            "pattern, air bronchogram, air bronchograms"
        ),
        chexpert="Lung Opacity",
        dicom="112001",
    ),
    Term(
        name="enlarged_mediastinum",
        text="enlarged mediastinum",
        synonyms=words(
            "widened mediastinum, mediastinal widening, widening of the mediastinum, mediastinal enlargement, "
            "enlarged cardiomediastinal silhouette, prominent mediastinum, mediastinal prominence"
        ),
        sided=False,
        chexpert="Enlarged Cardiomediastinum",
    ),
    Term(
        name="fracture",
        text="fracture",
        synonyms=words(
            "fractures, fractured, broken rib, broken ribs, rib fracture, rib fractures, fracture deformity, "
            "fracture deformities, compression fracture, compression fractures"
        ),
        chexpert="Fracture",
        snomed="125605004",
    ),
    Term(
        name="scarring",
        text="scarring",
        synonyms=words("scar, scars, parenchymal scarring, scarred"),
        chexpert="Lung Opacity",
        snomed="12402003",
    ),
    Term(
        name="pleural_scarring",
        text="pleural scarring",
        synonyms=words(
            "pleural scar, pleural parenchymal scarring, pleuroparenchymal scarring, pleural-parenchymal scar"
        ),
        chexpert="Pleural Other",
    ),
    Term(
        name="bulla",
        text="bulla",
        synonyms=words(
            "bullae, bullous disease, bullous change, bullous changes, bleb, blebs, pneumatocele, pneumatoceles, "
            "lung cyst, lung cysts, pulmonary cyst, pulmonary cysts"
        ),
    ),
    Term(
        name="granuloma",
        text="granuloma",
        synonyms=words(
            "granulomas, granulomata, calcified granuloma, calcified granulomas, granulomatous disease, "
            "granulomatous process, granulomatous infection, histoplasmoma"
        ),
    ),
    Term(
        name="vascular_congestion",
        text="vascular congestion",
        synonyms=words(
            "pulmonary vascular congestion, venous congestion, pulmonary congestion, pulmonary venous congestion, "
            "vascular engorgement, venous engorgement, vascular redistribution, cephalization, vascular prominence, "
            "hilar congestion, hilar vascular congestion, vascular indistinctness, volume overload"
        ),
        sided=False,
        chexpert="Edema",
    ),
    Term(
        name="heart_failure",
        text="heart failure",
        synonyms=words("congestive heart failure, congestive failure, cardiac failure, cardiac decompensation, chf"),
        sided=False,
        chexpert="Edema",
        snomed="84114007",
    ),
    Term(
        name="hyperinflation",
        text="hyperinflation",
        synonyms=words(
            "hyperinflated, hyperexpansion, hyperexpanded, overinflation, overinflated, hyperaerated, "
            "hyperaeration, hyperdistended, hyperdistention, overexpanded, air trapping, copd, chronic obstructive "
            "pulmonary disease, obstructive lung disease"
        ),
        sided=False,
    ),
    Term(
        name="subcutaneous_emphysema",
        text="subcutaneous emphysema",
        synonyms=words("subcutaneous air, subcutaneous gas, soft tissue emphysema, surgical emphysema"),
    ),
    Term(
        name="pericardial_effusion",
        text="pericardial effusion",
        synonyms=words("pericardial effusions, pericardial fluid"),
        sided=False,
        snomed="373945007",
    ),
)
