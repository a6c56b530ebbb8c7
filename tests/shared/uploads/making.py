"""Files to upload: pictures, documents, and what pretends to be one."""

import io
import struct
import zlib
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image
from PIL.ExifTags import IFD

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><script>alert(1)</script>"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
GPS = b"HEMMELIG STED"


def picture(format: str = "JPEG", size: tuple[int, int] = (1000, 500), colour: Any = "red", **saved: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format, **saved)
    return out.getvalue()


def located(size: tuple[int, int] = (1000, 500), orientation: int = 6) -> bytes:
    """Return a JPEG that says where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x9286] = GPS.decode()
    exif[0x010F] = GPS.decode()
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (59.0, 54.0, 0.0), 3: "E", 4: (10.0, 45.0, 0.0)})
    made = picture(size=size, exif=exif)
    assert GPS in made
    return made


def bomb() -> bytes:
    """Return a small PNG that says it has 2.5 thousand million pixels."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1_000)), (b"IEND", b""))
    packed = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + packed


def packed(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def office(main: str = "word/document.xml", types: str = "", **more: bytes) -> bytes:
    return packed({"[Content_Types].xml": TYPES.format(types), main: "<document/>", **more})


def open_document(kind: str = "text", **more: bytes) -> bytes:
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<content/>", **more})
