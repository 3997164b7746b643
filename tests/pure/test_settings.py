"""Settings: where a value comes from, what is refused and how it is said."""

from pathlib import Path

import pytest

from shared.settings import SAMPLE_SECRETS, BadSetting, Settings, load, rows

SECRET = "s" * 32
OWN = {"ROOMS_SECRETS": f"a:{SECRET}"}


def refusal(environ: dict[str, str], flags: dict[str, str | None] | None = None) -> str:
    with pytest.raises(BadSetting) as error:
        load(OWN | environ, flags or {})
    return str(error.value)


def test_defaults_are_complete_for_development() -> None:
    settings = load({"ROOMS_DEVELOPMENT": "yes"}, {})
    assert settings == Settings(development=True)
    assert settings.secrets == SAMPLE_SECRETS


def test_flags_win_over_the_environment_which_wins_over_defaults() -> None:
    settings = load(OWN | {"ROOMS_LOBBY_PORT": "1", "ROOMS_WORKERS": "3"}, {"lobby_port": "2", "workers": None})
    assert (settings.lobby_port, settings.workers, settings.realm) == (2, 3, "main")


def test_an_empty_text_counts_as_not_given() -> None:
    assert load(OWN | {"ROOMS_REALM": "", "REDIS_URL": ""}, {"realm": ""}).realm == "main"


def test_the_sample_secret_is_refused_outside_development() -> None:
    with pytest.raises(BadSetting, match="ROOMS_SECRETS must be set"):
        load({}, {})


def test_lists_are_read_in_order() -> None:
    text = f"b:{SECRET}, a:{SECRET}x"
    origins = "https://A.example.org, http://b.example.org:8000"
    settings = load({"ROOMS_SECRETS": text, "ROOMS_PUBLIC_ORIGINS": origins, "ROOMS_TRUSTED_PROXIES": "10.0.0.0/8"}, {})
    assert settings.secrets == (("b", SECRET), ("a", SECRET + "x"))
    assert settings.public_origins == ("https://a.example.org", "http://b.example.org:8000")
    assert settings.trusted_proxies == ("10.0.0.0/8",)


def test_with_a_certificate_workers_are_announced_as_wss() -> None:
    tls = {"ROOMS_TLS_CERTIFICATE": "c.pem", "ROOMS_TLS_KEY": "k.pem"}
    assert load(OWN | tls, {}).worker_address == "wss://{host}:{port}"
    assert load(OWN | tls | {"ROOMS_WORKER_ADDRESS": "ws://w/{port}"}, {}).worker_address == "ws://w/{port}"


@pytest.mark.parametrize("name", ["node-1", "node-1.example.org", "10.0.0.7", "172.30.81.0/24"])
def test_a_node_is_named_by_a_host_an_address_or_a_network(name: str) -> None:
    assert load(OWN | {"ROOMS_NODE_NAME": name}, {}).node_name == name


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "ROOMS_NODE_NAME",
            "a b",
            "ROOMS_NODE_NAME must be a host name, an address, or the network in which this machine has its address "
            "(it is 'a b').",
        ),
        ("REDIS_URL", "http://x", "REDIS_URL must look like redis://host:6379/0."),
        ("ROOMS_REALM", "Ü", "ROOMS_REALM must be up to 32 lower-case letters, digits and hyphens (it is 'Ü')."),
        ("ROOMS_SECRETS", "a:short", "ROOMS_SECRETS must have secrets of at least 32 bytes each."),
        ("ROOMS_SECRETS", SECRET, "ROOMS_SECRETS must be a list such as 2026a:SECRET,2025b:SECRET, each key id once."),
        ("ROOMS_API_KEY", "short", "ROOMS_API_KEY must have at least 32 bytes."),
        ("ROOMS_DEVELOPMENT", "perhaps", "ROOMS_DEVELOPMENT must be yes or no (it is 'perhaps')."),
        ("ROOMS_LOBBY_PORT", "70000", "ROOMS_LOBBY_PORT must be a whole number from 0 to 65535 (it is '70000')."),
        ("ROOMS_LOBBY_PORT", "-1", "ROOMS_LOBBY_PORT must be a whole number from 0 to 65535 (it is '-1')."),
        ("ROOMS_TURN_SECRET", SECRET, "ROOMS_TURN_URLS and ROOMS_TURN_SECRET must be given together."),
        ("ROOMS_TURN_URLS", "turn:t.org", "ROOMS_TURN_URLS and ROOMS_TURN_SECRET must be given together."),
        ("ROOMS_RELAY_ONLY", "yes", "ROOMS_RELAY_ONLY needs ROOMS_TURN_URLS: there is nothing to relay through."),
        ("ROOMS_TLS_KEY", "k.pem", "ROOMS_TLS_CERTIFICATE and ROOMS_TLS_KEY must be given together."),
    ],
)
def test_a_bad_value_is_one_sentence(name: str, value: str, sentence: str) -> None:
    assert refusal({name: value}) == sentence


@pytest.mark.parametrize(
    "url",
    [
        "redis://h",
        "redis://h:6380/7",
        "redis://name:password@[::1]:6379/0",
        "redis://h/0?password=x",
        "rediss://h:6379?db=2&ssl_cert_reqs=none",
        "unix:///run/redis.sock?db=0",
    ],
)
def test_addresses_of_a_redis(url: str) -> None:
    assert load(OWN | {"REDIS_URL": url}, {}).redis_url == url


@pytest.mark.parametrize(
    "url",
    [
        "redis://",
        "redis:///0",
        "redis://h:abc/0",
        "redis://h:70000/0",
        "redis://h/zero",
        "redis://h/0?db=zero",
        "redis://h/0?foo=1",
        "redis://h/0#part",
        "redis://[::1/0",
        "unix://socket",
        "h:6379",
    ],
)
def test_what_is_no_address_of_a_redis_is_refused(url: str) -> None:
    assert refusal({"REDIS_URL": url}) == "REDIS_URL must look like redis://host:6379/0."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROOMS_SECRETS", f"a:{SECRET},a:{SECRET}"),
        ("ROOMS_PUBLIC_ORIGINS", "https://x.org/path"),
        ("ROOMS_PUBLIC_ORIGINS", "x.org"),
        ("ROOMS_TRUSTED_PROXIES", "everybody"),
        ("ROOMS_WORKER_ADDRESS", "http://{host}"),
        ("ROOMS_WORKER_ADDRESS", "ws://{secret}"),
        ("ROOMS_WORKER_ADDRESS", "ws://{host"),
        ("ROOMS_WORKER_ADDRESS", "ws://{}"),
        ("ROOMS_WORKER_ADDRESS", "ws://{host.__class__}"),
        ("ROOMS_STUN_URLS", "turn:t.org"),
        ("ROOMS_TURN_URLS", "turn:user@t.org"),
        ("ROOMS_TURN_URLS", "turn:t.org?transport=sctp"),
        ("ROOMS_ROOMS_PER_CLUSTER", "0"),
        ("ROOMS_ROOMS_PER_CLUSTER", "\u0663"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, value: str) -> None:
    assert refusal({name: value}).startswith(f"{name} must ")


def test_a_flag_is_named_as_it_was_given() -> None:
    assert refusal({}, {"lobby_port": "x"}).startswith("--lobby-port must ")


def test_no_secret_is_shown() -> None:
    secret = "do-not-show-me-do-not-show-me-do-not"
    settings = load({"ROOMS_SECRETS": f"a:{secret}", "ROOMS_API_KEY": secret, "REDIS_URL": f"redis://:{secret}@h"}, {})
    assert secret not in repr(settings)
    assert secret not in refusal({"REDIS_URL": f"http://:{secret}@h"})


def test_every_default_passes_its_own_check() -> None:
    for row in rows():
        if isinstance(row.default, str | int | Path) and not isinstance(row.default, bool):
            assert row.check(str(row.default)) == row.default
        assert row.help.endswith(".")
