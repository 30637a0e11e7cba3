"""Releases (Freigaben): a folder of open files, immutable, checksummed and signed; written, read and verified here."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sozialraum.errors import Finding, ReleaseError

CATALOGUE = "katalog.json"
PROTOCOL = "protokoll.json"
VALUES = "werte.parquet"
COUNTS = "grundzahlen.parquet"
REQUIRED = (
    CATALOGUE,
    PROTOCOL,
    VALUES,
    "werte.csv",
    COUNTS,
    "gebiete.geojson",
    "hierarchie.csv",
    "datapackage.json",
    "LIESMICH.md",
)


@dataclass(frozen=True)
class Release:
    """A release as it lies on disk."""

    path: Path
    name: str
    catalogue: Mapping[str, Any]
    protocol: Mapping[str, Any]

    @property
    def values(self) -> Path:
        """The Parquet file of VALUES."""
        return self.path / VALUES

    @property
    def counts(self) -> Path:
        """The Parquet file of protected COUNTS."""
        return self.path / COUNTS

    @property
    def municipality(self) -> str:
        """The id of the municipality it speaks of."""
        return str(self.catalogue["municipality"]["id"])

    @property
    def public_key(self) -> str:
        """The key it says it was signed with, as hexadecimal text."""
        return str(self.protocol["signature"]["public_key"])


def read(path: Path) -> Release:
    """Read what a release says about itself; verifies nothing. Raises ReleaseError when it is no release."""
    if not path.is_dir():
        raise ReleaseError(
            Finding("Den Ordner der Freigabe gibt es nicht.", "Prüfen Sie den Pfad.", file=str(path))
        )
    missing = [name for name in REQUIRED if not (path / name).is_file()]
    if missing:
        raise ReleaseError(
            [
                Finding(
                    f"In der Freigabe fehlt {name}.",
                    "Kopieren Sie den ganzen Ordner der Freigabe.",
                    file=path.name,
                )
                for name in missing
            ]
        )
    try:
        catalogue = json.loads((path / CATALOGUE).read_text("utf-8"))
        protocol = json.loads((path / PROTOCOL).read_text("utf-8"))
        return Release(path, str(protocol["release"]), catalogue, protocol)
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            Finding(
                "Katalog oder Protokoll der Freigabe sind nicht lesbar.",
                "Fordern Sie die Freigabe neu an.",
                file=path.name,
            )
        ) from error


def verify(path: Path, trusted: Collection[str] | None) -> list[Finding]:
    """Check files, checksums and signature of a release folder.

    `trusted` are public keys (hexadecimal) that may sign; None checks the signature but trusts any key. An empty list
    means that everything is in order.
    """
    try:
        release = read(path)
        signature, checksums = release.protocol["signature"], release.protocol["checksums"]
        key, value = str(signature["public_key"]), bytes.fromhex(signature["value"])
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        checksums = {str(name): str(value) for name, value in checksums.items()}
    except ReleaseError as error:
        return list(error.findings)
    except (KeyError, TypeError, ValueError, AttributeError):
        return [
            Finding(
                "Die Freigabe trägt keine lesbare Unterschrift.",
                "Fordern Sie sie bei der freigebenden Stelle neu an.",
                file=path.name,
            )
        ]
    findings = [*_check_files(path, checksums)]
    # The signature covers what the protocol says, not how it is written; both must be as they were.
    if (path / PROTOCOL).read_text("utf-8") != _protocol_text(release.protocol):
        findings.append(
            Finding(
                "Das Protokoll wurde nach der Freigabe neu geschrieben.",
                "Fordern Sie die Freigabe neu an.",
                file=f"{path.name}/{PROTOCOL}",
            )
        )
    try:
        public.verify(value, signed_content(release.protocol))
    except InvalidSignature:
        findings.append(
            Finding("Die Unterschrift passt nicht zum Protokoll: Die Freigabe wurde nach dem Unterschreiben verändert.",
                    "Verwenden Sie sie nicht. Fordern Sie sie bei der freigebenden Stelle neu an.", file=f"{path.name}/{PROTOCOL}")
        )  # fmt: skip
    if trusted is not None and key not in {known.lower() for known in trusted}:
        findings.append(
            Finding("Der Schlüssel der freigebenden Stelle ist hier nicht bekannt.",
                    "Vergleichen Sie den Fingerabdruck mit der Stelle und nehmen Sie ihn mit „sozialraum trust SCHLÜSSEL“ auf.",
                    file=path.name, value=fingerprint(key))
        )  # fmt: skip
    return findings


def _check_files(path: Path, checksums: Mapping[str, str]) -> list[Finding]:
    findings = []
    there = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()} - {PROTOCOL}
    for name in sorted(set(checksums) | there):
        if name not in checksums:
            findings.append(
                Finding(
                    "Die Datei gehört nicht zur unterschriebenen Freigabe.",
                    "Verwenden Sie nur den Ordner, wie ihn die Stelle übergeben hat.",
                    file=f"{path.name}/{name}",
                )
            )
        elif name not in there:
            findings.append(
                Finding(
                    "Die Datei fehlt in der Freigabe.",
                    "Kopieren Sie den ganzen Ordner.",
                    file=f"{path.name}/{name}",
                )
            )
        elif checksum(path / name) != checksums[name]:
            findings.append(
                Finding(
                    "Die Datei wurde nach der Freigabe verändert (Prüfsumme weicht ab).",
                    "Fordern Sie die Freigabe neu an.",
                    file=f"{path.name}/{name}",
                )
            )
    return findings


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def signed_content(protocol: Mapping[str, Any]) -> bytes:
    """What is signed: the protocol with its checksums, without the signature, as canonical JSON."""
    content = {name: value for name, value in protocol.items() if name != "signature"}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def fingerprint(public_key: str) -> str:
    """A key's fingerprint for comparing by telephone: eight groups of four characters."""
    digest = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4))


def write(
    folder: Path, name: str, protocol: Mapping[str, Any], fill: Callable[[Path], None], key: Ed25519PrivateKey
) -> Release:
    """Write a release atomically: fill a hidden folder beside it, seal it, then give it its name.

    `fill` writes every file but the protocol. Raises FileExistsError when the name is taken; nothing half-written stays.
    """
    target = folder / name
    if target.exists():
        raise FileExistsError(target)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{name}.{os.getpid()}.partial"
    # What an interrupted run left behind.
    for rest in folder.glob(f".{name}.*.partial"):
        shutil.rmtree(rest, ignore_errors=True)
    partial.mkdir()
    try:
        fill(partial)
        _seal(partial, protocol, key)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return read(target)


def _seal(folder: Path, protocol: Mapping[str, Any], key: Ed25519PrivateKey) -> None:
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    content = {**protocol, "checksums": {name: checksum(folder / name) for name in names}}
    public = public_hex(key)
    signature = {
        "algorithm": "Ed25519",
        "public_key": public,
        "fingerprint": fingerprint(public),
        "value": key.sign(signed_content(content)).hex(),
    }
    (folder / PROTOCOL).write_text(_protocol_text({**content, "signature": signature}), "utf-8")


def _protocol_text(protocol: Mapping[str, Any]) -> str:
    return json.dumps(protocol, indent=1, ensure_ascii=False) + "\n"


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half of a key as hexadecimal text."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw.hex()


def signing_key(municipality: str) -> Ed25519PrivateKey:
    """The private key of the releasing office, made on first use.

    It lies in the user's configuration folder (or below SOZIALRAUM_CONFIG), readable by the user only, and never in the
    municipality's folder.
    """
    from platformdirs import user_config_path

    base = (
        Path(os.environ["SOZIALRAUM_CONFIG"])
        if "SOZIALRAUM_CONFIG" in os.environ
        else user_config_path("sozialraum")
    )
    path = base / "schluessel" / f"{municipality}.pem"
    if path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ReleaseError(
                Finding(
                    "Der Schlüssel ist kein Ed25519-Schlüssel.",
                    "Legen Sie die Datei beiseite; ein neuer wird angelegt.",
                    file=str(path),
                )
            )
        return key
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return key


def read_public_key(text: str) -> str:
    """A public key as hexadecimal text: from 64 hexadecimal digits, a PEM file, or a release folder.

    Raises ReleaseError when it is none of these.
    """
    plain = text.strip().lower()
    if len(plain) == 64 and all(digit in "0123456789abcdef" for digit in plain):
        return plain
    path = Path(text)
    try:
        if path.is_dir():
            return read(path).public_key
        key = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
    except (OSError, ValueError):
        pass
    raise ReleaseError(
        Finding(
            "Das ist kein öffentlicher Schlüssel.",
            "Erwartet werden 64 Zeichen (0–9, a–f), eine PEM-Datei oder ein Freigabeordner.",
            value=text,
        )
    )
