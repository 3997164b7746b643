"""The deployment files are valid, agree with each other, and hold no secret. What runs is test_deploy_play.py."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from shared.settings import BadSetting, load, rows
from tests.support.composition import Missing, Service, read

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
BIN = Path(sys.executable).parent
FILLED = {"ROOMS_SECRETS": "a:" + "s" * 32, "REDIS_PASSWORD": "p" * 32}
RAW = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def check(command: list[str | Path], environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environ, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    return read(COMPOSE, FILLED)


def test_the_compose_file_fits_the_schema() -> None:
    check([BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE])


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    check([BIN / "hadolint", ROOT / "deploy" / "Dockerfile"])


def test_caddy_accepts_the_caddyfile(services: dict[str, Service], tmp_path: Path, caddy: str) -> None:
    environ = os.environ | services["proxy"].environment | {"XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    check([caddy, "validate", "--config", ROOT / "deploy" / "Caddyfile", "--adapter", "caddyfile"], environ)


@pytest.mark.parametrize("name", FILLED)
def test_a_missing_secret_stops_compose_with_a_sentence(name: str) -> None:
    with pytest.raises(Missing, match=f"{name} is missing, see deploy/example.env"):
        read(COMPOSE, FILLED | {name: ""})


def test_the_example_names_each_variable_and_fills_no_secret() -> None:
    text = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    example = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert set(example) == set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8")))
    secret = {row.env for row in rows() if row.is_secret} | {"REDIS_PASSWORD"}
    assert [example[name] for name in secret & set(example)] == [""] * len(secret & set(example))


@pytest.mark.parametrize("name", ["lobby", "node"])
def test_the_settings_of_a_service_are_accepted(services: dict[str, Service], name: str) -> None:
    environ = services[name].environment
    assert set(environ) <= {row.env for row in rows()}
    assert not load(environ, {}).development
    with pytest.raises(BadSetting, match="at least 32 bytes"):
        load(environ | {"ROOMS_SECRETS": "a:short"}, {})


@pytest.mark.parametrize("name", RAW["services"])
def test_each_service_is_locked_down_and_watched(name: str) -> None:
    service = RAW["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "test" in service["healthcheck"]
    assert ("ports" in service) == (name in ("proxy", "turn")), "only these are reachable from outside"


def test_no_image_of_ours_runs_as_root() -> None:
    stages = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")
    for stage in stages:
        if stage.splitlines()[0].endswith((" AS rooms", " AS proxy")):
            assert re.search(r"^USER [1-9]\d*$", stage, re.MULTILINE)
    assert RAW["services"]["redis"]["user"] == "redis"


def test_the_proxy_reaches_nodes_and_never_the_host(services: dict[str, Service]) -> None:
    """The gateway of a container network is the host itself."""
    nodes = re.compile(services["proxy"].environment["NODES"])
    nodes_network = RAW["networks"]["nodes"]["ipam"]["config"][0]
    assert services["node"].environment["ROOMS_NODE_NAME"] == nodes_network["subnet"] == "172.30.81.0/24"
    assert nodes_network["ip_range"] == "172.30.81.128/25"
    assert not nodes.fullmatch(nodes_network["gateway"])
    reached = [last for last in range(256) if nodes.fullmatch(f"172.30.81.{last}")]
    assert reached == list(range(128, 256))
    assert not nodes.fullmatch("172.30.80.130")
    assert not nodes.fullmatch("172x30.81.130")
    ports = re.compile(services["proxy"].environment["WORKER_PORTS"])
    assert ports.fullmatch(services["node"].environment["ROOMS_WORKER_PORTS"])
    assert not any(map(ports.fullmatch, ("6379", "8000", "81010")))


def test_the_image_contains_what_the_dockerfile_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.MULTILINE):
        for source in line.split():
            assert any(source == kept[1:] or source.startswith(kept[1:] + "/") for kept in ignored if kept[0] == "!")
            assert (ROOT / source).exists()


@pytest.fixture(scope="module")
def caddy() -> str:
    found = shutil.which("caddy")
    if not found and not os.environ.get("CI"):
        pytest.skip("caddy is not installed")
    assert found, "CI must have caddy"
    return found
