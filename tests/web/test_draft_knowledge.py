from __future__ import annotations

from radiology.study import DraftSentence, Evidence
from web.draft import render_draft


def test_knowledge_is_shown_with_its_id_and_source_as_text() -> None:
    known = Evidence(
        kind="knowledge", id="K1001", text="[K1001] a<b>.pdf: <script>x</script>", score=1, source="a<b>.pdf, page 2"
    )
    shown = render_draft([DraftSentence(text="Opacity suggesting pneumonia.", section="findings", evidence=(known,))])
    assert "<b>Knowledge</b> [K1001] a&lt;b&gt;.pdf: &lt;script&gt;" in shown
    assert "<cite>(a&lt;b&gt;.pdf, page 2)</cite>" in shown
    assert "<script>" not in shown
