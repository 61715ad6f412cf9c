"""The contrast of two colours, as accessibility guidelines measure it."""


def contrast(one, other):
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.1, relative luminance).

    A colour is "#rrggbb", or its red, green and blue from 0 to 255.
    """
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)] if isinstance(colour, str) else colour
    shares = (part / 255 for part in parts)
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
