"""Identifiers of some fifty kinds are planted in films, reports and questions; a server hears of none."""

from __future__ import annotations

import base64
import io
import logging
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mllm.engine.protocol import GrayImage, Message, Request
from mllm.engine.remote import IMAGE_SIZE
from mllm.engine.remote_outgoing import KEPT, Outgoing
from mllm.prompts import BOX_GUIDE, REPORT_GUIDE, opening_text, study_images
from radiology.datasets.jsonl import read_cases
from radiology.imaging.letterbox import letterbox
from radiology.phantom.cohort import make_phantom
from radiology.study import Study
from tests.mllm.engine.fake_remote import FakeServer, serving
from tests.radiology.imaging.deid.plants import INK, MEDICAL, SECRETS, TEXT, plant

OF_THE_HEADER = (
    "zebediah is seen by OXENFORD and Tattersall (Wexcombe  Infirmary, 2 Mulberry Street), id QZ 778123, accession"
    " acc-9988771, order ORD 661200, device sn40441, station roomnine, born 17.05.1931, other id 5550778123,"
    " study 1.2.840.99999.771.1.2."
)
NEEDLES = (
    "zebediah", "oxenford", "tattersall", "wexcombe", "mulberry", "778123", "9988771", "661200", "40441", "roomnine",
    "17.05.1931", "99999.771", "thistlewood",
)  # fmt: skip
PICTURE = re.compile(rb'data:image/png;base64,([^"]*)')


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


@pytest.fixture
def request_about_somebody(tmp_path: Path) -> Request:
    """A film and a prior film with text burnt in, a prior report, an indication and a question full of identifiers."""
    study = read_cases(plant(tmp_path) / "studies.jsonl")[0].study
    shown = study_images(study, IMAGE_SIZE)
    question = f"Comparison: {TEXT}\nPrior indication: {study.priors[0].study.indication}\n{OF_THE_HEADER} {MEDICAL}"
    turns = (
        Message("system", f"You read for {OF_THE_HEADER}"),
        Message("user", opening_text(study, shown) + question),
        Message("assistant", f"No change. {TEXT}"),
        Message("user", OF_THE_HEADER),
    )
    return Request(turns, tuple(each.image for each in shown), study=study)


def secrets_in(text: bytes) -> list[str]:
    found = [kind for kind, secret in SECRETS.items() if secret.lower().encode() in text.lower()]
    return found + [needle for needle in NEEDLES if needle.encode() in text.lower()]


def test_no_identifier_is_in_any_byte_that_is_sent(server: FakeServer, request_about_somebody: Request) -> None:
    written = "\n".join(message.text for message in request_about_somebody.messages).encode()
    assert len(secrets_in(written)) >= 30
    engine = server.open()
    list(engine.session().stream(request_about_somebody, 5))
    engine.choose(request_about_somebody, ("yes", "no"))
    pictures = [base64.b64decode(data) for data in PICTURE.findall(bytes(server.heard))]
    said = PICTURE.sub(b"", bytes(server.heard))
    assert len(pictures) == 2 * len(request_about_somebody.images) == 4
    assert secrets_in(said) == []
    assert secrets_in(b"".join(pictures)) == []
    assert MEDICAL.encode() in said  # what matters is still there


def test_pixels_are_all_that_a_picture_holds(server: FakeServer, request_about_somebody: Request) -> None:
    list(server.open().session().stream(request_about_somebody, 5))
    for data in PICTURE.findall(bytes(server.heard)):
        assert chunks_of(base64.b64decode(data)) <= {b"IHDR", b"IDAT", b"IEND"}


def test_text_burnt_into_films_is_masked(server: FakeServer, request_about_somebody: Request) -> None:
    list(server.open().session().stream(request_about_somebody, 5))
    sent = [decoded(data) for data in PICTURE.findall(bytes(server.heard))]
    for before, after, name in zip(request_about_somebody.images, sent, ("dcm", "png"), strict=True):
        ink = letterbox(INK[name].astype(np.uint8) * 255, IMAGE_SIZE)[0] > 127
        changed = np.abs(after.astype(int) - before) > 8
        assert changed[ink].mean() > 0.9
        assert changed.mean() < 0.12
        assert np.percentile(np.abs(after.astype(int) - np.median(after[ink]))[ink], 99) < 60


def test_neither_identifier_nor_key_is_logged(
    server: FakeServer,
    request_about_somebody: Request,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hunter2")
    with caplog.at_level(logging.DEBUG):
        list(server.open().session().stream(request_about_somebody, 5))
    assert "hunter2" not in caplog.text
    assert secrets_in(PICTURE.sub(b"", caplog.text.encode())) == []


def test_what_identifies_nobody_is_sent_as_it_is() -> None:
    phantom = make_phantom(900_000_777, 64, visits=2, version="2")[-1]
    study = phantom.case.study.model_copy(update={"indication": "67-year-old, cough. " + MEDICAL})
    text = f"{opening_text(study, ())}{REPORT_GUIDE} {BOX_GUIDE} <obj>nodule<box view=F>12,40,55,73</box></obj>"
    (turn,) = Outgoing().messages(Request((Message("user", text),), study=study))
    assert turn == {"role": "user", "content": text}


def test_an_image_is_masked_once_and_forgotten_after_some_others(monkeypatch: pytest.MonkeyPatch) -> None:
    masked_sizes: list[int] = []

    def counted(image: GrayImage) -> str:
        masked_sizes.append(len(image))
        return "url"

    monkeypatch.setattr("mllm.engine.remote_outgoing.data_url", counted)
    outgoing, study = Outgoing(), Study(study_id="s", patient_id="p")

    def send(size: int) -> None:
        film = np.zeros((size, size), np.uint8)
        outgoing.messages(Request((Message("user", "<image>"),), (film,), study=study))

    for size in [1, 1, *range(2, KEPT + 2), KEPT + 1, 1]:
        send(size)
    assert masked_sizes == [*range(1, KEPT + 2), 1]


def chunks_of(png: bytes) -> set[bytes]:
    """The types of the chunks of a PNG."""
    kinds, at = set(), 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        kinds.add(kind)
        at += 12 + length
    return kinds


def decoded(data: bytes) -> GrayImage:
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        return np.asarray(image)
