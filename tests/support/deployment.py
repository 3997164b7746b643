"""docker-compose.yml without an engine: each service's own command, environment and health check, as plain processes.

What differs from the containers is in `_place` and nowhere else: addresses and ports on loopback, and folders.
"""

import os
import re
import shlex
import ssl
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cli.network import free_ports
from tests.support.composition import Service, read
from tests.support.eventually import eventually_sync
from tests.support.leftovers import expect_to_outlive_tests

ROOT = Path(__file__).parents[2]
GAMES = Path(__file__).parent / "games"
LOOPBACK = "127.0.0.1"
LOBBY_ADDRESSES = ("127.0.0.1", "127.0.0.2")
HEALTHY_WITHIN_S = 40.0
STOPPED_WITHIN_S = 25.0


class Deployment:
    """`docker compose up --scale lobby=2 --scale node=2`. `origin` is the one public address; `name_server` has
    LOBBY_ADDRESSES for every name."""

    def __init__(self, folder: Path, environ: dict[str, str], name_server: str) -> None:
        self.folder = folder
        ports = iter(free_ports(LOOPBACK, 7))
        self.redis_port, self.https_port, self.http_port, self.proxy_health_port = (next(ports) for _ in range(4))
        self.lobby_port, self.worker_ports = next(ports), [next(ports), next(ports)]
        self._name_server = name_server
        self.origin = f"https://localhost:{self.https_port}"
        self.certificate = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        site = {"SITE_ADDRESS": f"localhost:{self.https_port}"}
        self._services = read(ROOT / "docker-compose.yml", environ | site)
        self.running: list[tuple[Service, subprocess.Popen[bytes]]] = []

    def start(self) -> None:
        for name, copies in {"redis": 1, "lobby": 2, "node": 2, "proxy": 1}.items():
            started = [self._start(self._place(self._services[name], copy)) for copy in range(copies)]
            for service in started:
                eventually_sync(partial(self._becomes_healthy, service), within=HEALTHY_WITHIN_S)
        eventually_sync(self._has_certificate, within=HEALTHY_WITHIN_S)

    def is_healthy(self, service: Service) -> bool:
        return subprocess.run(service.health, env=_environ(service), cwd=ROOT, capture_output=True).returncode == 0

    def _becomes_healthy(self, service: Service) -> bool:
        """Fails the test at once when a process has ended."""
        ended = [one.name for one, process in self.running if process.poll() is not None]
        if ended:
            pytest.fail(f"{', '.join(ended)} has ended:\n{self.log()[-4000:]}")
        assert self.is_healthy(service), f"{service.name} is not healthy:\n{self.log()[-4000:]}"
        return True

    def _has_certificate(self) -> bool:
        """The proxy answers before its own authority has signed the first certificate."""
        try:
            return bool(ssl.get_server_certificate(("localhost", self.https_port), timeout=5))
        except OSError as not_yet:
            raise AssertionError(f"{not_yet}:\n{self.log()[-4000:]}") from not_yet

    def log(self) -> str:
        """What all of them said."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> dict[str, list[int]]:
        """SIGTERM in the opposite order, as compose does; the exit codes."""
        codes: dict[str, list[int]] = {}
        while self.running:
            service, process = self.running.pop()
            process.terminate()
            try:
                code = process.wait(STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            codes.setdefault(service.name, []).append(code)
        return codes

    def kill_a(self, name: str) -> None:
        """One of the service's processes dies, and nobody starts another one."""
        one = next(entry for entry in self.running if entry[0].name == name)
        self.running.remove(one)
        one[1].kill()
        one[1].wait()

    def _start(self, service: Service) -> Service:
        log = self.folder / f"{service.name}-{len(self.running)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                service.command, env=_environ(service), cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        expect_to_outlive_tests(process.pid)
        self.running.append((service, process))
        return service

    def _place(self, service: Service, copy: int) -> Service:
        """The service moved from its container to this machine."""
        port = self.redis_port
        command, health = service.command, " ".join(map(shlex.quote, service.health))
        environment = {
            name: value.replace("@redis:6379", f"@{LOOPBACK}:{port}") for name, value in service.environment.items()
        }
        if service.name == "redis":
            command = [*command, "--port", str(port), "--bind", LOOPBACK, "--dir", str(self.folder)]
            health = health.replace("redis-cli", f"redis-cli -p {port}")
        if service.name in ("lobby", "node"):
            environment["ROOMS_GAMES"] = str(GAMES)
        if service.name == "lobby":
            environment |= {
                "ROOMS_LOBBY_HOST": LOBBY_ADDRESSES[copy],
                "ROOMS_LOBBY_PORT": str(self.lobby_port),
                "ROOMS_TRUSTED_PROXIES": "127.0.0.0/8",
            }
        if service.name == "node":
            environment |= {
                "ROOMS_NODE_NAME": "127.0.0.0/8",
                "ROOMS_WORKER_PORTS": str(self.worker_ports[copy]),
                "ROOMS_TRUSTED_PROXIES": "127.0.0.0/8",
            }
        if service.name == "proxy":
            command = [word.replace("/etc/caddy", str(ROOT / "deploy")) for word in command]
            health = health.replace(":8081", f":{self.proxy_health_port}")
            environment |= {
                "HTTP_PORT": str(self.http_port),
                "HTTPS_PORT": str(self.https_port),
                "HEALTH_PORT": str(self.proxy_health_port),
                "LOBBY_PORT": str(self.lobby_port),
                "NAME_SERVER": f"resolvers udp/{self._name_server}",
                "NODES": re.escape(LOOPBACK),
                "WORKER_PORTS": "|".join(map(str, self.worker_ports)),
                "XDG_DATA_HOME": str(self.folder),
                "XDG_CONFIG_HOME": str(self.folder),
            }
        return replace(service, command=command, environment=environment, health=["sh", "-c", health])


def _environ(service: Service) -> dict[str, str]:
    """As in a container: the service's own environment, and where programs are; nothing of this process."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {"PATH": path, "HOME": "/nonexistent", **service.environment}
