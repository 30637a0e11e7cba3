"""One page without anything from outside: headings, tables, drawings as in the site, printable (HTML-Ausgabe)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from sozialraum.products import draw
from sozialraum.products.report.content import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    KeyFigures,
    Note,
    Paragraph,
    Row,
    Table,
)
from sozialraum.products.report.design import Design

_STYLE = """
:root{--accent:%(accent)s;--ink:%(ink)s;--muted:%(muted)s;--line:%(line)s;--tint:%(tint)s}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1.5rem;font:1rem/1.5 %(family)s,"Fira Sans",system-ui,sans-serif;color:var(--ink);background:#fff;hyphens:auto}
header{display:flex;gap:2rem;justify-content:space-between;align-items:flex-start;border-top:4px solid var(--accent);padding-top:1rem}
header svg{width:8rem;height:auto}
h1{font-size:2rem;line-height:1.2;margin:.2rem 0}h2{color:var(--accent);margin-top:2.5rem}h1,h2,h3,h4,h5{hyphens:none}
.sub,figcaption,caption,footer,small{color:var(--muted);font-size:.85rem}
.lead{font-size:1.2rem}
.own{border-left:3px solid var(--accent);padding-left:.8rem}
.note{background:var(--tint);padding:.8rem 1rem;border-radius:3px;font-size:.92rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1rem;border-block:1px solid var(--line);padding:.8rem 0;margin:1rem 0}
.figures div{display:flex;flex-direction:column}.figures dt{order:2}.figures dd{margin:0}.figures .value{font-size:1.7rem;font-weight:600}.figures .more{order:3;color:var(--muted);font-size:.85rem}
figure{margin:1.2rem 0}figure svg{width:100%%;height:auto}.half{display:inline-block;width:calc(50%% - 1rem);vertical-align:top;margin-right:1rem}
.key{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;font-size:.85rem}.key svg{width:1.6rem;vertical-align:middle;margin-right:.4rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%%;margin:1rem 0;font-size:.9rem}caption{text-align:left;padding-bottom:.4rem}
th,td{padding:.35rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}thead th{border-bottom:2px solid var(--accent);font-weight:500}
.n{text-align:right;font-variant-numeric:tabular-nums}td svg{width:12rem;max-width:100%%;height:auto}small{display:block}
.worse{color:%(worse)s}.better{color:%(better)s}
footer{border-top:1px solid var(--line);margin-top:3rem;padding-top:.6rem}
@media(max-width:40rem){.half{width:100%%}header{flex-direction:column}}
@media print{body{max-width:none;padding:0}h2,h3,h4{break-after:avoid}figure,.note{break-inside:avoid}thead{display:table-header-group}}
"""


def write(document: Document, design: Design) -> bytes:
    """The report as one HTML file; nothing is loaded, no script runs, all text is escaped."""
    style = _STYLE % {**design.colours, "family": _quoted(design.family)}
    parts = [
        "<!doctype html>",
        f'<html lang="de"><head><meta charset="utf-8"><title>{escape(document.title)}</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
        f"<style>{style}</style></head><body>",
        f"<header><div><p class=sub>{escape(document.author)} · {escape(document.kind)}</p><h1>{escape(document.title)}</h1>",
        f"<p class=sub>{escape(document.subtitle)}</p></div>{_logo(design)}{_drawing(document.locator, document.locator_alt)}</header><main>",
    ]
    for chapter in document.chapters:
        level = chapter.depth + 1
        parts.append(f'<section id="{escape(chapter.id)}"><h{level}>{escape(chapter.title)}</h{level}>')
        parts += [piece for block in chapter.blocks for piece in _block(block, level)]
        parts.append("</section>")
    parts.append(f"</main><footer>{escape(document.footer)}</footer></body></html>\n")
    return "\n".join(part for part in parts if part).encode()


def _quoted(family: str) -> str:
    plain = "".join(letter for letter in family if letter.isalnum() or letter in " -")
    return f'"{plain}"'


def _logo(design: Design) -> str:
    logo = design.logo
    if not logo.data:
        return ""
    kind = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}[logo.format]
    data = base64.b64encode(logo.data).decode()
    return f'<img src="data:{kind};base64,{data}" alt="{escape(logo.alt)}" height="60">'


def _drawing(svg: str, alt: str) -> str:
    """A drawing with its alternative text; its own title would be read twice."""
    if not svg:
        return ""
    return f'<div role="img" aria-label="{escape(alt)}">{svg.replace("<svg ", "<svg aria-hidden=true ", 1)}</div>'


def _block(block: Block, level: int) -> Iterator[str]:
    match block:
        case Paragraph():
            css = " class=lead" if block.lead else " class=own" if block.own else ""
            yield f"<p{css}>{escape(block.text)}</p>"
        case Heading():
            deep = min(level + block.level, 6)
            yield f"<h{deep}>{escape(block.text)}</h{deep}>"
        case Bullets():
            items = "".join(f"<li>{escape(item)}</li>" for item in block.items)
            yield f"<ul>{items}</ul>"
        case Note():
            yield f"<p class=note><strong>{escape(block.title)}.</strong> {escape(block.text)}</p>"
        case KeyFigures():
            figures = "".join(
                f"<div><dt>{escape(one.label)}</dt><dd class=value>{escape(one.value)}</dd><dd class=more>{escape(one.note)}</dd></div>"
                for one in block.figures
            )
            yield f"<dl class=figures>{figures}</dl>"
        case Figure():
            yield _figure(block)
        case Table():
            yield _table(block)


def _figure(figure: Figure) -> str:
    key = "".join(
        f"<li>{draw.swatch(css, status, identity='legende')}{escape(words)}</li>"
        for css, status, words in figure.key
    )
    title = f"<strong>{escape(figure.title)}</strong>" if figure.title else ""
    css = " class=half" if figure.width <= 0.5 else ""
    return (
        f"<figure{css}>{title}{_drawing(figure.svg, figure.alt)}"
        f"{f'<ul class=key>{key}</ul>' if key else ''}<figcaption>{escape(figure.caption)}</figcaption></figure>"
    )


def _table(table: Table) -> str:
    heads = "".join(
        f"<th scope=col{' class=n' if column.numeric else ''}>{escape(column.label)}</th>"
        for column in table.columns
    )
    rows = "".join(_row(row, table) for row in table.rows)
    note = f"<p class=sub>{escape(table.note)}</p>" if table.note else ""
    return (
        f'<div class=scroll tabindex=0 role=group aria-label="{escape(table.caption)}"><table><caption>{escape(table.caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{note}"
    )


def _row(row: Row, table: Table) -> str:
    if row.group:
        return f"<tr><th scope=rowgroup colspan={len(table.columns)}>{escape(row.cells[0].text)}</th></tr>"
    cells = []
    for place, cell in enumerate(row.cells):
        css = " ".join(
            part
            for part in (
                "n" if table.columns[place].numeric else "",
                cell.css if cell.css in ("worse", "better") else "",
            )
            if part
        )
        style = f' class="{css}"' if css else ""
        inside = _drawing(cell.svg, cell.text) if cell.svg else escape(cell.text)
        note = f"<small>{escape(cell.note)}</small>" if cell.note else ""
        tag = "th scope=row" if place == 0 else "td"
        cells.append(f"<{tag}{style}>{inside}{note}</{tag.split(maxsplit=1)[0]}>")
    return f"<tr>{''.join(cells)}</tr>"
