"""A diagram is legible, says the same in words, and asks nobody for anything."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
import torch

from segedu import nets, plots
from segedu.plots.diagram import WIDEST, _kinds
from segedu.plots.diagram.canvas import Scale, wrapped
from segedu.plots.diagram.group import grouped
from segedu.plots.diagram.narrow import Column
from segedu.plots.diagram.record import record
from segedu.plots.diagram.style import FONT
from segedu.plots.diagram.wide import Staircase
from tests.plots.networks import Exchanging, Own

SIZE = (96, 128)
LARGE = [
    ("fcn8s", {"backbone": "vgg16"}),
    ("pspnet", {"backbone": "resnet50"}),
    ("deeplabv3plus", {"backbone": "resnet101"}),
    ("dilated", {"backbone": "vgg16", "context": "large"}),
    ("deeplabv2", {"backbone": "resnet101"}),
    ("unet", {"width": 64}),
]
ALL = [(name, {}) for name in nets.NAMES] + LARGE


def net_of(name, options):
    if name == "own":
        return Own()
    with torch.device("meta"):
        return nets.build(name, 9, **options)


def ids(case):
    return " ".join([case[0], *map(str, case[1].values())])


@pytest.fixture(scope="module", params=[*ALL, ("own", {})], ids=ids)
def drawn(request):
    return plots.diagram(net_of(*request.param), SIZE)


def overlap(a, b, room=0.0):
    return min(a[2], b[2]) - max(a[0], b[0]) > room and min(a[3], b[3]) - max(a[1], b[1]) > room


def test_there_are_neither_too_few_boxes_nor_too_many(drawn):
    assert 6 <= len(drawn.boxes) <= 20


def test_all_is_xml_without_ids_scripts_or_requests(drawn):
    for text in (drawn.svg, drawn._repr_html_()):
        tree = ET.fromstring(text)
        assert not [element for element in tree.iter() if "id" in element.attrib]
        assert not re.search(r"<script|url\(|@import|href|src=", text)
        assert set(re.findall(r"https?://[^\"]*", text)) == {"http://www.w3.org/2000/svg"}


def test_every_picture_on_the_page_has_the_words(drawn):
    svgs = [element for element in ET.fromstring(drawn.html).iter() if element.tag.endswith("svg")]
    assert svgs
    for svg in svgs:
        assert svg.attrib["role"] == "img"
        assert svg.attrib["aria-label"] == drawn.alt


def test_the_words_name_every_join_size_and_skip(drawn):
    sentences = drawn.alt.split("Box ")
    assert len(sentences) == len(drawn.boxes) + 1
    for box, said in zip(drawn.boxes, sentences[1:], strict=True):
        assert f"{box.out.channels} channels of {box.out.size[0]} × {box.out.size[1]}" in said
        if box.join:
            assert f"are {box.join}" in said
        if not box.branches:
            assert all(f"box {source.box + 1}" in said for source in box.sources)
    assert drawn.alt.endswith(".")


def test_the_table_has_a_row_a_box(drawn):
    head, _, *rows = str(drawn).splitlines()
    assert f"{len(drawn.boxes)} boxes" in head
    assert len(rows) == len(drawn.boxes)


def test_letters_are_large_enough_on_page_and_phone(drawn):
    boxes = [float(box.split()[2]) for box in re.findall(r'viewBox="([\d. ]+)"', drawn.html)]
    assert boxes[-1] <= 350 * 1.03  # in 320 pixels, letters of 9.8
    assert all(width <= WIDEST for width in boxes)
    assert FONT * 690 / WIDEST > 8.4


@pytest.mark.parametrize("layout", [Staircase, Column])
def test_nothing_covers_words_and_nothing_is_cut(drawn, layout):
    kinds = _kinds(drawn.boxes)
    made = layout(drawn.boxes, kinds, 54.0)
    canvas = made.canvas
    for a, b in combinations(canvas.texts, 2):
        assert not overlap(a, b, room=0.5), (a, b)
    for text in canvas.texts:
        assert text[0] >= 0 and text[1] >= 0 and text[2] <= made.width + 0.5 and text[3] <= made.height
        assert not any(overlap(text, solid, room=0.5) for solid in canvas.solids)
        for x0, y0, x1, y1 in canvas.strokes:
            assert not overlap(text, (min(x0, x1) - 0.5, min(y0, y1) - 0.5, max(x0, x1) + 0.5, max(y0, y1) + 0.5))
    for a, b in combinations(canvas.solids, 2):
        assert not overlap(a, b)


def test_a_staircase_whose_lines_would_lie_on_each_other_gives_way_to_the_list():
    drawn = plots.diagram(Exchanging(), (64, 96))
    assert Staircase(drawn.boxes, _kinds(drawn.boxes), 54.0).tangled
    assert drawn.html.count("<svg") == 1
    for name, options in ALL:
        boxes = plots.diagram(net_of(name, options), SIZE).boxes
        assert not Staircase(boxes, _kinds(boxes), 54.0).tangled


def test_sides_go_by_the_square_root_of_the_maps_and_thickness_by_doublings_of_the_channels():
    net = nets.build("unet", 9)
    steps = [box.out for box in grouped(record(net, SIZE))]
    scale = Scale(steps, 64.0)
    (w1, h1), (w2, h2) = scale.face(steps[1]), scale.face(steps[3])  # strides 1 and 4
    assert w1 / w2 == pytest.approx(2) and h1 / h2 == pytest.approx(2)
    assert w1 / h1 == pytest.approx(128 / 96)
    depths = [scale.depth(step)[0] for step in steps[1:6]]  # 8, 16, ... 128 channels
    assert [b - a for a, b in pairwise(depths)] == pytest.approx([1.2] * 4)
    tall = [box.out for box in grouped(record(net, (256, 64)))]
    w, h = Scale(tall, 64.0).face(tall[1])
    assert h / w == pytest.approx(256 / 64, rel=0.6) and h > w


def test_added_and_stacked_have_signs_of_different_shape():
    added, stacked = plots.diagram(nets.build("fcn8s", 9), SIZE), plots.diagram(nets.build("unet", 9), SIZE)
    assert 'circle class="sign"' in added.html and 'rect class="sign"' not in added.html
    assert 'rect class="sign"' in stacked.html and 'circle class="sign"' not in stacked.html


def test_equal_networks_give_equal_bytes():
    assert plots.diagram(Own(), (64, 96)).html == plots.diagram(Own(), (64, 96)).html


def test_more_boxes_than_asked_for_are_put_together():
    net = nets.build("fpn2s", 9)
    assert len(plots.diagram(net, SIZE, most=8).boxes) < len(plots.diagram(net, SIZE).boxes)


def test_lines_end_between_what_belongs_together():
    assert wrapped("2 × conv 3×3, stride 2, rate 4", 60) == [
        "2\u00a0×\u00a0conv",
        "3×3,",
        "stride\u00a02,",
        "rate\u00a04",
    ]


def test_a_title_with_marks_is_escaped():
    ET.fromstring(plots.diagram(Own(), (64, 96), title='A "net" <b> & co').html)
