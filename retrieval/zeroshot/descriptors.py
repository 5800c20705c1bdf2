"""What a film shows when it shows a finding: signs that can be seen one by one, none of which names the finding.

Written for this project after Xplainer (Pellegrini et al., MICCAI 2023), which asks an image-text model for such signs
in place of the diagnosis, so that a probability comes with its reasons.
"""

from __future__ import annotations

DESCRIPTORS: dict[str, tuple[str, ...]] = {
    "cardiomegaly": (
        "cardiac silhouette wider than half of the chest",
        "heart border reaching far to the left",
        "increased cardiothoracic ratio",
    ),
    "pleural_effusion": (
        "blunted costophrenic angle",
        "meniscus along the lateral chest wall",
        "homogeneous density hiding the hemidiaphragm from below",
    ),
    "consolidation": (
        "dense white area within a lobe",
        "bronchi seen as dark branches in white lung",
        "lung vessels hidden by a confluent density",
    ),
    "nodule": (
        "small round spot in the lung",
        "well-defined round density below three centimetres",
        "coin-shaped shadow",
    ),
    "pneumothorax": (
        "thin white line of the visceral pleura",
        "dark rim without lung markings at the chest wall",
        "lung edge away from the ribs",
    ),
    "atelectasis": (
        "linear or plate-like density at the lung base",
        "fissure drawn towards a density",
        "crowded vessels in a smaller lobe",
    ),
    "edema": (
        "hazy densities spreading from both hila",
        "thin horizontal lines at the lung periphery",
        "blurred vessel margins in both lungs",
    ),
    "pacemaker": (
        "metal box below the clavicle",
        "wires leading to the right heart",
        "generator over the upper chest wall",
    ),
    "central_line": (
        "thin tube ending in the superior vena cava",
        "line from the neck or the clavicle into the mediastinum",
        "infusion tubing along a large vein",
    ),
    "infiltration": (
        "ill-defined patchy density",
        "vague shadow with unsharp margins",
        "spotty clouding of the lung",
    ),
    "mass": (
        "large round density of more than three centimetres",
        "bulky rounded lesion in the lung",
        "lobulated solid shadow",
    ),
    "pneumonia": (
        "patchy lung whitening in one lobe",
        "bronchi visible within clouded lung",
        "new lung density in a patient with fever",
    ),
    "emphysema": (
        "unusually dark lungs with few vessels",
        "loss of the lung's vascular markings in the upper zones",
        "destroyed lung with thin-walled dark areas",
    ),
    "fibrosis": (
        "coarse net of lines in the lung",
        "shaggy heart border with distorted lung markings",
        "fine mesh of scars at the lung bases",
    ),
    "pleural_thickening": (
        "band of soft tissue along the inner chest wall",
        "smooth rind around the lung",
        "cap of density above the lung apex",
    ),
    "hernia": (
        "air-fluid level behind the heart",
        "round gas-filled shadow above the diaphragm",
        "stomach seen within the chest",
    ),
    "opacity": (
        "area of lung that is whiter than the rest",
        "hazy patch in the lung",
        "ill-defined shadow over the lung field",
    ),
    "cavitation": (
        "ring-shaped shadow with a dark centre",
        "gas inside a lung lesion",
        "thick wall around a hollow space",
    ),
    "granuloma": (
        "tiny very dense spot",
        "small calcified dot in the lung",
        "bright pinpoint with a sharp edge",
    ),
    "hyperinflation": (
        "flattened diaphragm",
        "more than ten posterior ribs above the diaphragm",
        "long narrow heart between large lungs",
    ),
    "elevated_hemidiaphragm": (
        "one dome of the diaphragm higher than usual",
        "asymmetric height of the diaphragm",
        "liver or stomach reaching up into one hemithorax",
    ),
    "low_lung_volumes": (
        "few ribs above the diaphragm",
        "shallow breath with crowded vessels",
        "short lungs with a high diaphragm on both sides",
    ),
    "volume_loss": (
        "smaller hemithorax",
        "ribs closer together on one side",
        "lung pulled towards one side",
    ),
    "mediastinal_shift": (
        "heart and trachea displaced to one side",
        "windpipe pulled out of the midline",
        "mediastinum pushed or pulled across",
    ),
    "silhouette_sign": (
        "lost border of the heart or of the diaphragm",
        "heart edge that cannot be seen against the lung",
        "blurred outline of the diaphragm beside a density",
    ),
    "enlarged_mediastinum": (
        "broad shadow between the lungs",
        "upper central shadow wider than eight centimetres",
        "wide vascular pedicle",
    ),
    "hilar_enlargement": (
        "bulky lung root",
        "lobulated shadow where the vessels leave the heart",
        "convex outline of the hilum",
    ),
    "pneumoperitoneum": (
        "dark crescent below the diaphragm",
        "gas between liver and diaphragm",
        "thin line of the diaphragm with air on both sides",
    ),
    "fracture": (
        "step in the outline of a rib",
        "interrupted cortex of a bone",
        "displaced bone end",
    ),
    "scoliosis": (
        "spine curved to the side",
        "S-shaped vertebral column",
        "asymmetric ribs beside a bent spine",
    ),
    "endotracheal_tube": (
        "tube within the trachea ending above the carina",
        "breathing tube in the airway",
        "radiopaque stripe in the midline of the neck and upper chest",
    ),
    "gastric_tube": (
        "tube down the oesophagus into the stomach",
        "line crossing the diaphragm near the midline",
        "feeding line with its end below the left diaphragm",
    ),
    "chest_tube": (
        "wide drain entering between the ribs",
        "tube along the pleura with side holes",
        "drain pointing to the apex of the pleural space",
    ),
    "sternal_wires": (
        "row of metal loops in the midline",
        "wire cerclages of the breastbone",
        "twisted metal after heart surgery",
    ),
    "pulmonary_artery_catheter": (
        "long line looping through the right heart",
        "catheter tip beside the hilum",
        "flow-directed line from the neck through the heart",
    ),
}
"""Finding -> its signs, each as it stands after "there is" and after "there is no"."""
