"""What a start needs: certificates that cannot be used are one sentence."""

from pathlib import Path

import pytest

from shared.settings import CannotStart, Settings
from shared.start import tls_of


def refusal(certificate: Path, key: Path) -> str:
    with pytest.raises(CannotStart) as error:
        tls_of(Settings(tls_certificate=certificate, tls_key=key))
    return str(error.value)


def test_without_a_certificate_there_is_no_tls() -> None:
    assert tls_of(Settings()) is None


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    assert refusal(certificate, key) == (
        f"The certificate {certificate} with the key {key} cannot be used: No such file or directory."
    )


def test_what_is_no_certificate_is_named(tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    certificate.write_text("none")
    key.write_text("none")
    assert refusal(certificate, key).startswith(f"The certificate {certificate} with the key {key} cannot be used: ")
