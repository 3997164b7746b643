"""What a lobby and a node need before they start. What is missing is a CannotStart with one sentence.

Absent: ports. Whoever listens on one finds out (`listening.py`).
"""

import ssl
from urllib.parse import urlsplit

from shared.catalog import Catalog, read_catalog
from shared.rules.toml_tables import ManifestError
from shared.settings import CannotStart, Settings
from shared.store.store import Store


def games_of(settings: Settings) -> Catalog:
    try:
        return read_catalog(settings.games)
    except ManifestError as error:
        raise CannotStart(str(error)) from None


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """None without a certificate."""
    if settings.tls_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # With no password OpenSSL would ask the terminal for that of an encrypted key, and wait.
        context.load_cert_chain(settings.tls_certificate, settings.tls_key, password="")
    except OSError as error:
        names = f"{settings.tls_certificate} with the key {settings.tls_key}"
        raise CannotStart(f"The certificate {names} cannot be used: {error.strerror or error}.") from None
    return context


async def require_redis(settings: Settings, store: Store) -> None:
    reason = await store.why_not()
    if reason:
        raise CannotStart(f"Redis at {_place(settings.redis_url)} {reason}. Mend that, or set REDIS_URL.")


def _place(url: str) -> str:
    """Without what may hold a password."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] + parts.path
