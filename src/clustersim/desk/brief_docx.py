"""The same two pages as a Word document, for those who have to edit them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from clustersim.desk.brief import Brief, Grid

MARK = (0xB3, 0x36, 0x1B)
DIM = (0x5B, 0x64, 0x70)


def write_docx(said: Brief, chart: bytes, path: Path) -> None:
    """Write the brief as .docx."""
    from docx import Document
    from docx.shared import Cm, Pt

    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.3)
    usual = document.styles["Normal"]
    usual.font.name, usual.font.size = "Calibri", Pt(9.5)
    usual.paragraph_format.space_after, usual.paragraph_format.line_spacing = Pt(2), 1.0
    document.core_properties.title, document.core_properties.author = said.title, "clustersim"
    _line(document, said.title, 17, bold=True)
    _line(document, said.question, 9.5, colour=DIM)
    _line(document, "The answer", 11.5, colour=MARK, bold=True)
    _line(document, said.answer[0], 10.5, bold=True)
    for text in said.answer[1:]:
        _line(document, text, 9.5)
    _line(document, f"It flips when: {said.flips[0]}", 9.5, colour=MARK)
    document.add_picture(io.BytesIO(chart), width=Cm(14.5))
    _line(document, said.caption, 8, colour=DIM)
    _table(document, said.policies, (4.6, 2.8, 2.6, 3.0, 1.5, 1.7, 1.2))
    document.add_page_break()
    _line(document, "When it flips", 11.5, colour=MARK, bold=True)
    _bullets(document, said.flips)
    _line(document, "If another outcome counted", 11.5, colour=MARK, bold=True)
    _table(document, said.counted, (4.9, 4.2, 4.6, 1.3, 2.4))
    _line(document, "What is worth studying first", 11.5, colour=MARK, bold=True)
    _bullets(document, said.study_first)
    _line(document, "Assumptions", 11.5, colour=MARK, bold=True)
    _table(document, said.assumptions, (3.8, 6.0, 2.3, 5.2))
    _line(document, "What the model leaves out", 11.5, colour=MARK, bold=True)
    _bullets(document, said.left_out)
    _line(document, "Where it comes from", 11.5, colour=MARK, bold=True)
    for text in said.provenance:
        _line(document, text, 8, colour=DIM)
    document.save(str(path))


def _line(
    document: Any, text: str, size: float, *, bold: bool = False, colour: tuple[int, int, int] | None = None
) -> Any:
    from docx.shared import Pt, RGBColor

    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = RGBColor(*colour)
    return paragraph


def _bullets(document: Any, texts: tuple[str, ...]) -> None:
    from docx.shared import Pt

    for text in texts:
        paragraph = document.add_paragraph(text, style="List Bullet")
        paragraph.paragraph_format.space_after = Pt(1)


def _table(document: Any, grid: Grid, widths: tuple[float, ...]) -> None:
    from docx.shared import Cm, Pt, RGBColor

    if grid.rows:
        table = document.add_table(rows=1, cols=len(grid.head), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for k, row in enumerate([grid.head, *grid.rows]):
            cells = table.rows[0].cells if k == 0 else table.add_row().cells
            for cell, text, width in zip(cells, row, widths, strict=True):
                cell.width = Cm(width)
                first, _, rest = text.partition("\n")
                run = cell.paragraphs[0].add_run(first)
                run.font.size, run.bold = Pt(7.5), k == 0 or grid.marked == k - 1
                if rest:
                    small = cell.paragraphs[0].add_run("\n" + rest)
                    small.font.size, small.font.color.rgb = Pt(6), RGBColor(*DIM)
                cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    _line(document, grid.note, 7, colour=DIM)
