"""The invented people of the smoke journey, and the photo they take."""

import struct
import zlib
from dataclasses import dataclass
from datetime import date

# GB 11643-1999: weights of the first seventeen digits and the check characters.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
AREA = "110101"


@dataclass(frozen=True)
class Buyer:
    """A customer as they would write themselves into a form."""

    email: str
    name: str
    id_number: str
    phone: str
    account: str


def resident_id(born: date, serial: int) -> str:
    """A number that passes the check digit."""
    body = f"{AREA}{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK_CHARACTERS[total % 11]


def photo(shade: int) -> tuple[str, bytes, str]:
    """A small grey PNG, different for each shade; nobody's papers."""
    width = height = 64
    rows = b"".join(b"\0" + bytes((shade + x + y) % 256 for x in range(width)) for y in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return f"photo-{shade}.png", content, "image/png"
