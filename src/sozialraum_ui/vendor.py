"""Vendored assets: which files of which package lie here, under which licence, with which checksum.

`python -m sozialraum_ui.vendor` recomputes the checksums in `vendor.toml`;
`python -m sozialraum_ui.vendor kern DIST/kern.css` cuts the needed sections out of a new KERN package.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "sozialraum_ui" / "vendor"
MANIFEST = VENDOR / "vendor.toml"

# The icon data addresses, grids and spacing helpers of KERN are 260 of its 400 kB and not used here.
KERN_SECTIONS = (
    "_colors.scss",
    "_font.scss",
    "_sizes.scss",
    "_spacing.scss",
    "_variables.scss",
    "_themes.scss",
    "_layers.scss",
    "_button.scss",
    "_checkbox.scss",
    "_description-list.scss",
    "_dialog.scss",
    "_progress.scss",
    "_radio.scss",
)
# KERN declares its layout spacings under the same file name as its spacing tokens; only the first is wanted.
_SECTION = re.compile(r"(?=/\*\*\n \* @file )")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_BLANK_LINES = re.compile(r"\n\s*\n")
_INDENT = re.compile(r"^ +", re.MULTILINE)


def checksum(path: Path) -> str:
    """SHA-256 of one file, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_of(folder: Path) -> dict[str, str]:
    """Every file below `folder` with its checksum, by relative path."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): checksum(path) for path in found}


def packages(manifest: Path = MANIFEST) -> list[dict[str, object]]:
    """The blocks of `vendor.toml`: name, version, licence, origin, files."""
    blocks: list[dict[str, object]] = tomllib.loads(manifest.read_text(encoding="utf-8"))["package"]
    return blocks


def folder_of(package: dict[str, object]) -> Path:
    """Where the files of a package lie."""
    return VENDOR / f"{package['folder']}-{package['version']}"


def take_kern(css: str, sections: tuple[str, ...] = KERN_SECTIONS) -> str:
    """The wanted sections of KERN's stylesheet, rules unchanged, comments and indents left out."""
    wanted = list(sections)
    taken = []
    for part in _SECTION.split(css):
        name = re.match(r"/\*\*\n \* @file (\S+)", part)
        if name and name.group(1) in wanted:
            wanted.remove(name.group(1))
            taken.append(part)
    if wanted:
        raise ValueError(f"missing sections: {wanted}")
    rules = _INDENT.sub("", _BLANK_LINES.sub("\n", _COMMENT.sub("", "".join(taken))))
    head = "/* KERN-UX (@kern-ux/native), EUPL-1.2. Auszug: Abschnitte unverändert, Kommentare entfernt. */\n"
    return f"{head}{rules}"


def render(blocks: list[dict[str, object]]) -> str:
    """`vendor.toml` with fresh checksums."""
    lines = ["# Vendored files; checksums are written by `python -m sozialraum_ui.vendor`.", ""]
    for block in blocks:
        lines.append("[[package]]")
        lines += [f'{key} = "{block[key]}"' for key in ("name", "folder", "version", "licence", "origin")]
        lines.append("[package.files]")
        lines += [f'"{path}" = "{digest}"' for path, digest in files_of(folder_of(block)).items()]
        lines.append("")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Cut KERN when asked to, then write the checksums."""
    blocks = packages()
    if arguments[:1] == ["kern"]:
        kern = next(block for block in blocks if block["folder"] == "kern-native")
        css = take_kern(Path(arguments[1]).read_text(encoding="utf-8"))
        (folder_of(kern) / "kern.css").write_text(css, encoding="utf-8")
    MANIFEST.write_text(render(blocks), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
