"""Every finding of the vocabulary in words that a patient understands. No causes, no treatment, no outlook.

Fields of a text: {lung} is "the left lung", "the lower part of both lungs"; {side} is " on the left side" or nothing;
{to} where something is shifted; {bone} which bone; {grade} how much, in the words of `grade`.
"""

from __future__ import annotations

from enum import StrEnum

from radiology.study import Noun


class Grade(StrEnum):
    """How severity is put: a small amount of fluid, a small spot, slight scarring, a slightly enlarged heart, clear
    signs of wear."""

    AMOUNT = "amount"
    SIZE = "size"
    DEGREE = "degree"
    ADVERB = "adverb"
    CLEAR = "clear"


class Word(Noun):
    """`text` names one, with its article where it has one; `many` several; `are`: it is plural anyway."""

    text: str
    many: str = ""
    grade: Grade = Grade.DEGREE
    are: bool = False


def _amount(text: str) -> Word:
    return Word(text=text, grade=Grade.AMOUNT)


def _size(one: str, many: str = "") -> Word:
    return Word(text=f"a {{grade}}{one}", many=f"{{grade}}{many}" if many else "", grade=Grade.SIZE)


def _signs(that: str) -> Word:
    return Word(text=f"{{grade}}signs {that}", grade=Grade.CLEAR, are=True)


_LUNGS = {
    "consolidation": _size("area in {lung} that is filled with fluid or other material instead of air"),
    "opacity": _size("cloudy area in {lung}", "cloudy areas in {lung}"),
    "infiltration": _size("hazy area in {lung}", "hazy areas in {lung}"),
    "atelectasis": _size(
        "area in {lung} that is not fully filled with air", "areas in {lung} that are not fully filled with air"
    ),
    "volume_loss": _signs("that part of {lung} has shrunk"),
    "nodule": _size("round spot in {lung}", "round spots in {lung}"),
    "mass": _size("lump in {lung}", "lumps in {lung}"),
    "granuloma": _size("hard spot in {lung}", "hard spots in {lung}"),
    "cavitation": _size("hollow space in {lung}", "hollow spaces in {lung}"),
    "bulla": _size("air pocket in {lung}", "air pockets in {lung}"),
    "metastasis": _size("spot in {lung} that may have come from another part of the body"),
    "miliary_pattern": Word(text="many tiny spots in the lungs", are=True),
    "edema": _amount("{grade}extra fluid in the lungs"),
    "vascular_congestion": Word(text="{grade}swelling of the blood vessels in the lungs"),
    "pneumonia": _signs("of a lung infection in {lung}"),
    "tuberculosis": _signs("of tuberculosis, a lung infection, in {lung}"),
    "aspiration": _signs("that something other than air got into {lung}"),
    "emphysema": Word(text="{grade}damage to the tiny air sacs of the lungs"),
    "hyperinflation": _signs("that the lungs hold more air than usual"),
    "low_lung_volumes": _signs("that the breath was shallow when the picture was taken"),
    "fibrosis": Word(text="{grade}stiff scar tissue in {lung}"),
    "scarring": Word(text="{grade}scarring in {lung}"),
    "interstitial_pattern": Word(text="a {grade}net of fine lines in {lung}"),
    "bronchial_wall_thickening": Word(text="{grade}thickening of the airway walls in {lung}"),
    "bronchovascular_markings": _signs("that the airways and blood vessels in {lung} stand out more than usual"),
    "bronchiectasis": Word(text="{grade}widening of the airways in {lung}"),
    "airways_disease": _signs("of a problem in the airways"),
    "sarcoidosis": _signs("of sarcoidosis, a disease that can affect the lungs"),
    "pneumoconiosis": _signs("of dust in the lungs"),
    "lung_hemorrhage": _signs("of bleeding in {lung}"),
    "lung_contusion": _signs("of a bruise in {lung}"),
    "azygos_lobe": Word(text="an extra fold in the right lung, which some people are born with"),
    "silhouette_sign": Word(text="a blurred edge of the heart or of the muscle below the lungs{side}"),
    "pulmonary_embolism": _signs("of a blocked blood vessel in {lung}"),
}
_PLEURA = {
    "pleural_effusion": _amount("{grade}extra fluid around {lung}"),
    "pneumothorax": _amount("{grade}air between {lung} and the chest wall"),
    "pleural_thickening": Word(text="{grade}thickening of the lining around {lung}"),
    "pleural_scarring": Word(text="{grade}scarring of the lining around {lung}"),
}
_HEART = {
    "cardiomegaly": Word(text="a {grade}enlarged heart", grade=Grade.ADVERB),
    "enlarged_mediastinum": Word(text="{grade}widening of the middle part of the chest"),
    "pericardial_effusion": _amount("{grade}extra fluid around the heart"),
    "heart_failure": _signs("that the heart does not pump well enough"),
    "tortuous_aorta": Word(text="a {grade}winding main blood vessel of the body", grade=Grade.ADVERB),
    "aortic_calcification": Word(text="{grade}calcium in the wall of the main blood vessel of the body"),
    "aortic_dilatation": Word(text="{grade}widening of the main blood vessel of the body"),
    "hilar_enlargement": Word(text="{grade}swelling where the airways and blood vessels enter {lung}"),
    "lymphadenopathy": Word(text="{grade}enlarged lymph nodes{side}", grade=Grade.ADVERB, are=True),
    "pulmonary_artery_enlargement": Word(text="{grade}widening of the blood vessel from the heart to the lungs"),
    "pulmonary_hypertension": _signs("of high blood pressure in the lungs"),
    "tracheal_shift": Word(text="a {grade}windpipe shift{to}"),
    "mediastinal_shift": Word(text="a {grade}shift of the middle part of the chest{to}"),
    "pneumomediastinum": _amount("{grade}air in the middle part of the chest, outside the lungs"),
    "goiter": Word(text="a {grade}enlarged thyroid gland in the neck", grade=Grade.ADVERB),
    "dextrocardia": Word(text="a heart that points to the right side"),
    "right_aortic_arch": Word(text="a main blood vessel that bends to the right side"),
}
_BONES = {
    "fracture": Word(text="a broken {bone}{side}", many="broken {bone}s{side}"),
    "scoliosis": Word(text="a {grade}sideways curve of the spine"),
    "kyphosis": Word(text="a {grade}forward bend of the spine"),
    "vertebral_degeneration": _signs("of wear in the spine"),
    "joint_degeneration": _signs("of wear in the joints{side}"),
    "vertebral_compression": _signs("that a bone of the spine has lost height"),
    "osteopenia": _signs("of thin bones"),
    "bone_lesion": _size("unusual area in a bone{side}", "unusual areas in bones{side}"),
    "bone_deformity": Word(text="a {grade}unusual shape of a bone{side}"),
    "pectus_deformity": Word(text="a {grade}unusual shape of the breastbone"),
    "cervical_rib": Word(text="an extra rib at the neck{side}, which some people are born with"),
    "dislocation": Word(text="a joint{side} that is out of place"),
}
_ABDOMEN = {
    "elevated_hemidiaphragm": _signs("that the muscle below the lungs stands higher than usual{side}"),
    "pneumoperitoneum": _amount("{grade}air in the belly, outside the bowel"),
    "hernia": _size("part of the stomach that has moved up into the chest"),
}
_OTHER = {
    "subcutaneous_emphysema": _amount("{grade}air under the skin{side}"),
    "nipple_shadow": Word(text="a shadow of the nipple{side}", many="shadows of the nipples{side}"),
    "calcification": _size("spot of calcium{side}", "spots of calcium{side}"),
    "gynecomastia": Word(text="more breast tissue than usual{side}"),
    "foreign_body": _size(
        "object{side} that does not belong in the body", "objects{side} that do not belong in the body"
    ),
    "postsurgical_change": _signs("of an earlier operation{side}"),
}
_LINES = {
    "endotracheal_tube": Word(text="a breathing tube in the windpipe"),
    "tracheostomy_tube": Word(text="a breathing tube through the neck"),
    "gastric_tube": Word(text="a tube that is meant to lead to the stomach"),
    "chest_tube": Word(text="a drain in the chest{side}"),
    "central_line": Word(text="a thin tube in a large vein{side}"),
    "pulmonary_artery_catheter": Word(text="a thin tube that leads through the heart{side}"),
    "pacemaker": Word(text="a heart pacemaker{side}"),
    "defibrillator": Word(text="a device that can restart the heart{side}"),
    "sternal_wires": Word(text="wires in the breastbone from an operation", are=True),
    "valve_prosthesis": Word(text="an artificial heart valve"),
    "stent": Word(text="a small tube that holds a vessel open{side}"),
    "bone_hardware": Word(text="metal parts from bone surgery{side}", are=True),
    "surgical_clips": Word(text="small metal clips from surgery{side}", are=True),
    "breast_implant": Word(text="a breast implant{side}", many="breast implants{side}"),
    "device": Word(text="a medical device{side}", many="medical devices{side}"),
}
WORDS: dict[str, Word] = {**_LUNGS, **_PLEURA, **_HEART, **_BONES, **_ABDOMEN, **_OTHER, **_LINES}
"""Finding -> its words; every finding of the vocabulary has some."""

GRADES: dict[Grade, tuple[str, str, str]] = {
    Grade.AMOUNT: ("a small amount of ", "a moderate amount of ", "a large amount of "),
    Grade.SIZE: ("small ", "medium-sized ", "large "),
    Grade.DEGREE: ("slight ", "moderate ", "severe "),
    Grade.ADVERB: ("slightly ", "moderately ", "greatly "),
    Grade.CLEAR: ("slight ", "clear ", "strong "),
}
"""Grade -> the words for small, moderate and large."""
PARTS = {
    "upper zone": "the upper part of ", "upper lobe": "the upper part of ",
    "mid zone": "the middle part of ", "mid lobe": "the middle part of ", "middle lobe": "the middle part of ",
    "lingula": "the middle part of ",
    "lower zone": "the lower part of ", "lower lobe": "the lower part of ", "base": "the bottom of ",
    "costophrenic angle": "the bottom of ", "apex": "the top of ", "hilum": "the inner part of ",
    "retrocardiac": "the part behind the heart of ",
}  # fmt: skip
"""Location -> what stands before the lung."""
FLAGS = {
    "not_chest": "The program doubts that this is a chest X-ray.",
    "unlike calibration films": "The program was tested on X-rays that look different, so it may err more often here.",
    "uncalibrated": "Nobody has measured how often this program is right.",
    "cut short": "The draft stops before its end, so something may be missing.",
    "may be mirrored": "The picture may be mirrored: left and right may be swapped.",
    "upside down": "The picture may be upside down, so something may be wrong.",
    "turned": "The picture may lie on its side, so something may be wrong.",
    "looks inverted": "Black and white may be swapped in the picture, so something may be wrong.",
    "edited": "A person has changed this draft.",
}
"""Flag of a draft -> what a patient should know."""
