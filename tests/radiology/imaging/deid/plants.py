"""Made files with identifiers in all the places that identifiers hide in: `SECRETS` names each of them."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo
from pydicom import Dataset
from pydicom.dataset import FileDataset
from pydicom.sequence import Sequence

from radiology.datasets.jsonl import write_cases
from radiology.study import Case, Report, Study, View
from tests.radiology.imaging.films import film, save

SECRETS = {
    "PN: family name": "Quillfeather",
    "PN: given name": "Zebediah",
    "PN: physician": "Oxenford",
    "PN: operator in a sequence": "Tattersall",
    "LO: patient id": "QZ-778123",
    "LO: other id": "5550778123",
    "LO: id in a sequence": "ALT-31337",
    "DA: date of birth": "19310517",
    "SH: accession number": "ACC9988771",
    "LO: institution": "Wexcombe",
    "ST: institution address": "Larkspur",
    "LO: patient address": "Mulberry",
    "SH: telephone": "555-0147",
    "SH: station": "ROOMNINE",
    "LO: device serial number": "SN-40441",
    "UI: study": "1.2.840.99999.771.1.2",
    "UI: referenced instance": "1.2.840.99999.771.8.8",
    "DA: study date": "20210314",
    "DT: acquisition": "20210315",
    "LT: patient comments": "beekeeper",
    "LT: name in image comments": "by Marjoram",
    "LO: name in study description": "for Fennimore",
    "AS: age above 89": "094Y",
    "UR: address": "pacs.example",
    "AE: title": "WARDSEVEN",
    "UT: text": "lighthouse",
    "UC: code": "CODE-OF-PIMLICO",
    "OB: bytes": "bytes-of-Zanzibar",
    "CS: code": "FARTHINGALE",
    "nested twice": "ORD-661200",
    "private attribute": "PRIV-OSPREY",
    "private attribute, nested": "PRIV-KESTREL",
    "overlay": "OVER-HERON",
    "curve": "CURVE-EGRET",
    "icon": "ICON-PLOVER",
    "unlisted text": "GRID-LAPWING",
    "unknown attribute": "UNKNOWN-DUNLIN",
    "file meta": "META-AVOCET",
    "preamble": "PREAMBLE-SMEW",
    "padding of the data set": "PAD-GADWALL",
    "behind the pixels": "TAIL-WIGEON",
    "file name": "whimbrel",
    "folder name": "dotterel",
    "PNG text": "TEXT-SISKIN",
    "PNG text key": "KEY-TWITE",
    "PNG compressed text": "ZTXT-SERIN",
    "PNG EXIF": "EXIF-LINNET",
    "behind the PNG": "TAIL-BRAMBLING",
    "JPEG EXIF": "EXIF-DIPPER",
    "JPEG comment": "COM-WRYNECK",
    "XMP": "XMP-HOOPOE",
    "behind the JPEG": "TAIL-BITTERN",
    "jsonl: patient": "PT-CROSSBILL-9",
    "jsonl: study": "ST-GOLDCREST-9",
    "jsonl: view": "VIEW-FIRECREST",
    "jsonl: date": "2019-11-23",
    "jsonl: titled name": "Dr. Yaxley",
    "jsonl: signature": "Lovelace",
    "jsonl: name and degree": "Babbage",
    "jsonl: telephone": "617-555-0188",
    "jsonl: record number": "44556677",
    "jsonl: accession": "A-778899",
    "jsonl: e-mail": "ada@example.org",
    "jsonl: social security": "219-09-9999",
    "jsonl: web": "portal.example",
    "jsonl: network": "10.77.88.99",
    "jsonl: serial": "XJ-50505",
    "jsonl: street": "Privet",
    "jsonl: hospital": "Ravenscar",
    "jsonl: written date": "March 3",
    "jsonl: age above 89": "93-year",
    "jsonl: name of the header": "saw quillfeather",
    "jsonl: in a prior": "Thistlewood",
    "list of another kind": "NOTES-OSTLER",
}
TEXT = (
    "Dr. Yaxley saw quillfeather on March 3, 2020, call 617-555-0188 or ada@example.org. MRN: 44556677, accession"
    " number A-778899, SSN 219-09-9999. See http://portal.example/x from 10.77.88.99. Device serial number XJ-50505."
    " 12 Privet Road. Transferred from Ravenscar Hospital. A 93-year-old. Ada Babbage, MD"
)
MEDICAL = "Small left pleural effusion. A 12 mm nodule at T7, unchanged. Heart size is normal."
FONT = ImageFont.load_default(24)
INK: dict[str, NDArray[np.bool_]] = {}
"""Where text was drawn, by file."""


def background(height: int = 400, width: int = 480) -> NDArray[np.uint8]:
    """[H, W] something smooth with noise."""
    rows, columns = np.mgrid[:height, :width]
    noise = np.random.default_rng(3).normal(0, 2, (height, width))
    film: NDArray[np.uint8] = np.clip(70 + 50 * np.sin(rows / 90) * np.cos(columns / 110) + noise, 0, 255).astype(
        np.uint8
    )
    return film


def drawn(
    pixels: NDArray[np.uint8], text: str, at: tuple[int, int], grey: int, turned: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """`pixels` with `text`, and where its ink is, [H, W]."""
    image = Image.fromarray(np.ascontiguousarray(pixels.T if turned else pixels))
    before = np.array(image)
    ImageDraw.Draw(image).text(at, text, fill=grey, font=FONT)
    after, ink = np.array(image), np.array(image) != before
    return (np.ascontiguousarray(after.T), ink.T) if turned else (after, ink)


def _header(pixels: NDArray[np.uint8]) -> FileDataset:
    file = film(
        pixels,
        PatientName="Quillfeather^Zebediah",
        PatientID="QZ-778123",
        OtherPatientIDs="5550778123",
        PatientBirthDate="19310517",
        PatientAge="094Y",
        PatientSex="F",
        AccessionNumber="ACC9988771",
        ReferringPhysicianName="Oxenford^Marigold",
        InstitutionName="Wexcombe Infirmary",
        InstitutionAddress="1 Larkspur Way",
        PatientAddress="2 Mulberry Street",
        PatientTelephoneNumbers="555-0147",
        StationName="ROOMNINE",
        DeviceSerialNumber="SN-40441",
        StudyInstanceUID="1.2.840.99999.771.1.2",
        SeriesInstanceUID="1.2.840.99999.771.1.3",
        StudyDate="20210314",
        StudyTime="101500",
        AcquisitionDateTime="20210315101502.5",
        PatientComments="a beekeeper",
        ImageComments="Seen by Marjoram^Jane, Zebediah rotated, tel. 555-0147",
        StudyDescription="CHEST PA for Fennimore^Bo",
        RetrieveURL="http://pacs.example/1",
        RetrieveAETitle="WARDSEVEN",
        TextValue="the lighthouse",
        LongCodeValue="CODE-OF-PIMLICO",
        CertificateOfSigner=b"bytes-of-Zanzibar ",
        FilterMaterial="FARTHINGALE",
        GridID="GRID-LAPWING",
        ScanOptions="QUILLFEATHER",
        ViewPosition="PA",
        BodyPartExamined="CHEST",
        WindowCenter="128",
        WindowWidth="256",
    )
    file.OtherPatientNames = "Farthingale^Z"
    file.CountsSource = "EMISSION"
    file.RadiationMode = "5550778123"
    return file


def _nested(file: FileDataset) -> None:
    inner, outer, other, reference, icon = (Dataset() for _ in range(5))
    inner.ScheduledProcedureStepID = "ORD-661200"
    inner.private_block(0x0011, "MAKER", create=True).add_new(0x01, "LO", "PRIV-KESTREL")
    outer.RequestedProcedureID, outer.ScheduledProtocolCodeSequence = "ORD-661200", Sequence([inner])
    outer.ViewCodeSequence = Sequence([inner])
    other.PatientID, other.TypeOfPatientID = "ALT-31337", "TEXT"
    reference.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    reference.ReferencedSOPInstanceUID = "1.2.840.99999.771.8.8"
    icon.Rows, icon.BitsAllocated, icon.PixelData = 1, 8, b"ICON-PLOVER "
    person = Dataset()
    person.PersonName = "Tattersall^Ned"
    file.RequestAttributesSequence, file.OtherPatientIDsSequence = Sequence([outer]), Sequence([other])
    file.ReferencedImageSequence, file.IconImageSequence = Sequence([reference]), Sequence([icon])
    file.AnatomicRegionSequence = Sequence([person])


def _hidden(file: FileDataset) -> None:
    file.private_block(0x0009, "MAKER", create=True).add_new(0x01, "LO", "PRIV-OSPREY")
    file.add_new(0x60003000, "OW", b"OVER-HERON")
    file.add_new(0x60000022, "LO", "OVER-HERON")
    file.add_new(0x50003000, "OW", b"CURVE-EGRET ")
    file.add_new(0x00187FF0, "UN", b"UNKNOWN-DUNLIN")
    file.add_new(0xFFFCFFFC, "OB", b"PAD-GADWALL ")
    file.file_meta.SourceApplicationEntityTitle = "META-AVOCET"
    file.preamble = b"PREAMBLE-SMEW".ljust(128, b"\0")
    file.PixelData += b"TAIL-WIGEON "


def _dicom(folder: Path) -> Path:
    pixels, ink = drawn(background(), "QUILLFEATHER 19310517", (20, 12), 255)
    file = _header(pixels)
    _nested(file)
    _hidden(file)
    INK["dcm"] = ink
    return save(file, folder / "whimbrel_zebediah.dcm")


def _png(folder: Path) -> Path:
    pixels, ink = drawn(background(), "MRN 44556677", (150, 30), 0, turned=True)
    info = PngInfo()
    info.add_text("Comment", "TEXT-SISKIN")
    info.add_text("KEY-TWITE", "1")
    info.add_text("Title", "ZTXT-SERIN " * 40, zip=True)
    info.add_itxt("XML:com.adobe.xmp", "<x>XMP-HOOPOE</x>")
    exif = Image.Exif()
    exif[0x010E] = "EXIF-LINNET"
    path = folder / "whimbrel.png"
    Image.fromarray(pixels).save(path, pnginfo=info, exif=exif)
    path.write_bytes(path.read_bytes() + b"TAIL-BRAMBLING")
    INK["png"] = ink
    return path


def _jpeg(folder: Path) -> Path:
    pixels, ink = drawn(background(), "Babbage 12.03.2020", (40, 350), 230)
    exif = Image.Exif()
    exif[0x010E] = "EXIF-DIPPER"
    path = folder / "whimbrel.jpg"
    xmp = b"<x>XMP-HOOPOE</x>"
    Image.fromarray(pixels).save(path, exif=exif, comment="COM-WRYNECK", xmp=xmp, quality=92)
    path.write_bytes(path.read_bytes() + b"TAIL-BITTERN")
    INK["jpg"] = ink
    return path


def _case(views: dict[str, Path], **given: Any) -> Case:
    shown = tuple(View(id=name, path=str(path), width=480, height=400) for name, path in views.items())
    report = Report(findings=MEDICAL, impression=TEXT + " Electronically signed by: Lovelace")
    study = Study(study_id="ST-GOLDCREST-9", patient_id="PT-CROSSBILL-9", date=date(2019, 11, 23), age=94, views=shown)
    return Case(study=study.model_copy(update=given), report=report)


def plant(root: Path) -> Path:
    """A folder below `root` with films, pictures, a list of cases and files that must not be copied."""
    folder = root / "dotterel" / "Quillfeather_Z"
    folder.mkdir(parents=True)
    dicom, png = _dicom(folder), _png(folder)
    _jpeg(folder)
    prior = _case({"frontal": png}, study_id="ST-OLD-9", indication="Dr. Thistlewood asks.")
    listed = _case({"VIEW-FIRECREST": dicom, "frontal": png}, priors=(prior,), indication=TEXT)
    write_cases(root / "dotterel" / "studies.jsonl", [listed])
    (folder / "notes.txt").write_text("NOTES-OSTLER")
    (folder / "archive.bin").write_bytes(struct.pack("<I", 7) + b"NOTES-OSTLER")
    return root / "dotterel"


def document(path: Path) -> Path:
    """An encapsulated PDF."""
    file = film(background(), PixelData=None, Rows=None, Columns=None, EncapsulatedDocument=b"%PDF-1.4 ")
    return save(file, path)
