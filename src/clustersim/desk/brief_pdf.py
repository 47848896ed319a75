"""The brief as a PDF of two pages, set by reportlab in the fonts that come with matplotlib: needs no network."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from clustersim.desk.brief import Brief, Grid

INK, DIM, MARK, RULE = "#1d2530", "#5b6470", "#b3361b", "#c9ced6"
MARGIN = 48.0
PLAIN, BOLD, ITALIC = "DejaVu", "DejaVu-Bold", "DejaVu-Italic"


def write_pdf(said: Brief, chart: bytes, path: Path) -> None:
    """Write the brief; what is too long for its page is set smaller, so that there are always two."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, KeepInFrame, PageBreak, PageTemplate

    _fonts()
    width, height = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN + 4
    frame = Frame(MARGIN, MARGIN - 10, width, height + 6, 0, 0, 0, 0)
    document = BaseDocTemplate(str(path), pagesize=A4, title=said.title, author="clustersim", subject=said.question,
                               invariant=1)  # fmt: skip
    document.addPageTemplates([PageTemplate("page", [frame], onPage=lambda canvas, _: _foot(canvas, said.title))])
    pages = [_first(said, chart, width), _second(said, width)]
    document.build([KeepInFrame(width, height, pages[0], mode="shrink"), PageBreak(),
                    KeepInFrame(width, height, pages[1], mode="shrink")])  # fmt: skip


def _fonts() -> None:
    import matplotlib
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in ((PLAIN, "DejaVuSans"), (BOLD, "DejaVuSans-Bold"), (ITALIC, "DejaVuSans-Oblique")):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{file}.ttf")))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


def _style(size: float, colour: str = INK, font: str = PLAIN, before: float = 0.0, after: float = 3.0,
           lead: float = 1.32) -> Any:  # fmt: skip
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(f"{font}{size}{colour}{before}", fontName=font, fontSize=size, leading=size * lead,
                          textColor=colour, spaceBefore=before, spaceAfter=after)  # fmt: skip


def _first(said: Brief, chart: bytes, width: float) -> list[Any]:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image, Paragraph

    wide, tall = ImageReader(io.BytesIO(chart)).getSize()
    story: list[Any] = [Paragraph(escape(said.title), _style(17, font=BOLD, after=4, lead=1.2)),
                        Paragraph(escape(said.question), _style(9.5, DIM, after=9))]  # fmt: skip
    story += [_heading("The answer"), Paragraph(escape(said.answer[0]), _style(10.5, font=BOLD, after=4))]
    story += [Paragraph(escape(text), _style(9.5, after=3)) for text in said.answer[1:]]
    story += [Paragraph(f"<b>It flips when:</b> {escape(said.flips[0])}", _style(9.5, MARK, after=8))]
    story += [
        Image(io.BytesIO(chart), width, width * tall / wide),
        Paragraph(escape(said.caption), _style(7.5, DIM, after=8)),
    ]
    widths = (0.25, 0.155, 0.165, 0.17, 0.1, 0.1, 0.06)
    return [*story, _heading("The policies"), *_table(said.policies, [share * width for share in widths], 7.6)]


def _second(said: Brief, width: float) -> list[Any]:
    from reportlab.platypus import Paragraph

    story: list[Any] = [_heading("When it flips"), *_bullets(said.flips)]
    story += [_heading("If another outcome counted"),
              *_table(said.counted, [share * width for share in (0.27, 0.25, 0.27, 0.07, 0.14)], 7.4)]  # fmt: skip
    story += [_heading("What is worth studying first"), *_bullets(said.study_first)]
    story += [_heading("Assumptions"),
              *_table(said.assumptions, [share * width for share in (0.22, 0.36, 0.13, 0.29)], 7.4)]  # fmt: skip
    story += [_heading("What the model leaves out"), *_bullets(said.left_out)]
    story += [_heading("Where it comes from")]
    return story + [Paragraph(escape(text), _style(8, DIM, after=2)) for text in said.provenance]


def _heading(text: str) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(text, _style(11, MARK, BOLD, before=7, after=3))


def _bullets(texts: tuple[str, ...]) -> list[Any]:
    from reportlab.platypus import Paragraph

    style = _style(9, after=2.5)
    style.leftIndent, style.bulletIndent = 10, 0
    return [Paragraph(escape(text), style, bulletText="•") for text in texts]


def _table(grid: Grid, widths: list[float], size: float) -> list[Any]:
    """A ruled table, the answer's row marked, and its note."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table

    plain, strong, dim = (
        _style(size, after=0, lead=1.22),
        _style(size, font=BOLD, after=0, lead=1.22),
        _style(size, DIM, BOLD, after=0),
    )
    cells = [[Paragraph(escape(text), dim) for text in grid.head]]
    for k, row in enumerate(grid.rows):
        style = strong if k == grid.marked else plain
        cells.append([Paragraph(_lines(text), style) for text in row])
    rules = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(INK)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor(RULE)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    if grid.marked is not None:
        rules.append(("BACKGROUND", (0, grid.marked + 1), (-1, grid.marked + 1), HexColor("#fbeeea")))
    found: list[Any] = [Table(cells, colWidths=widths, style=rules, repeatRows=1)] if grid.rows else []
    return [*found, Paragraph(escape(grid.note), _style(7.2, DIM, before=3, after=4))]


def _lines(text: str) -> str:
    """A cell's first line, and what stands under it in small."""
    first, _, rest = text.partition("\n")
    return escape(first) + (f'<br/><font size="6.4" color="{DIM}" name="{PLAIN}">{escape(rest)}</font>' if rest else "")


def _foot(canvas: Any, title: str) -> None:
    canvas.saveState()
    canvas.setFont(PLAIN, 7)
    canvas.setFillColor(DIM)
    canvas.drawString(MARGIN, 24, title[:90])
    canvas.drawRightString(canvas._pagesize[0] - MARGIN, 24, f"page {canvas.getPageNumber()} of 2")
    canvas.restoreState()
