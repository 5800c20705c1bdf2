"""Tubes, implants, wires and clips, but pacemakers and central venous lines."""

from __future__ import annotations

from radiology.vocabulary.term import Term, words

SUPPORT = "Support Devices"

DEVICES = (
    Term(
        name="endotracheal_tube",
        text="endotracheal tube",
        synonyms=words("endotracheal tubes, et tube, ett, endotracheal intubation"),
        sided=False,
        device=True,
        chexpert=SUPPORT,
        snomed="26412008",
    ),
    Term(
        name="tracheostomy_tube",
        text="tracheostomy tube",
        synonyms=words("tracheostomy, tracheostomy cannula, tracheostomy catheter, tracheotomy tube"),
        sided=False,
        device=True,
        chexpert=SUPPORT,
        snomed="129121000",
    ),
    Term(
        name="gastric_tube",
        text="nasogastric tube",
        synonyms=words(
            "nasogastric tubes, ng tube, ngt, orogastric tube, og tube, enteric tube, enteric catheter, feeding "
            "tube, dobbhoff tube, dobhoff tube, dobbhoff, nasoenteric tube, gastric tube, nasojejunal tube, "
            "nasogastric catheter, enteral tube, esophagogastric tube"
        ),
        sided=False,
        device=True,
        chexpert=SUPPORT,
        snomed="17102003",
    ),
    Term(
        name="chest_tube",
        text="chest tube",
        synonyms=words(
            "chest tubes, chest drain, chest drains, pleural drain, pleural drains, pleural catheter, pleural tube, "
            "pleurx catheter, pigtail catheter, pigtail catheters, thoracostomy tube, thoracostomy tubes, "
            "thoracostomy catheter, intercostal drain, intercostal catheter"
        ),
        device=True,
        chexpert=SUPPORT,
        dicom="112173",
    ),
    Term(
        name="defibrillator",
        text="defibrillator",
        synonyms=words(
            "defibrillators, aicd, icd, implantable cardioverter defibrillator, cardioverter defibrillator, cardiac "
            "defibrillator, defibrillator leads"
        ),
        device=True,
        chexpert=SUPPORT,
        snomed="72506001",
    ),
    Term(
        name="sternal_wires",
        text="sternotomy wires",
        synonyms=words(
            "sternotomy wire, sternal wire, sternal wires, median sternotomy wires, median sternotomy wire, median "
            "sternotomy, sternotomy, sternotomy sutures, sternal sutures, cerclage wires"
        ),
        sided=False,
        device=True,
        chexpert=SUPPORT,
    ),
    Term(
        name="valve_prosthesis",
        text="prosthetic heart valve",
        synonyms=words(
            "prosthetic valve, prosthetic valves, valve prosthesis, valve prostheses, valve replacement, cardiac "
            "valve replacement, valvular prosthesis, artificial valve, artificial heart valve, mechanical valve, "
            "bioprosthetic valve, prosthetic aortic valve, prosthetic mitral valve, aortic valve replacement, "
            "aortic valve prosthesis, mitral valve replacement, mitral valve prosthesis, heart valve replacement, "
            "tavr, tavi, annuloplasty ring, mitral annuloplasty"
        ),
        sided=False,
        device=True,
        chexpert=SUPPORT,
        snomed="25510005",
    ),
    Term(
        name="pulmonary_artery_catheter",
        text="pulmonary artery catheter",
        synonyms=words("swan-ganz catheter, swan-ganz, swan ganz line, pa catheter"),
        device=True,
        chexpert=SUPPORT,
        snomed="397755005",
    ),
    Term(
        name="stent",
        text="stent",
        synonyms=words(
            "stents, coronary stent, coronary stents, stent graft, aortic stent, aortic stent graft, endograft, "
            "endoprosthesis"
        ),
        device=True,
        chexpert=SUPPORT,
    ),
    Term(
        name="bone_hardware",
        text="orthopedic hardware",
        synonyms=words(
            "hardware, spinal hardware, fixation hardware, orthopaedic hardware, fusion hardware, spinal fusion "
            "hardware, surgical hardware, spinal fusion, spinal rods, fixation plate, fixation plates, plate and "
            "screws, plates and screws, screws, pedicle screws, harrington rods, shoulder arthroplasty, "
            "arthroplasty, shoulder prosthesis, humeral prosthesis, joint prosthesis, kyphoplasty, vertebroplasty, "
            "osteosynthesis material, intramedullary rod, intramedullary nail"
        ),
        device=True,
        chexpert=SUPPORT,
    ),
    Term(
        name="surgical_clips",
        text="surgical clips",
        synonyms=words(
            "surgical clip, clips, vascular clips, metallic clips, cholecystectomy clips, cabg clips, cabg markers, "
            "bypass markers, bypass graft markers, surgical staples, staple line, suture material, surgical "
            "sutures, suture line, chain sutures"
        ),
        device=True,
        snomed="77720000",
    ),
    Term(
        name="breast_implant",
        text="breast implant",
        synonyms=words("breast implants, breast prosthesis, breast prostheses, mammary prosthesis, mammary prostheses"),
        device=True,
        snomed="2282003",
    ),
    Term(
        name="device",
        text="support device",
        synonyms=words(
            "support devices, drain, drains, catheter, catheters, loop recorder, balloon pump, intra-aortic balloon "
            "pump, ventricular assist device, lvad, vp shunt, ventriculoperitoneal shunt, shunt catheter, vp shunt "
            "catheter, ventriculoperitoneal catheter, ecmo cannula, ecmo cannulas, cannula, cannulas, stimulator, "
            "nerve stimulator, cardiac device, cardiac devices, implanted device, electronic device, medical "
            "device, monitoring device, tube, tubes, embolization coils, fiducial marker, fiducial markers, "
            "gastrostomy tube, peg tube, ureteral stent, ivc filter, gastric band, telemetry leads, monitor leads, "
            "ecg leads, ekg leads, cardiac leads"
        ),
        device=True,
        chexpert=SUPPORT,
    ),
)
