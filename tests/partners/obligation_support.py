"""What tests of obligations hand in."""

from datetime import UTC, datetime

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)


def multipart(fields: dict[str, str], name: str = "avtale.pdf", content: bytes = PDF) -> tuple[bytes, str]:
    """Return the body and content type of a form with a file in the field `file`."""
    edge = "kant"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/html\r\n\r\n'
    )
    return b"".join(
        [*parts, head.encode(), content, f"\r\n--{edge}--\r\n".encode()]
    ), f"multipart/form-data; boundary={edge}"
