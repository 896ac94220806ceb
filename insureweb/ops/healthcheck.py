"""Ask the web server of this container whether it is up: `python -m insureweb.ops.healthcheck`.

It asks as the proxy would, because production answers only to its own host names over https.
"""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

SECONDS = 4


def is_healthy(address: str, public_url: str) -> bool:
    """True when /healthz answers 200."""
    headers = {"Host": urlsplit(public_url).netloc or "127.0.0.1", "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"{address}/healthz", headers=headers)  # noqa: S310  our own loopback address
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy("http://127.0.0.1:8000", os.environ.get("PUBLIC_URL", "")) else 1)
