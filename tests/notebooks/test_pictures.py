"""The lecture's pictures: all there, the same each time, and described."""

import re
import xml.etree.ElementTree as ET

import pictures
import pytest

pytestmark = pytest.mark.slow

LECTURE = {
    "banner", "neuron", "vanishing-gradient", "activation-functions", "identity", "sigmoid",
    "tanh", "relu", "leaky-relu", "softmax", "weight-derivation", "l1-l2", "dropout", "dropout-2",
    "early-stopping",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    return folder, pictures.make(folder)


def test_every_picture_of_the_lecture_is_there(made):
    folder, descriptions = made
    assert {f"{name}.svg" for name in LECTURE} == set(descriptions)
    assert {path.name for path in folder.iterdir()} == set(descriptions)
    assert {path.name for path in pictures.IMAGES.glob("*.svg")} == set(descriptions)


def test_descriptions_say_something(made):
    for name, text in made[1].items():
        assert len(text.split()) >= 8, name


def test_they_are_well_formed_with_a_light_ground_and_their_description(made):
    folder, descriptions = made
    for name, text in descriptions.items():
        source = (folder / name).read_text()
        root = ET.fromstring(source)
        assert root.tag.endswith("svg")
        assert "fill: #ffffff" in source, "a ground of its own, so that it is seen in the dark"
        assert text.split(".")[0].replace("|", "")[:30] in re.sub("&[a-z]+;", "", source)


@pytest.mark.slow
def test_drawn_again_they_are_the_same(made, tmp_path):
    folder, descriptions = made
    pictures.make(tmp_path)
    for name in descriptions:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_numbers_in_the_pictures_come_from_the_code(made):
    descriptions = made[1]
    assert "9.5e-07" in descriptions["vanishing-gradient.svg"]  # 0.25 ** 10
    assert "0.25" in descriptions["sigmoid.svg"]
