"""Static files under names that carry their hash, script modules included (statische Dateien)."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = (
    r"""(?P<matched>import(?s:(?P<import>[\s\{].*?|\*\s*as\s*\w+))\s*from\s*['"](?P<url>[./].*?)["']\s*;)"""
)


class HashedModulesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Modules import each other by hashed names too, so that a browser may keep every file for good.

    Django's own rewriting of imports looks at `.js` only.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("*.mjs", ((_IMPORT, 'import%(import)s from "%(url)s";'),)),
    )
