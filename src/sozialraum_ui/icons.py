"""The few icons, drawn for this product; none stands without a word."""

from __future__ import annotations

from sozialraum.products.draw.svg import Markup

_PATHS = {
    "suche": '<circle cx="9" cy="9" r="5.5"/><path d="M13.2 13.2L18 18"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "minus": '<path d="M4 10h12"/>',
    "ganz": '<path d="M3.5 8V3.5H8M12 3.5h4.5V8M16.5 12v4.5H12M8 16.5H3.5V12"/>',
    "laden": '<path d="M10 3v9.5M6 9l4 4 4-4M4 17h12"/>',
    "drucken": '<path d="M6 7V3h8v4M6 14H3.5V7h13v7H14M6 11.5h8V17H6z"/>',
    "teilen": '<path d="M10 12V3M6.5 6L10 2.8 13.5 6M6 9H4v8h12V9h-2"/>',
    "heften": '<path d="M7 3h6M8 3v6l-2.5 3h9L12 9V3M10 12v5.5"/>',
    "schliessen": '<path d="M5 5l10 10M15 5L5 15"/>',
    "pfeil": '<path d="M3.5 10h12.5M11 5l5 5-5 5"/>',
    "haken": '<path d="M4 10.5l4 4 8-9"/>',
    "achtung": '<path d="M10 3l7.5 13.5h-15zM10 8.5v3.5M10 14.2v.6"/>',
    "hinweis": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6v.6"/>',
    "abspielen": '<path d="M6 4l10 6-10 6z"/>',
    "anhalten": '<path d="M6.5 4v12M13.5 4v12"/>',
    "stern": '<path d="M10 3l2.1 4.6 5 .6-3.700 3.400 1 5L10 14.100l-4.400 2.500 1-5L2.900 8.200l5-.6z"/>',
    "schloss": '<path d="M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9"/>',
}


def _icon(paths: str) -> Markup:
    return Markup(
        '<svg class="glyph" width="18" height="18" viewBox="0 0 20 20" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{paths}</svg>'
    )


ICONS: dict[str, Markup] = {name: _icon(paths) for name, paths in _PATHS.items()}
