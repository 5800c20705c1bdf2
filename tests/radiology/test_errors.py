from __future__ import annotations

from radiology.errors import LONGEST, SightlineError


def test_a_sentence_stands_as_it_is() -> None:
    assert (
        str(SightlineError("`Größe.dcm`: is not there, check the path."))
        == "`Größe.dcm`: is not there, check the path."
    )


def test_what_a_file_holds_breaks_no_line_and_reaches_no_terminal() -> None:
    assert str(SightlineError("`a`: field x\ny\x1b[31m\u2028\ud800 is wrong.")) == "`a`: field x y [31m   is wrong."


def test_an_overlong_value_is_left_out_in_the_middle() -> None:
    text = str(SightlineError(f"`a.json`: {'x' * 9000} is no study, correct it."))
    assert len(text) < LONGEST
    assert text.startswith("`a.json`: xxx")
    assert " ... xxx" in text
    assert text.endswith("xxx is no study, correct it.")
