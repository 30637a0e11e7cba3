"""What a planner can meet: findings that say in German what is wrong, where, and what to do (Fehlermeldungen)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error blocks, a warning is only told."""

    ERROR = "Fehler"
    WARNING = "Hinweis"


@dataclass(frozen=True)
class Finding:
    """One thing a person should know about a file, with its place and its remedy."""

    message: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """Where it is, as a person would say it: file, sheet, row, column."""
        parts = [
            self.file,
            f"Blatt „{self.sheet}“" if self.sheet else "",
            f"Zeile {self.row}" if self.row is not None else "",
            f"Spalte „{self.column}“" if self.column else "",
        ]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        found = f" (gefunden: „{self.value}“)" if self.value else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{head}{self.message}{found}{remedy}"

    def as_dict(self) -> dict[str, object]:
        """The finding as plain data, for `--json`."""
        return {**asdict(self), "place": self.place}


class SozialraumError(Exception):
    """Something a person at the desk can mend; carries every finding at once."""

    def __init__(self, findings: Finding | Sequence[Finding] | str) -> None:
        if isinstance(findings, str):
            findings = Finding(findings)
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class DeliveryError(SozialraumError):
    """A delivered file cannot be taken over as it is."""


class NoFigureError(DeliveryError):
    """Everything was read, but no indicator can be computed from it."""


class CatalogueError(SozialraumError):
    """An indicator, index, source or variable is not described as it must be."""


class AreaError(SozialraumError):
    """Areas, levels or their hierarchy do not fit together."""


class DisclosureError(SozialraumError):
    """The gate stays shut: something cannot be protected or could not be proved."""


class ReleaseError(SozialraumError):
    """A release folder is incomplete, changed, unsigned or from an unknown office."""


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that block, in their order."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def raise_if_errors(findings: Iterable[Finding], kind: type[SozialraumError] = SozialraumError) -> None:
    """Raise `kind` with all findings when at least one of them blocks."""
    findings = list(findings)
    if errors_of(findings):
        raise kind(findings)
