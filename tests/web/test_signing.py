"""The panel's own logic, without a browser: what an event that arrives for another draft may do."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import pytest

from mllm.audit.auditor import Auditor
from mllm.audit.log import Log
from radiology.imaging.deid.secret import Secret
from radiology.study import Study
from web.editing import NOT_LOGGED, Editing
from web.reading import Reading
from web.session import Session
from web.signing import REPLACED, SigningPanel


@pytest.fixture
def panel() -> SigningPanel:
    with gr.Blocks():
        return SigningPanel(logged=True)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    auditor = Auditor(Log(tmp_path / "log.sqlite", Secret(b"k" * 32)), "page", "root")
    study = Study(study_id="s", patient_id="p")
    return Session(tmp_path / "tab", Reading(study, editing=Editing("The heart is enlarged.", auditor, 1)))


def test_text_that_was_typed_for_another_draft_is_not_signed(
    panel: SigningPanel, session: Session, tmp_path: Path
) -> None:
    sign = panel._answer(Editing.sign)
    for token in ("", "0" * 32):
        told, *_ = sign(token, "The heart is normal.", session, "Dr Ada")
        assert REPLACED in told
        assert 'role="alert"' in told
    session.forget()
    assert REPLACED in sign("0" * 32, "The heart is normal.", session, "Dr Ada")[0]
    assert not (tmp_path / "log.sqlite").exists()


def test_a_signed_report_takes_no_more(panel: SigningPanel, session: Session) -> None:
    assert session.editing is not None
    token = session.editing.token
    told, *widgets = panel._answer(Editing.sign)(token, "The heart is normal.", session, "Dr <b>")
    assert "Signed off by Dr &lt;b&gt;" in told
    assert [widget.interactive for widget in widgets] == [False] * 4
    assert "is signed off" in panel._answer(Editing.save)(token, "Later.", session, "Dr Ada")[0]


def test_there_are_as_many_values_as_widgets(panel: SigningPanel, session: Session) -> None:
    assert len(panel.shown(None)) == len(panel.shown(session.editing)) == len(panel.outputs)
    assert NOT_LOGGED in panel.shown(Editing("x"))[4]
