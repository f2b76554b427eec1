"""The classes of the world, and the colours of its things in white light."""

from __future__ import annotations

from segedu.data.world.canvas import Color

SKY, BUILDING, ROAD, WATER, VEGETATION, CAR, BOAT, PERSON, POLE = range(9)

PAINT: tuple[Color, ...] = (
    (196, 62, 52), (226, 226, 222), (44, 62, 92), (232, 178, 62), (70, 124, 138), (58, 60, 66),
    (150, 170, 186), (214, 112, 66), (92, 128, 92), (176, 44, 74), (240, 232, 206), (88, 116, 168),
)  # fmt: skip
"""Of cars and boats, one list for both; and of coats."""

SKIN: tuple[Color, ...] = ((240, 200, 170), (198, 144, 108), (120, 80, 60), (224, 178, 140))

WALLS: tuple[Color, ...] = (
    (214, 186, 148), (196, 128, 100), (226, 208, 178), (166, 108, 92), (180, 164, 150),
    (142, 144, 150), (218, 168, 124), (190, 196, 190), (158, 126, 120),
)  # fmt: skip

ROOFS: tuple[Color, ...] = ((148, 78, 64), (98, 84, 88), (122, 96, 80), (84, 94, 104))

LEAVES: tuple[Color, ...] = ((88, 126, 66), (112, 134, 62), (64, 112, 76), (134, 130, 64))

GLASS: Color = (62, 78, 98)
INK: Color = (34, 34, 42)
SHADE: Color = (26, 38, 62)
WHITE: Color = (255, 255, 255)
