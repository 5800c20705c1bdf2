"""An archive takes what is exported: Orthanc through STOW-RS (PS3.18 10.5) and gives it back through WADO-RS."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from pydicom import Dataset, dcmread

from radiology.export.table import export
from radiology.study import Study
from tests.radiology.export.drafts import CREATED, draft_of

PLUGINS = [Path(p) for p in (os.environ.get("ORTHANC_PLUGINS"), "/usr/share/orthanc/plugins", "/usr/lib/orthanc") if p]


def _plugin() -> Path | None:
    """Of DICOMweb: the Debian package `orthanc-dicomweb`, or a folder named by `ORTHANC_PLUGINS`."""
    return next((path for folder in PLUGINS for path in sorted(folder.glob("libOrthancDicomWeb.so*"))), None)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[str]:
    """The address of an empty Orthanc without a DICOM port, ended with the test."""
    program, plugin = shutil.which("Orthanc", path=f"{os.environ['PATH']}:/usr/sbin"), _plugin()
    if program is None or plugin is None:
        pytest.skip("orthanc or orthanc-dicomweb is not installed")
    port = _free_port()
    settings = {
        "StorageDirectory": str(tmp_path / "archive"),
        "IndexDirectory": str(tmp_path / "archive"),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [str(plugin)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (tmp_path / "orthanc.json").write_text(json.dumps(settings))
    with (tmp_path / "log").open("wb") as log:
        orthanc = subprocess.Popen([program, tmp_path / "orthanc.json"], stdout=log, stderr=subprocess.STDOUT)
        try:
            yield _answering(f"http://127.0.0.1:{port}", orthanc)
        finally:
            orthanc.terminate()
            orthanc.wait(60)


def _answering(address: str, orthanc: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        assert orthanc.poll() is None, "Orthanc ended before it answered"
        try:
            httpx.get(f"{address}/system")
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return address
    raise TimeoutError(address)


def _store(address: str, content: bytes) -> dict[str, list[str]]:
    part = b"--part\r\nContent-Type: application/dicom\r\n\r\n" + content + b"\r\n--part--"
    kind = 'multipart/related; type="application/dicom"; boundary=part'
    headers = {"Content-Type": kind, "Accept": "application/dicom+json"}
    answer = httpx.post(f"{address}/dicom-web/studies", content=part, headers=headers, timeout=60)
    answer.raise_for_status()
    return {tag: element.get("Value", []) for tag, element in answer.json().items()}


def _given_back(address: str, sent: Dataset) -> Dataset:
    path = f"studies/{sent.StudyInstanceUID}/series/{sent.SeriesInstanceUID}/instances/{sent.SOPInstanceUID}"
    headers = {"Accept": 'multipart/related; type="application/dicom"'}
    answer = httpx.get(f"{address}/dicom-web/{path}", headers=headers, timeout=60)
    answer.raise_for_status()
    content = answer.content
    return dcmread(BytesIO(content[content.index(b"DICM") - 128 : content.rindex(b"\r\n--")]))


def test_it_takes_report_and_presentation_state_beside_the_films(archive: str, study: Study) -> None:
    for view in study.views:
        _store(archive, Path(view.path).read_bytes())
    for name in ("sr", "gsps"):
        content = export(draft_of(study), study, CREATED, name)
        stored = _store(archive, content)
        assert len(stored["00081199"]) == 1  # ReferencedSOPSequence
        assert stored.get("00081198", []) == []  # FailedSOPSequence
        sent = dcmread(BytesIO(content))
        back = _given_back(archive, sent)
        assert {e.tag: e.value for e in back} == {e.tag: e.value for e in sent}
    assert len(httpx.get(f"{archive}/studies").json()) == 1
