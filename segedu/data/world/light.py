"""Light: the colours of the hour, and what night and fog do to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segedu.data.world.canvas import Color
from segedu.data.world.chance import Dice

DOMAINS = ("day", "night", "fog")

WARM: Color = (255, 214, 130)
"""The colour of lamps and of lit windows."""


@dataclass(frozen=True)
class Light:
    """Everything that colours a scene and moves nothing in it; colours are RGB, 0..255.

    Parameters
    ----------
    sky : three colours
        At the top of the picture, halfway down, and at the horizon.
    cloud, cloud_shade : color
        The lit and the shaded side of a cloud.
    ground : color
        Of the ground close by, be it road or water: nothing in the light knows which it is.
    tint : three floats
        What the light leaves of a thing's red, green and blue, 0..1.
    glow : color
        Of the sun, or the moon.
    haze : float
        How fast things fade with distance; the inverse of the distance at which half of a colour is gone.
    grain : int
        Strength of the noise, 0..48.
    lit : bool
        Whether lamps and windows shine.
    """

    sky: tuple[Color, Color, Color]
    cloud: Color
    cloud_shade: Color
    ground: Color
    tint: tuple[float, float, float]
    glow: Color
    haze: float = 0.008
    grain: int = 12
    lit: bool = False

    def on(self, color: Color, depth: float = 1.0) -> Color:
        """Show a thing of ``color`` in this light, from ``depth`` away."""
        near = 1.0 / (1.0 + self.haze * depth)
        (red, green, blue), (red_tint, green_tint, blue_tint), (far_red, far_green, far_blue) = (
            color,
            self.tint,
            self.sky[2],
        )
        return (
            int(far_red + (red * red_tint - far_red) * near),
            int(far_green + (green * green_tint - far_green) * near),
            int(far_blue + (blue * blue_tint - far_blue) * near),
        )

    def lamp(self, color: Color, depth: float = 1.0) -> Color:
        """Show a lamp or a window: by day as any thing of ``color``; lit, in its own warm light."""
        seen = self.on(color, depth)
        return mix(seen, WARM, 0.85) if self.lit else seen


HOURS = (
    Light(  # dawn
        sky=((104, 128, 182), (212, 176, 192), (253, 218, 182)),
        cloud=(255, 230, 208), cloud_shade=(188, 162, 188),
        ground=(118, 116, 138), tint=(1.0, 0.92, 0.88), glow=(255, 240, 214),
    ),
    Light(  # noon
        sky=((70, 132, 196), (126, 182, 222), (208, 230, 238)),
        cloud=(253, 253, 252), cloud_shade=(190, 208, 226),
        ground=(98, 118, 136), tint=(1.0, 1.0, 0.98), glow=(255, 255, 244),
    ),
    Light(  # afternoon
        sky=((80, 146, 188), (168, 204, 204), (250, 230, 188)),
        cloud=(255, 246, 226), cloud_shade=(196, 196, 200),
        ground=(112, 120, 126), tint=(1.04, 0.97, 0.85), glow=(255, 246, 208),
    ),
    Light(  # dusk
        sky=((62, 66, 122), (172, 108, 140), (248, 170, 116)),
        cloud=(252, 182, 142), cloud_shade=(116, 88, 132),
        ground=(88, 82, 110), tint=(0.90, 0.76, 0.76), glow=(255, 214, 150),
    ),
    Light(  # overcast
        sky=((146, 160, 174), (178, 189, 197), (212, 218, 220)),
        cloud=(230, 232, 233), cloud_shade=(146, 156, 168),
        ground=(108, 117, 124), tint=(0.90, 0.92, 0.94), glow=(226, 228, 226),
    ),
)  # fmt: skip


NIGHT_SKY = ((0.13, 0.17, 0.28), (0.20, 0.25, 0.38), (0.34, 0.38, 0.50))
"""What the night leaves of the sky's three colours."""


def sample_light(dice: Dice, domain: str) -> Light:
    """Draw the light of one picture: an hour of the day, varied; then night or fog laid over it."""
    hour = dice.choice(HOURS)
    other = dice.choice(HOURS)
    share = dice.uniform(0.0, 0.35)
    gain = dice.uniform(0.88, 1.10)
    cast = tuple(gain * dice.uniform(0.95, 1.05) for _ in range(3))
    shade = dice.uniform(0.82, 1.16)
    light = Light(
        sky=tuple(_gain(mix(a, b, share), cast) for a, b in zip(hour.sky, other.sky, strict=True)),
        cloud=_gain(mix(hour.cloud, other.cloud, share), cast),
        cloud_shade=_gain(mix(hour.cloud_shade, other.cloud_shade, share), cast),
        ground=_gain(mix(hour.ground, other.ground, share), tuple(shade * c for c in cast)),
        tint=tuple(min(1.0, t * c) for t, c in zip(hour.tint, cast, strict=True)),
        glow=_gain(hour.glow, cast),
        haze=dice.uniform(0.006, 0.016),
        grain=3 + dice.below(11),
    )
    if domain == "night":
        return _night(light)
    return _fog(light) if domain == "fog" else light


def _night(day: Light) -> Light:
    """Little light, and it is blue; the camera's noise grows."""
    dark = (0.27, 0.31, 0.46)
    return replace(
        day,
        sky=tuple(_gain(color, share) for color, share in zip(day.sky, NIGHT_SKY, strict=True)),
        cloud=_gain(day.cloud, (0.26, 0.29, 0.38)),
        cloud_shade=_gain(day.cloud_shade, (0.13, 0.16, 0.25)),
        ground=_gain(day.ground, (0.36, 0.42, 0.56)),
        tint=tuple(t * d for t, d in zip(day.tint, dark, strict=True)),
        glow=(236, 236, 216),
        grain=day.grain + 5,
        lit=True,
    )


def _fog(day: Light) -> Light:
    """Everything far away fades into one pale grey."""
    pale = mix(day.sky[2], (206, 210, 212), 0.7)
    return replace(
        day,
        sky=(mix(day.sky[0], pale, 0.85), mix(day.sky[1], pale, 0.9), pale),
        cloud=mix(day.cloud, pale, 0.9),
        cloud_shade=mix(day.cloud_shade, pale, 0.85),
        ground=mix(day.ground, pale, 0.35),
        glow=mix(day.glow, pale, 0.6),
        haze=0.15,
        lit=True,
    )


def mix(a: Color, b: Color, share: float) -> Color:
    """Mix ``share`` of colour ``b`` with the rest of colour ``a``."""
    (red, green, blue), (other_red, other_green, other_blue) = a, b
    return (
        int(red + (other_red - red) * share),
        int(green + (other_green - green) * share),
        int(blue + (other_blue - blue) * share),
    )


def _gain(color: Color, gains: tuple[float, ...]) -> Color:
    return tuple(min(255, int(c * g)) for c, g in zip(color, gains, strict=True))
