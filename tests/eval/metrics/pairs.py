"""Report texts in pairs, of our own writing, to try a metric on: `(reference, changed)`, 20 pairs a kind.

In NEGATION_FLIPS the presence of one finding is turned, in SIDE_FLIPS the side of one; all else is equal. PARAPHRASES
say the same findings, certainties, sides, severities and changes in clearly different words.
"""

from __future__ import annotations

Pairs = tuple[tuple[str, str], ...]

NEGATION_FLIPS: Pairs = (
    (
        "Small left pleural effusion. No pneumothorax.",
        "Small left pleural effusion. There is a pneumothorax.",
    ),
    (
        "There is a moderate right pleural effusion. The heart is enlarged. No focal consolidation.",
        "There is a moderate right pleural effusion. The heart is not enlarged. No focal consolidation.",
    ),
    (
        "Patchy consolidation in the left lower lobe. No pleural effusion is seen.",
        "Patchy consolidation in the left lower lobe. A pleural effusion is seen.",
    ),
    (
        "Right apical pneumothorax. Right chest tube in place. No pulmonary edema.",
        "Right apical pneumothorax. Right chest tube in place. Mild pulmonary edema.",
    ),
    (
        "Linear atelectasis at the left base and mild cardiomegaly.",
        "Linear atelectasis at the left base without cardiomegaly.",
    ),
    (
        (
            "FINDINGS: 9 mm nodule in the right upper lobe. Lungs otherwise clear. No hilar enlargement.\n"
            "IMPRESSION: Right upper lobe nodule."
        ),
        (
            "FINDINGS: 9 mm nodule in the right upper lobe. Lungs otherwise clear. Hilar enlargement.\n"
            "IMPRESSION: Right upper lobe nodule."
        ),
    ),
    (
        "Left subclavian central venous catheter with its tip in the SVC. No evidence of pneumothorax or effusion.",
        "Left subclavian central venous catheter with its tip in the SVC. Pneumothorax without evidence of effusion.",
    ),
    (
        "The right hemidiaphragm is elevated. Right basilar atelectasis is present. The heart size is normal.",
        "The right hemidiaphragm is elevated. Right basilar atelectasis is absent. The heart size is normal.",
    ),
    (
        "Consolidation in the right middle lobe, consistent with pneumonia. There is no pleural effusion.",
        "Consolidation in the right middle lobe without evidence of pneumonia. There is no pleural effusion.",
    ),
    (
        "Left-sided pacemaker. Moderate cardiomegaly with pulmonary edema. Small left effusion.",
        "Left-sided pacemaker. Moderate cardiomegaly with no pulmonary edema. Small left effusion.",
    ),
    (
        "Large left pleural effusion with adjacent atelectasis. Mediastinum is not widened.",
        "Large left pleural effusion with adjacent atelectasis. Mediastinum is widened.",
    ),
    (
        "Acute fracture of the left sixth rib. Neither pneumothorax nor pleural effusion is identified.",
        "No acute fracture of the left sixth rib. Neither pneumothorax nor pleural effusion is identified.",
    ),
    (
        "1. Cavitary lesion in the left upper lobe.\n2. No lymphadenopathy.\n3. No pleural effusion.",
        "1. Cavitary lesion in the left upper lobe.\n2. Lymphadenopathy.\n3. No pleural effusion.",
    ),
    (
        "Emphysema with flattened diaphragms. Left apical scarring. Lungs are free of infiltrate.",
        "Emphysema with flattened diaphragms. No left apical scarring. Lungs are free of infiltrate.",
    ),
    (
        "A right-sided PICC is present. There are small bilateral pleural effusions. No pneumothorax.",
        "A right-sided PICC is present. There are no bilateral pleural effusions. No pneumothorax.",
    ),
    (
        "Pleural thickening on the right. Calcified aorta. No acute fracture.",
        "Pleural thickening on the right. No calcification of the aorta. No acute fracture.",
    ),
    (
        "Right upper lobe mass. The aorta is tortuous. Osteopenia. No rib destruction or fracture.",
        "Right upper lobe mass. The aorta is not tortuous. Osteopenia. No rib destruction or fracture.",
    ),
    (
        "Hazy opacity in the left mid zone. Hiatal hernia. No vascular congestion.",
        "Hazy opacity in the left mid zone. No hiatal hernia. No vascular congestion.",
    ),
    (
        "IMPRESSION: Left lower lobe pneumonia with a small parapneumonic effusion. No cavitation.",
        "IMPRESSION: Left lower lobe pneumonia with a small parapneumonic effusion and cavitation.",
    ),
    (
        "Subcutaneous emphysema along the right chest wall. No residual pneumothorax. Endotracheal tube in place.",
        "Subcutaneous emphysema along the right chest wall. Residual pneumothorax. Endotracheal tube in place.",
    ),
)

SIDE_FLIPS: Pairs = (
    (
        "Small left pleural effusion. No pneumothorax.",
        "Small right pleural effusion. No pneumothorax.",
    ),
    (
        "Consolidation in the right upper lobe. The heart is enlarged.",
        "Consolidation in the left upper lobe. The heart is enlarged.",
    ),
    (
        "There is atelectasis at the left lung base and a right pleural effusion.",
        "There is atelectasis at the right lung base and a right pleural effusion.",
    ),
    (
        "A 12 mm nodule projects over the left mid zone. No consolidation.",
        "A 12 mm nodule projects over the right mid zone. No consolidation.",
    ),
    (
        "Left apical pneumothorax, new. Left chest tube has been removed. Mild cardiomegaly.",
        "Right apical pneumothorax, new. Left chest tube has been removed. Mild cardiomegaly.",
    ),
    (
        "Right internal jugular line ends in the superior vena cava. Left lower lobe opacity. No pneumothorax.",
        "Left internal jugular line ends in the superior vena cava. Left lower lobe opacity. No pneumothorax.",
    ),
    (
        "The left hemidiaphragm is elevated. Heart size is normal.",
        "The right hemidiaphragm is elevated. Heart size is normal.",
    ),
    (
        "Healing fractures of the right seventh and eighth ribs. No pleural effusion.",
        "Healing fractures of the left seventh and eighth ribs. No pleural effusion.",
    ),
    (
        "Moderate left effusion, increased since the prior study. Stable right basilar atelectasis.",
        "Moderate right effusion, increased since the prior study. Stable right basilar atelectasis.",
    ),
    (
        "FINDINGS: Mass in the lingula. No lymphadenopathy.\nIMPRESSION: Left lung mass.",
        "FINDINGS: Mass in the middle lobe. No lymphadenopathy.\nIMPRESSION: Right lung mass.",
    ),
    (
        "Prominent left hilum. Pulmonary vascularity is normal. No effusion.",
        "Prominent right hilum. Pulmonary vascularity is normal. No effusion.",
    ),
    (
        "Pleural plaques on the left. Right-sided pacemaker. No edema.",
        "Pleural plaques on the right. Right-sided pacemaker. No edema.",
    ),
    (
        "The trachea is deviated to the left. Large right pleural effusion. No pneumothorax.",
        "The trachea is deviated to the right. Large right pleural effusion. No pneumothorax.",
    ),
    (
        "Cavity in the left apex; scarring in the right apex.",
        "Cavity in the left apex; scarring in the left apex.",
    ),
    (
        "Volume loss on the right. Left pleural thickening. The heart is not enlarged.",
        "Volume loss on the left. Left pleural thickening. The heart is not enlarged.",
    ),
    (
        "Left retrocardiac consolidation. Possible small right effusion.",
        "Left retrocardiac consolidation. Possible small left effusion.",
    ),
    (
        "Blunting of the right costophrenic angle. Left perihilar opacity. No pneumothorax.",
        "Blunting of the left costophrenic angle. Left perihilar opacity. No pneumothorax.",
    ),
    (
        "Subcutaneous emphysema on the right. Small right pneumothorax. Endotracheal tube above the carina.",
        "Subcutaneous emphysema on the left. Small right pneumothorax. Endotracheal tube above the carina.",
    ),
    (
        "Calcified granuloma in the right lower lobe. Scoliosis. No focal consolidation.",
        "Calcified granuloma in the left lower lobe. Scoliosis. No focal consolidation.",
    ),
    (
        "Bronchiectasis in the left lower lobe; no effusion on the left. Hyperinflated lungs.",
        "Bronchiectasis in the right lower lobe; no effusion on the left. Hyperinflated lungs.",
    ),
)

PARAPHRASES: Pairs = (
    (
        "There is a small left pleural effusion. No pneumothorax.",
        "Pneumothorax is not identified. A trace of pleural fluid has collected on the left.",
    ),
    (
        "The heart is mildly enlarged. Right lower lobe consolidation.",
        "Airspace consolidation occupies the lower lobe of the right lung. Mild cardiomegaly.",
    ),
    (
        "Large right pleural effusion, increased since the prior study. No pulmonary edema.",
        "Worsening massive effusion on the right. The film is free of pulmonary oedema.",
    ),
    (
        "Unchanged left basilar atelectasis. Normal heart size.",
        "Atelectatic change at the left base is stable. The cardiac silhouette is unremarkable.",
    ),
    (
        "New right apical pneumothorax. The left lung is clear of nodules.",
        "Interval development of a pneumothorax at the right apex. No nodule in the left lung.",
    ),
    (
        "Possible left lower lobe pneumonia. Scarring at the right apex. No pleural effusion.",
        "Right apical scar, without pleural fluid. Pneumonia of the left lower lobe cannot be excluded.",
    ),
    (
        "Moderate bilateral pleural effusions. Mild pulmonary edema.",
        "Mild interstitial edema is noted. There are pleural effusions on both sides, moderate in size.",
    ),
    (
        "The right pneumothorax has resolved. Small right pleural effusion persists.",
        "Resolution of the right pneumothorax. There is an unchanged trace of pleural fluid on the right.",
    ),
    (
        "Left pacemaker. No cardiomegaly. No vascular congestion.",
        "The heart is not enlarged and pulmonary vascularity is normal. A pacing device overlies the left chest.",
    ),
    (
        "Elevated right hemidiaphragm. Tortuous aorta. No consolidation.",
        "No airspace consolidation. There is elevation of the right hemidiaphragm. The aorta is elongated.",
    ),
    (
        "FINDINGS: 14 mm nodule in the left upper lobe. No lymphadenopathy.\nIMPRESSION: Left upper lobe nodule.",
        (
            "FINDINGS: A pulmonary nodule of 1.4 cm lies in the upper lobe of the left lung. Adenopathy is absent.\n"
            "IMPRESSION: Pulmonary nodule on the left."
        ),
    ),
    (
        "Small right pleural effusion, smaller than before. Decreased pulmonary edema.",
        "Pulmonary oedema has improved. The tiny right effusion has diminished.",
    ),
    (
        "Old right rib fractures. Scoliosis. No pneumothorax.",
        "There is scoliotic curvature. Previously fractured ribs on the right have healed. Negative for pneumothorax.",
    ),
    (
        "Left lower lobe opacity, concerning for pneumonia. Heart size is within normal limits.",
        "Normal cardiac size. Opacification of the lower lobe on the left is suspicious for pneumonia.",
    ),
    (
        "Severe emphysema. Scarring at the left apex. No mass.",
        "No tumor is seen. There is apical scar formation on the left, and there are severe emphysematous changes.",
    ),
    (
        "Right PICC with its tip in the SVC. No pneumothorax. Atelectasis at both bases.",
        (
            "A right peripherally inserted central catheter ends in the superior vena cava. Bibasilar atelectasis. "
            "Pneumothorax is absent."
        ),
    ),
    (
        "Widened mediastinum. Left pleural effusion and left lower lobe atelectasis. No fracture.",
        "Effusion on the left with atelectasis of the left lower lobe. Mediastinal widening. The bones are intact.",
    ),
    (
        "Mild vascular congestion. Blunting of the left costophrenic angle. Right perihilar opacity.",
        (
            "Opacification of the right perihilar region. The left costophrenic angle is blunted. "
            "Mild pulmonary venous congestion."
        ),
    ),
    (
        "Endotracheal tube and left chest tube in place. Small residual left pneumothorax, improved.",
        "Decreasing left pneumothorax, now small. An ET tube and a left thoracostomy tube are present.",
    ),
    (
        "Right upper lobe mass with hilar enlargement on the right. Pleural thickening is absent.",
        "Enlarged right hilum. A mass lesion fills the upper lobe of the right lung. The pleura is not thickened.",
    ),
)
