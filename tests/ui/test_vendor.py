"""Vendored files: unchanged, licensed, silent."""

import gzip
import re
from pathlib import Path

import pytest

import sozialraum_ui
from sozialraum_ui import vendor

PACKAGE = Path(sozialraum_ui.__file__).parent
STATIC = PACKAGE / "static" / "sozialraum_ui"
ADDRESS = re.compile(rb"https?://[^\s\"'<>)]+")
# Names of namespaces and licences are not addresses that a browser opens.
NAMES = (b"http://www.w3.org/", b"http://scripts.sil.org/OFL", b"https://openfontlicense.org")
PACKAGES = vendor.packages()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["folder"])
def test_files_are_the_ones_in_the_manifest(package):
    assert vendor.files_of(vendor.folder_of(package)) == package["files"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["folder"])
def test_every_package_carries_its_licence(package):
    assert package["licence"] in ("EUPL-1.2", "OFL-1.1", "0BSD", "MIT", "BSD-3-Clause")
    assert any(name.startswith("LICENSE") for name in package["files"])


def test_nothing_lies_beside_the_manifest():
    folders = {path.name for path in vendor.VENDOR.iterdir() if path.is_dir()}
    assert folders == {vendor.folder_of(package).name for package in PACKAGES}


@pytest.mark.parametrize("suffix", [".css", ".mjs", ".js", ".svg", ".html"])
def test_no_file_calls_an_outside_address(suffix):
    found = {
        address
        for path in PACKAGE.rglob(f"*{suffix}")
        for address in ADDRESS.findall(path.read_bytes())
        if not address.startswith(NAMES)
    }
    assert found == set()


def test_styles_and_scripts_stay_light():
    css = [STATIC / "css" / "sozialraum.css", *STATIC.glob("vendor/kern-*/kern.css")]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in css) < 40_000
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in (STATIC / "js").glob("*.mjs")) < 16_000


def test_files_named_in_the_stylesheet_exist():
    css = STATIC / "css" / "sozialraum.css"
    named = re.findall(r"url\((\.[^)]+)\)", css.read_text(encoding="utf-8"))
    assert len(named) == 6
    assert all((css.parent / name).resolve().is_file() for name in named)


def test_cutting_kern_refuses_a_package_without_a_wanted_section():
    with pytest.raises(ValueError, match="_theme"):
        vendor.take_kern(
            "/**\n * @file _colors.scss\n */\n:root { --a: 1; }\n", ("_colors.scss", "_themes.scss")
        )
    cut = vendor.take_kern(
        "x{}\n/**\n * @file _colors.scss\n */\n:root {\n  --a: 1;\n}\n/**\n * @file _b.scss\n */\ny{}",
        ("_colors.scss",),
    )
    assert cut.endswith(":root {\n--a: 1;\n}\n")
