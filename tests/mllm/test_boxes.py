from __future__ import annotations

import pytest

from mllm.boxes import BOX_TOKENS, Frame, Letter, decode, encode
from radiology.imaging.letterbox import Letterbox
from radiology.study import Box

SQUARE = Frame("F", "frontal", Letterbox(width=100, height=100, size=50))
WIDE = Frame("L", "lateral", Letterbox(width=200, height=100, size=400))  # in the middle half of its square
PRIOR = Frame("P", "prior/frontal", Letterbox(width=100, height=100, size=50))
FRAMES = (SQUARE, WIDE, PRIOR)


def box(view: str, *edges: float) -> Box:
    return Box(view=view, x0=edges[0], y0=edges[1], x1=edges[2], y1=edges[3])


def edges(found: Box) -> tuple[float, ...]:
    return (found.x0, found.y0, found.x1, found.y1)


def test_both_spellings_as_worked_by_hand() -> None:
    effusion = [box("frontal", 0.123, 0.4, 0.55, 0.739)]
    assert (
        encode("left effusion", effusion, FRAMES, tokens=True)
        == "<obj>left effusion<box view=F><x_12><y_40><x_55><y_73></box></obj>"
    )
    assert (
        encode("left effusion", effusion, FRAMES, tokens=False)
        == "<obj>left effusion<box view=F>12,40,55,73</box></obj>"
    )


def test_a_letterboxed_view_is_spelled_in_its_square() -> None:
    assert (
        encode("rib", [box("lateral", 0.1, 0, 0.3, 0.5)], FRAMES, False)
        == "<obj>rib<box view=L>10,25,30,50</box></obj>"
    )
    (found,) = decode("<box view=L>10,25,30,50</box>", FRAMES).boxes
    assert edges(found) == pytest.approx((0.105, 0.01, 0.305, 0.51))


@pytest.mark.parametrize("tokens", [True, False])
@pytest.mark.parametrize("frame", FRAMES)
def test_a_round_trip_moves_an_edge_by_half_a_bin_at_most(tokens: bool, frame: Frame) -> None:
    boxes = [box(frame.view, 0.0, 0.11, 0.27, 1.0), box(frame.view, 0.512, 0.3, 0.9, 0.35)]
    text = f"There is {encode('a nodule', boxes, FRAMES, tokens)}, small."
    grounded = decode(text, FRAMES)
    assert (grounded.text, grounded.dropped) == ("There is a nodule, small.", 0)
    assert grounded.spans == ((9, 17), (9, 17))
    stretch = 2 if frame is WIDE else 1
    for before, after in zip(boxes, grounded.boxes, strict=True):
        assert after.view == frame.view
        assert edges(after) == pytest.approx(edges(before), abs=0.00501 * stretch)


def test_a_thin_box_survives() -> None:
    thin = [box("frontal", 0.501, 0.996, 0.502, 0.999)]
    text = encode("line", thin, FRAMES, tokens=False)
    assert text == "<obj>line<box view=F>50,98,51,99</box></obj>"
    assert len(decode(text, FRAMES).boxes) == 1


def test_a_box_of_a_view_nobody_sees_is_left_out() -> None:
    assert encode("nodule", [box("oblique", 0, 0, 1, 1)], FRAMES, True) == "nodule"
    assert encode("nodule", [], FRAMES, True) == "nodule"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a <obj>nodule<box view=F>12,40,55</box></obj> here", "a nodule here"),  # three numbers
        ("a <obj>nodule<box view=F>55,40,12,73</box></obj> here", "a nodule here"),  # inside out
        ("a <obj>nodule<box view=F>12,40,55,173</box></obj> here", "a nodule here"),  # beyond the last bin
        ("a <obj>nodule<box view=Q>12,40,55,73</box></obj> here", "a nodule here"),  # no such view
        ("a <obj>nodule<box>12,40,55,73</box></obj> here", "a nodule here"),
        ("a <obj>nodule<box view=F><y_12><x_40><x_55><y_73></box></obj> here", "a nodule here"),  # wrong order
        ("a <obj>nodule<box view=F></box></obj> here", "a nodule here"),
        ("a <obj>nodule<box view=F><x_12><y_40>", "a nodule"),  # cut short
        ("a <obj>nodule<box view=F>12,4", "a nodule"),
        ("a <obj>nodule<box view=L>10,2,30,20</box></obj>", "a nodule"),  # wholly in the padding
    ],
)
def test_what_cannot_be_read_is_dropped_and_counted(text: str, plain: str) -> None:
    grounded = decode(text, FRAMES)
    assert (grounded.text, grounded.boxes, grounded.dropped) == (plain, (), 1)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<x_3> stray <y_7></box></obj> marks", "stray marks"),
        ("cut in a tag <box vi", "cut in a tag "),
        ("cut in a tag</ob", "cut in a tag"),
        ("saturation <90 % and size > 3", "saturation <90 % and size > 3"),
        ("", ""),
    ],
)
def test_text_without_boxes_stays(text: str, plain: str) -> None:
    assert decode(text, FRAMES).text == plain
    assert decode(text, FRAMES).dropped == 0


def test_boxes_outside_a_phrase_and_of_two_phrases_keep_their_places() -> None:
    text = (
        "<obj>A<box view=F>1,1,9,9</box></obj> and <obj>BC <box view=L>1,30,9,60</box></obj> <box view=P>0,0,9,9</box>."
    )
    grounded = decode(text, FRAMES)
    assert grounded.text == "A and BC."
    assert grounded.spans == ((0, 1), (6, 8), (8, 8))
    assert [found.view for found in grounded.boxes] == ["frontal", "lateral", "prior/frontal"]


def test_every_token_of_an_encoding_is_listed_once() -> None:
    assert len(set(BOX_TOKENS)) == len(BOX_TOKENS) == 206
    letters: tuple[Letter, ...] = ("F", "L", "P")
    for letter, frame in zip(letters, FRAMES, strict=True):
        text = encode("", [box(frame.view, 0.0, 0.3, 0.999, 0.7)], FRAMES, True)
        for token in sorted(BOX_TOKENS, key=len, reverse=True):
            text = text.replace(token, "")
        assert text == "", letter
