"""Everything that can be set from outside: one frozen object, checked before anything starts.

The fields of `Settings` are the one table: each has a default, a check and a help text; its environment variable and
its flag follow from its name. `docs/SETTINGS.md` is rendered from it. Nothing here reads the environment or a file:
entry points hand both in, and pass the finished object down.
"""
# ruff: noqa: RUF009 - `setting()` is `dataclasses.field` with our metadata

import dataclasses
import ipaddress
import re
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.wire.tokens import SECRET_BYTES

SAMPLE_SECRETS = (("sample", "a-sample-secret-for-development-only"),)
WORKER_ADDRESS = "ws://{host}:{port}"
ADDRESS_FIELDS = ("host", "netloc", "node", "port")
"""`host` and `netloc` are filled by the lobby from the client's request, `node` and `port` by the node."""

Check = Callable[[str], Any]


class CannotStart(Exception):
    """Something outside keeps a process from starting. Its text is one sentence for the person who started it."""


class BadSetting(CannotStart):
    """A setting is missing or wrong."""


# --- checks: text to value, or a ValueError that ends the sentence "NAME must …"


def text(value: str) -> str:
    return value


def switch(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in words:
        raise ValueError("be yes or no")
    return words[value.lower()]


def integer(least: int, most: int) -> Check:
    def check(value: str) -> int:
        if not _is_number(value) or not least <= int(value) <= most:
            raise ValueError(f"be a whole number from {least} to {most}")
        return int(value)

    return check


def short_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", value):
        raise ValueError("be up to 32 lower-case letters, digits and hyphens")
    return value


def node_name(value: str) -> str:
    if "/" in value:
        return networks(value)[0]
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,62}", value):
        raise ValueError("be a host name, an address, or the network in which this machine has its address")
    return value


REDIS_PARAMETERS = (
    *("db", "username", "password"),
    *("ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile"),
)
"""What the address of a Redis may say behind its question mark."""


def redis_url(value: str) -> str:
    if not _is_redis_url(value):
        raise ValueError("look like redis://host:6379/0")
    return value


def _is_redis_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        host, has_port = parts.hostname, parts.port != 0
    except ValueError:
        return False
    if parts.fragment or not parameters.keys() <= set(REDIS_PARAMETERS) or not _is_number(parameters.get("db", "0")):
        return False
    if parts.scheme == "unix":
        return parts.path.startswith("/")
    return parts.scheme in ("redis", "rediss") and bool(host) and has_port and _is_number(parts.path.strip("/") or "0")


def _is_number(value: str) -> bool:
    return re.fullmatch(r"\d{1,9}", value, re.ASCII) is not None


def secrets(value: str) -> tuple[tuple[str, str], ...]:
    pairs = [entry.strip().partition(":") for entry in value.split(",")]
    if any(not kid or not secret for kid, _, secret in pairs) or len({kid for kid, _, _ in pairs}) < len(pairs):
        raise ValueError("be a list such as 2026a:SECRET,2025b:SECRET, each key id once")
    if any(len(secret.encode()) < SECRET_BYTES for _, _, secret in pairs):
        raise ValueError(f"have secrets of at least {SECRET_BYTES} bytes each")
    return tuple((kid, secret) for kid, _, secret in pairs)


def maybe_secret(value: str) -> str:
    if value and len(value.encode()) < SECRET_BYTES:
        raise ValueError(f"have at least {SECRET_BYTES} bytes")
    return value


def origins(value: str) -> tuple[str, ...]:
    return tuple(_origin(entry.strip()) for entry in value.split(",") if entry.strip())


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("be a list of origins such as https://play.example.org, without a path")
    return value.lower()


def networks(value: str) -> tuple[str, ...]:
    entries = tuple(entry.strip() for entry in value.split(",") if entry.strip())
    try:
        for entry in entries:
            ipaddress.ip_network(entry)
    except ValueError:
        raise ValueError("be a list of addresses or networks such as 10.0.0.0/8") from None
    return entries


def ice_urls(*schemes: str) -> Check:
    """STUN and TURN servers as browsers take them (RFC 7064, RFC 7065)."""
    known = rf"({'|'.join(schemes)}):[^\s?@/]+(\?transport=(udp|tcp))?"

    def check(value: str) -> tuple[str, ...]:
        entries = tuple(entry.strip() for entry in value.split(",") if entry.strip())
        if not all(re.fullmatch(known, entry) for entry in entries):
            raise ValueError(f"be a list of addresses such as {schemes[0]}:{schemes[0]}.example.org:3478")
        return entries

    return check


def address_template(value: str) -> str:
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
    except ValueError:
        named = {""}
    if not value.startswith(("ws://", "wss://")) or not named <= set(ADDRESS_FIELDS):
        fields = ", ".join(f"{{{name}}}" for name in ADDRESS_FIELDS)
        raise ValueError(f"be a ws:// or wss:// address in which {fields} may stand")
    return value


def path(value: str) -> Path:
    return Path(value)


def maybe_path(value: str) -> Path | None:
    return Path(value) if value else None


# --- the table


def setting(default: Any, check: Check, help_text: str, *, env: str = "", is_secret: bool = False) -> Any:
    metadata = {"check": check, "help": help_text, "env": env, "is_secret": is_secret}
    return field(default=default, metadata=metadata, repr=not is_secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """See docs/SETTINGS.md, which is rendered from this class."""

    redis_url: str = setting(
        "redis://127.0.0.1:6379/0", redis_url, "Where the directory lives.", env="REDIS_URL", is_secret=True
    )
    realm: str = setting("main", short_name, "Names this cluster's keys in Redis. Several realms may share one Redis.")
    secrets: tuple[tuple[str, str], ...] = setting(
        SAMPLE_SECRETS,
        secrets,
        "Signing keys as `kid:secret,…`, at least 32 bytes each. The first one signs, the others are still accepted.",
        is_secret=True,
    )
    development: bool = setting(
        False,
        switch,
        "On one's own machine: the sample secret and the address in use as origin are accepted, and what is saved in a "
        "game's folder counts at once.",
    )
    public_origins: tuple[str, ...] = setting(
        (), origins, "Web origins whose pages may connect, such as `https://play.example.org`."
    )
    trusted_proxies: tuple[str, ...] = setting(
        (), networks, "Addresses or networks of the proxies whose `X-Forwarded-For` and `-Proto` count."
    )
    api_key: str = setting(
        "",
        maybe_secret,
        "Lets your own servers mint identities and hold seats. At least 32 bytes; empty: off.",
        is_secret=True,
    )
    lobby_host: str = setting("0.0.0.0", text, "The address on which the lobby listens.")
    lobby_port: int = setting(8000, integer(0, 65535), "The lobby's port; 0 takes any free one.")
    node_name: str = setting(
        "node",
        node_name,
        "Names this machine in addresses (`{node}`). A network such as `172.30.81.0/24` stands for its address in it.",
    )
    worker_host: str = setting("0.0.0.0", text, "The address on which workers listen.")
    worker_ports: int = setting(8101, integer(0, 65000), "The first worker's port, the next one has the next; 0: any.")
    workers: int = setting(0, integer(0, 256), "Workers of a node; 0: one per processor core.")
    worker_address: str = setting(
        WORKER_ADDRESS,
        address_template,
        "How clients reach a worker. `{host}` (without port) and `{netloc}` (with port) are those by which the client "
        "reached the lobby. With a certificate the default becomes `wss://…`.",
    )
    games: Path = setting(Path("games"), path, "The folder with the games.")
    client: Path = setting(Path("client_js"), path, "The folder with the browser's client and pages.")
    serve_site: bool = setting(True, switch, "Serve the pages, client and games too; no: only the API.")
    rooms_per_cluster: int = setting(10_000, integer(1, 10**7), "Rooms at most in the whole realm.")
    rooms_per_worker: int = setting(200, integer(1, 10**5), "Rooms at most on one worker.")
    rooms_per_client: int = setting(5, integer(1, 1000), "Living rooms at most that one client has created.")
    guests_per_minute: int = setting(120, integer(0, 10**6), "New guests from one address; 0: unlimited.")
    holds_per_minute: int = setting(240, integer(0, 10**6), "Creates and joins from one address; 0: unlimited.")
    returns_per_minute: int = setting(
        1000, integer(0, 10**6), "Returns from one address that find no seat any more; 0: unlimited."
    )
    lines_per_address: int = setting(
        1000, integer(0, 10**6), "Lines with one lobby at once from one address; 0: unlimited."
    )
    stun_urls: tuple[str, ...] = setting(
        (), ice_urls("stun", "stuns"), "STUN servers for calls, such as `stun:turn.example.org:3478`."
    )
    turn_urls: tuple[str, ...] = setting(
        (), ice_urls("turn", "turns"), "TURN servers for calls, such as `turn:turn.example.org:3478?transport=udp`."
    )
    turn_secret: str = setting(
        "",
        maybe_secret,
        "What the TURN servers share with the lobby (`static-auth-secret`). At least 32 bytes.",
        is_secret=True,
    )
    relay_only: bool = setting(
        False, switch, "Calls go through the TURN servers only, so that nobody sees another's address."
    )
    tls_certificate: Path | None = setting(None, maybe_path, "Certificate chain (PEM) for https and wss.")
    tls_key: Path | None = setting(None, maybe_path, "The certificate's private key (PEM).")


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as entry points and docs see it."""

    name: str
    env: str
    flag: str
    help: str
    default: Any
    check: Check
    is_secret: bool

    @property
    def is_switch(self) -> bool:
        return self.check is switch


def rows() -> Iterator[Row]:
    for entry in dataclasses.fields(Settings):
        meta = entry.metadata
        env = meta["env"] or f"ROOMS_{entry.name.upper()}"
        flag = f"--{entry.name.replace('_', '-')}"
        yield Row(entry.name, env, flag, meta["help"], entry.default, meta["check"], meta["is_secret"])


def load(environ: Mapping[str, str], flags: Mapping[str, str | None]) -> Settings:
    """Flags (by field name) win over the environment, which wins over defaults; an empty text counts as not given.

    Raises BadSetting.
    """
    values: dict[str, Any] = {}
    for row in rows():
        flagged, given = flags.get(row.name), environ.get(row.env)
        if flagged:
            values[row.name] = _checked(row, row.flag, flagged)
        elif given:
            values[row.name] = _checked(row, row.env, given)
    return _consistent(Settings(**values))


def _checked(row: Row, source: str, value: str) -> Any:
    try:
        return row.check(value)
    except ValueError as error:
        shown = "" if row.is_secret else f" (it is {value!r})"
        raise BadSetting(f"{source} must {error}{shown}.") from None


def _consistent(settings: Settings) -> Settings:
    if settings.secrets == SAMPLE_SECRETS and not settings.development:
        raise BadSetting(
            "ROOMS_SECRETS must be set to a secret of your own, such as key1:$(openssl rand -hex 32); "
            "the sample is only for development."
        )
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise BadSetting("ROOMS_TLS_CERTIFICATE and ROOMS_TLS_KEY must be given together.")
    if bool(settings.turn_urls) != bool(settings.turn_secret):
        raise BadSetting("ROOMS_TURN_URLS and ROOMS_TURN_SECRET must be given together.")
    if settings.relay_only and not settings.turn_urls:
        raise BadSetting("ROOMS_RELAY_ONLY needs ROOMS_TURN_URLS: there is nothing to relay through.")
    if settings.tls_certificate and settings.worker_address == WORKER_ADDRESS:
        return dataclasses.replace(settings, worker_address=WORKER_ADDRESS.replace("ws:", "wss:"))
    return settings


def markdown() -> str:
    """The text of docs/SETTINGS.md."""
    lines = [
        "# Settings",
        "",
        "Generated from `shared/settings.py`. Flags win over environment variables, these over the defaults. A value",
        "that does not fit stops the start with one sentence and exit code 2.",
        "",
        "| variable | flag | default | meaning |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{row.env}` | `{row.flag}` | {_shown(row)} | {row.help} |" for row in rows()]
    return "\n".join(lines) + "\n"


def _shown(row: Row) -> str:
    if row.default == SAMPLE_SECRETS:
        return "a sample"
    if row.is_switch:
        return "yes" if row.default else "no"
    return "" if row.default in ("", (), None) else f"`{row.default}`"
