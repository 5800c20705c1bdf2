"""Findings of the bones and the soft tissues, but fractures."""

from __future__ import annotations

from radiology.vocabulary.term import Term, words

SKELETON = (
    Term(
        name="scoliosis",
        text="scoliosis",
        synonyms=words(
            "scoliotic, scoliotic curvature, scoliotic deformity, levoscoliosis, dextroscoliosis, kyphoscoliosis, "
            "levocurvature, dextrocurvature, rotoscoliosis"
        ),
        sided=False,
        snomed="298382003",
    ),
    Term(
        name="kyphosis",
        text="kyphosis",
        synonyms=words("kyphotic, hyperkyphosis, kyphotic deformity, kyphotic curvature, kyphoscoliosis"),
        sided=False,
        snomed="414564002",
    ),
    Term(
        name="vertebral_degeneration",
        text="vertebral degenerative changes",
        synonyms=words(
            "degenerative change, degenerative changes, degenerative disease, degenerative disc disease, "
            "degenerative disk disease, degenerative joint disease, degenerative endplate changes, degenerative "
            "spurring, degenerative spondylosis, disc degeneration, disk degeneration, osteophyte, osteophytes, "
            "osteophytosis, osteophytic, osteophytic changes, osteophyte formation, spondylosis, spondylosis "
            "deformans, spondylotic changes, spondylitic changes, bridging osteophytes, endplate changes, endplate "
            "sclerosis, hyperostosis"
        ),
        sided=False,
    ),
    Term(
        name="joint_degeneration",
        text="joint degenerative changes",
        synonyms=words(
            "arthritis, arthritic change, arthritic changes, osteoarthritis, osteoarthritic changes, "
            "osteoarthrosis, arthrosis, arthropathy"
        ),
    ),
    Term(
        name="vertebral_compression",
        text="vertebral compression",
        synonyms=words(
            "compression deformity, compression deformities, compression fracture, compression fractures, vertebral "
            "collapse, vertebral body collapse, vertebral wedging, wedge deformity, wedge deformities, wedge "
            "compression, anterior wedging, vertebral height loss, vertebral body height loss"
        ),
        sided=False,
    ),
    Term(
        name="osteopenia",
        text="osteopenia",
        synonyms=words(
            "osteopenic, osteoporosis, osteoporotic, bone demineralization, demineralization, demineralisation, "
            "demineralized, demineralised, decreased bone density"
        ),
        sided=False,
    ),
    Term(
        name="bone_lesion",
        text="bone lesion",
        synonyms=words(
            "bone lesions, bony lesion, bony lesions, osseous lesion, osseous lesions, lytic lesion, lytic lesions, "
            "sclerotic lesion, sclerotic lesions, blastic lesion, blastic lesions, destructive lesion, destructive "
            "lesions, lytic bone lesion, lytic bone lesions, sclerotic bone lesion, sclerotic bone lesions, lytic "
            "osseous lesion, lytic osseous lesions, sclerotic osseous lesion, sclerotic osseous lesions, bone "
            "destruction, bony destruction, osseous destruction, bone metastasis, bone metastases, bony metastases, "
            "osseous metastases, osseous metastatic disease"
        ),
    ),
    Term(
        name="bone_deformity",
        text="bone deformity",
        synonyms=words(
            "rib deformity, rib deformities, clavicle deformity, clavicular deformity, chest wall deformity, "
            "thoracic deformity, bony deformity, osseous deformity, callus, callus formation"
        ),
    ),
    Term(
        name="pectus_deformity",
        text="pectus deformity",
        synonyms=words("pectus, pectus excavatum, pectus carinatum, funnel chest"),
        sided=False,
    ),
    Term(name="cervical_rib", text="cervical rib", synonyms=words("cervical ribs"), abnormal=False),
    Term(
        name="dislocation",
        text="dislocation",
        synonyms=words("dislocations, dislocated, subluxation, subluxed"),
    ),
    Term(name="gynecomastia", text="gynecomastia", synonyms=words("gynaecomastia"), snomed="4754008"),
    Term(
        name="foreign_body",
        text="foreign body",
        synonyms=words(
            "foreign bodies, foreign object, foreign material, bullet, bullet fragment, bullet fragments, shrapnel, "
            "metallic fragment, metallic fragments, ballistic fragment, ballistic fragments"
        ),
        snomed="19227008",
    ),
    Term(
        name="postsurgical_change",
        text="postsurgical change",
        synonyms=words(
            "postsurgical changes, post-surgical change, post-surgical changes, postoperative change, postoperative "
            "changes, post-operative change, post-operative changes, surgical changes, lobectomy, pneumonectomy, "
            "mastectomy, thoracotomy, thoracotomy changes, thoracoplasty"
        ),
        abnormal=False,
    ),
)
