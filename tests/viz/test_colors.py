"""Colours: symmetric about 0, readable in both themes, told apart without colour vision."""

import numpy as np
import pytest
from contrasts import contrast

from viz.style.colors import DARK, LIGHT, palette
from viz.style.scales import Flow, Logarithmic, Range

GRADIENTS = [f"{hue}-{k}" for hue in ("negative", "positive", "size") for k in range(1, 5)]
TEXT_ON = ["page", "box", "leaf", "constant", "closed", "unset", "zero", "notice", "broken"]
TEXT_ON += ["group-0", "group-1", "group-2", *GRADIENTS]


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_at_least_four_and_a_half(colors):
    for ground in TEXT_ON:
        assert contrast(colors["text"], colors[ground]) >= 4.5, ground
    for ground in ("page", "box", "leaf", "constant", "closed", "group-0", "group-1", "group-2"):
        assert contrast(colors["muted"], colors[ground]) >= 4.5, ground
    assert contrast(colors["chip-text"], colors["chip"]) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_have_a_contrast_of_at_least_three(colors):
    for line in ("edge", "edge-negative", "edge-positive", "edge-size", "focus"):
        for ground in ("page", "group-0", "group-1", "group-2"):
            assert contrast(colors[line], colors[ground]) >= 3.0, (line, ground)


def test_the_palettes_have_the_same_roles_and_no_color_has_two():
    assert set(LIGHT) == set(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_black_on_white_is_the_known_contrast():
    # WCAG 2.1: white on black is 21, and #767676 on white is the famous 4.54
    assert contrast("#ffffff", "#000000") == 21.0
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_colours_are_symmetric_about_zero_and_only_zero_is_zero():
    scale, sizes = Logarithmic(), Range(1e-3, 10.0)
    for size in (1e-300, 1e-3, 0.1, 2.5, 10.0):
        positive, negative = scale.role(size, sizes, True), scale.role(-size, sizes, True)
        assert positive.replace("positive", "negative") == negative
        assert positive != "zero"
    assert scale.role(0.0, sizes, True) == scale.role(-0.0, sizes, True) == "zero"


def test_equal_factors_are_equal_steps_and_sizes_that_differ_much_look_different():
    scale, sizes = Logarithmic(), Range(1e-4, 1.0)
    found = [scale.role(x, sizes, True)[-1] for x in (1e-4, 1e-3, 1.1e-3, 1e-2, 0.05, 0.5, 1.0)]
    assert found == ["1", "1", "2", "2", "3", "4", "4"]
    assert scale.role(138.8, Range(0.4958, 645.6), True) != scale.role(
        0.4958, Range(0.4958, 645.6), True
    )


@pytest.mark.parametrize("size", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_has_a_colour_of_its_own(size):
    assert Logarithmic().role(size, Range(0.1, 1.0), True) == "broken"
    assert Flow().role(size, Range(0.1, 1.0), True) == "broken"


def test_gradients_vanish_against_the_losss_own_not_against_the_largest():
    scale, sizes = Flow(1e-3), Range(1.0, 1e13)
    assert scale.role(1.2e5, sizes, False) != "size-1"
    assert scale.role(1e-4, sizes, False) == "size-1"


def test_the_palest_tint_is_seen_against_the_page():
    for colors in (LIGHT, DARK):
        for hue in ("negative", "positive", "size"):
            assert contrast(colors[f"{hue}-1"], colors["page"]) > 1.2
            for k in (1, 2, 3):
                assert contrast(colors[f"{hue}-{k}"], colors[f"{hue}-{k + 1}"]) > 1.12


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_signs_are_told_apart_without_red_green_vision(colors):
    # Viénot, Brettel & Mollon 1999: what a deuteranope sees of a colour (linear RGB).
    deuteranope = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])

    def seen(color):
        channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
        return deuteranope @ channels

    for k in range(1, 5):
        negative, positive = seen(colors[f"negative-{k}"]), seen(colors[f"positive-{k}"])
        assert negative[2] > 1.15 * positive[2]  # the blue that they do see


def test_an_unknown_theme_names_the_three():
    with pytest.raises(ValueError, match="'light', 'dark' or 'auto', not 'sepia'"):
        palette("sepia")
