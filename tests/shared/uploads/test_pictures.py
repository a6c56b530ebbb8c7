"""Pictures are kept as we drew them, and hostile ones are refused before they take memory."""

import io

import pytest
from PIL import Image

from shared.uploads.pictures import MEGA, BadPicture, Limits, renditions
from tests.shared.uploads.making import GPS, HTML, SVG, bomb, located, picture

LIMITS = Limits(("JPEG", "PNG", "WEBP", "GIF"), MEGA, most_factor=10)
SIDES = (480, 960, 1600)


def drawn(content: bytes) -> list[Image.Image]:
    found = renditions(content, LIMITS, SIDES, "picture")
    opened = [Image.open(io.BytesIO(one.content)) for one in found]
    assert [one.size for one in opened] == [(one.width, one.height) for one in found]
    assert {one.format for one in opened} == {"WEBP"}
    return opened


def test_a_picture_comes_in_each_size_it_is_large_enough_for() -> None:
    assert [one.size for one in drawn(picture(size=(4000, 2000)))] == [(480, 240), (960, 480), (1600, 800)]
    assert [one.size for one in drawn(picture(size=(600, 300)))] == [(480, 240), (600, 300)]
    assert [one.size for one in drawn(picture(size=(10, 20)))] == [(10, 20)]


def test_what_it_held_besides_is_gone_and_it_stands_upright() -> None:
    found = renditions(located() + HTML, LIMITS, SIDES, "picture")
    for one in found:
        assert GPS not in one.content
        assert b"script" not in one.content
        assert not Image.open(io.BytesIO(one.content)).getexif()
    assert [(one.width, one.height) for one in found] == [(240, 480), (480, 960), (500, 1000)]


def test_the_first_frame_of_a_moving_picture_is_kept_and_what_is_see_through_stays_so() -> None:
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    (moving,) = drawn(out.getvalue())
    red, _green, blue = moving.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert (red > 200, blue < 50, getattr(moving, "n_frames", 1)) == (True, True, 1)
    out = io.BytesIO()
    Image.new("RGBA", (40, 20), (255, 0, 0, 0)).save(out, "PNG")
    (clear,) = drawn(out.getvalue())
    assert clear.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", SVG, HTML, picture("BMP"), picture("TIFF"), picture()[:400], picture("PNG")[:60],
        bomb(), picture(size=(1100, 100)), picture(size=(7000, 6000)), picture() + b"\0" * MEGA,
    ],
    ids=["nothing", "head of a gif", "head of a png", "svg", "html", "bmp", "tiff", "cut jpeg", "cut png", "bomb", "long", "vast", "heavy"],
)  # fmt: skip
def test_what_is_no_picture_or_too_much_of_one_is_refused_at_its_field(content: bytes) -> None:
    with pytest.raises(BadPicture) as refused:
        renditions(content, LIMITS, SIDES, "picture")
    assert refused.value.field == "picture"
    assert "JPEG, PNG, WebP, GIF, høyst 1 MB" in str(refused.value)
