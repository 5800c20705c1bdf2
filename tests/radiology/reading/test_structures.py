from __future__ import annotations

import pytest

from radiology.reading.mentions import read_sentence

P, A, U = "present", "absent", "uncertain"


def certainties(sentence: str) -> dict[str, str]:
    return {m.finding.name: str(m.finding.certainty) for m in read_sentence(sentence)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Elevation of the left hemidiaphragm.", {"elevated_hemidiaphragm": P}),
        ("The right hemidiaphragm is mildly elevated.", {"elevated_hemidiaphragm": P}),
        ("Flattened diaphragms.", {"hyperinflation": P}),
        ("The aorta is tortuous and calcified.", {"tortuous_aorta": P, "aortic_calcification": P}),
        ("Calcified, ectatic thoracic aorta.", {"tortuous_aorta": P, "aortic_calcification": P}),
        ("Calcifications are seen within the aortic arch.", {"aortic_calcification": P}),
        ("The aorta is not dilated.", {"aortic_dilatation": A}),
        ("No aortic calcification.", {"aortic_calcification": A}),
        ("Prominent right hilum.", {"hilar_enlargement": P}),
        ("Pulmonary vasculature is engorged.", {"vascular_congestion": P}),
        ("Interstitial markings are diffusely prominent.", {"interstitial_pattern": P}),
        ("Small lung volumes.", {"low_lung_volumes": P}),
        (
            "Degenerative changes of the spine and both shoulders.",
            {"vertebral_degeneration": P, "joint_degeneration": P},
        ),
        ("Wedging of the T11 vertebral body.", {"vertebral_compression": P}),
        ("Deformity of the left lateral sixth rib.", {"bone_deformity": P}),
        ("Thickening of the minor fissure.", {"pleural_thickening": P}),
        ("Pleural effusion versus thickening.", {"pleural_effusion": U, "pleural_thickening": U}),
        ("Biapical smooth thickening.", {"pleural_thickening": P}),
    ],
)
def test_a_change_of_a_structure_is_a_finding(sentence: str, expected: dict[str, str]) -> None:
    assert certainties(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The heart is enlarged and the aorta is tortuous.", {"cardiomegaly": P, "tortuous_aorta": P}),
        ("Heart is mildly enlarged, pulmonary vascularity within normal limits.", {"cardiomegaly": P}),
        ("Normal aorta and enlarged heart.", {"tortuous_aorta": A, "aortic_dilatation": A, "cardiomegaly": P}),
        ("Calcified granuloma and tortuous aorta.", {"granuloma": P, "tortuous_aorta": P}),
        ("Effusion with bronchial wall thickening.", {"pleural_effusion": P, "bronchial_wall_thickening": P}),
        ("Collapse of the T8 vertebral body.", {"vertebral_compression": P}),
        ("The thoracic cavity is well expanded.", {}),
        ("Aortic valve replacement.", {"valve_prosthesis": P}),
    ],
)
def test_a_change_belongs_to_its_own_structure(sentence: str, expected: dict[str, str]) -> None:
    found = certainties(sentence)
    assert {name: found.get(name) for name in expected} == expected
    assert all(found[name] == A for name in found.keys() - expected.keys())


@pytest.mark.parametrize(
    ("sentence", "absent"),
    [
        ("The mediastinal and hilar contours are normal.", {"enlarged_mediastinum", "hilar_enlargement"}),
        ("Trachea is midline.", {"tracheal_shift"}),
        ("The mediastinum is midline.", {"mediastinal_shift"}),
        ("Heart size and aorta are normal.", {"cardiomegaly", "tortuous_aorta", "aortic_dilatation"}),
        ("Interstitial markings are normal.", {"interstitial_pattern", "bronchovascular_markings"}),
        ("The diaphragm is unremarkable.", {"elevated_hemidiaphragm"}),
    ],
)
def test_a_normal_structure_denies_its_findings(sentence: str, absent: set[str]) -> None:
    assert certainties(sentence) == dict.fromkeys(absent, A)


@pytest.mark.parametrize(
    ("sentence", "position"),
    [
        ("Endotracheal tube tip 4 cm above the carina; NG tube in the stomach.", ["4 cm above the carina", "stomach"]),
        ("Left chest tube removed; Swan-Ganz catheter in the pulmonary artery.", [None, "pulmonary artery"]),
        ("Tracheostomy. Feeding tube tip in the duodenum.", [None, "duodenum"]),
        ("Dual-lead pacemaker, leads in the right ventricle.", ["right ventricle"]),
        ("Right port with its tip at the cavoatrial junction.", ["cavoatrial junction"]),
        ("Pacemaker leads in the right atrium and right ventricle.", ["right atrium and right ventricle"]),
        ("ETT in the right mainstem bronchus.", ["right main bronchus"]),
        ("NG tube in the left lower lobe bronchus.", ["left lower lobe bronchus"]),
        ("Right chest tube in the fissure, sternotomy wires intact.", ["fissure", "intact"]),
    ],
)
def test_each_device_has_its_own_position(sentence: str, position: list[str | None]) -> None:
    assert [mention.finding.position for mention in read_sentence(sentence)] == position


@pytest.mark.parametrize(
    ("sentence", "location"),
    [
        ("Fracture of the left 6th rib.", "sixth rib"),
        ("Left sixth posterior rib fracture.", "sixth rib"),
        ("Right clavicular fracture.", "clavicle"),
        ("Small effusion in the minor fissure.", "fissure"),
        ("Left hilar enlargement.", None),
        ("Fracture of the 14th rib.", None),
    ],
)
def test_locations_outside_the_lung(sentence: str, location: str | None) -> None:
    assert [mention.finding.location for mention in read_sentence(sentence)] == [location]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Heart: Mildly enlarged.", {"cardiomegaly": P}),
        ("Heart: Normal in size.", {"cardiomegaly": A}),
        ("Mediastinum: Pulmonary artery enlargement.", {"pulmonary_artery_enlargement": P}),
        ("Mediastinum: No hilar enlargement.", {"hilar_enlargement": A}),
    ],
)
def test_a_heading_has_only_the_state_that_follows_it(sentence: str, expected: dict[str, str]) -> None:
    assert certainties(sentence) == expected
