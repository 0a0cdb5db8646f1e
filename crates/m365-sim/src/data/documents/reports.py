"""The PDF documents: a report in two columns, a resolution, a scan, and one behind a password."""

import io

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate, Paragraph, Spacer, Table, TableStyle

STYLES = getSampleStyleSheet()
WIDTH, HEIGHT = A4
MARGIN, GAP = 56, 20

# Position, depth of the sea in metres, where the clay ends, load in MN.
POSITIONS = [
    ("A1", 31, 9, 40), ("A2", 33, 8, 40), ("A3", 34, 10, 41), ("A4", 36, 11, 41), ("A5", 35, 11, 39),
    ("A6", 38, 7, 42), ("A7", 37, 6, 42), ("A8", 39, 7, 43), ("B1", 41, 5, 43), ("B2", 40, 6, 43), ("B3", 42, 4, 44),
]


def files():
    yield "Ground investigation.pdf", investigation()
    yield "Board resolution.pdf", resolution()
    yield "Delivery note 8812.pdf", scan()
    yield "Bank details.pdf", locked()


def investigation():
    out = io.BytesIO()
    column = (WIDTH - 2 * MARGIN - GAP) / 2
    frames = [
        Frame(MARGIN + place * (column + GAP), MARGIN, column, HEIGHT - 2 * MARGIN, 0, 0, 0, 0) for place in range(2)
    ]
    report = BaseDocTemplate(out, pagesize=A4, title="Ground investigation", author="Jonas Lindqvist", invariant=1)
    report.addPageTemplates(PageTemplate("columns", frames, onPage=page_marks))
    report.build([part for section in sections() for part in section])
    return out.getvalue()


def page_marks(page, report):
    page.setFont("Helvetica", 8)
    page.drawString(MARGIN, HEIGHT - 34, "Fjordlight Energy – Ground investigation Apollo")
    page.drawRightString(WIDTH - MARGIN, 30, f"Page {report.page}")


def sections():
    yield [
        Paragraph("Ground investigation", STYLES["Title"]),
        Paragraph("Summary", STYLES["Heading1"]),
        text(
            "Eleven positions of Apollo were drilled. Clay was found at all of them; it reaches deepest at A4 and A5, "
            "down to eleven metres. Below it lies dense sand, which carries the monopiles. The recommendation is a "
            "pile of 62 m at A5, and the usual length elsewhere."
        ),
        text("The loads are those of the foundation design, with a wave of nine metres."),
        Spacer(1, 10),
        overview(),
    ]
    for position in POSITIONS:
        yield [PageBreak(), *borehole(*position)]


def overview():
    rows = [("Position", "Depth m", "Clay to m", "Load MN")]
    rows += [tuple(map(str, position)) for position in POSITIONS]
    lines = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONTSIZE", (0, 0), (-1, -1), 8)])
    return Table(rows, style=lines)


def borehole(name, depth, clay, load):
    soft = clay >= 10
    return [
        Paragraph(f"Position {name}", STYLES["Heading1"]),
        text(
            f"The sea is {depth} m deep at {name}. The borehole was drilled from the jack-up in two shifts, and went "
            f"down to {depth + 30} m below the sea bed without an interruption."
        ),
        Paragraph("What was found", STYLES["Heading2"]),
        text(
            f"Clay from the sea bed to {clay} m, {'soft to firm' if soft else 'firm to stiff'}, with shells in the "
            f"upper metre. Below {clay} m dense, fine sand, and from {clay + 14} m on gravel. No boulder was met, and "
            "no gas."
        ),
        Paragraph("What follows", STYLES["Heading2"]),
        text(
            f"For the load of {load} MN the pile has to stand {'eighteen' if soft else 'fourteen'} metres in the sand. "
            + ("A longer pile is recommended here." if soft else "The usual length is enough.")
        ),
    ]


def text(words):
    return Paragraph(words, STYLES["BodyText"])


def resolution():
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1)
    page.setTitle("Board resolution")
    lines = ["The board of Fjordlight Energy has resolved:", "1. The Q3 budget is approved with 70 350 kNOK.",
             "2. 600 kNOK move from Borealis to Operations.", "3. Adele Vance reports every Tuesday.", "",
             "Ingrid Haugen, chair"]
    page.setFont("Helvetica-Bold", 16)
    page.drawString(MARGIN, HEIGHT - 80, "Board resolution 14")
    page.setFont("Helvetica", 11)
    for place, line in enumerate(lines):
        page.drawString(MARGIN, HEIGHT - 120 - 18 * place, line)
    page.showPage()
    page.save()
    return out.getvalue()


def scan():
    """A picture of a page, as a copier makes it."""
    picture = Image.new("1", (620, 877), 1)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=18)
    for place, line in enumerate(("Delivery note 8812", "240 bolts M72", "96 clamps", "Received: B. Aas")):
        pen.text((80, 90 + 40 * place), line, 0, font)
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1)
    page.drawImage(ImageReader(picture.convert("L")), 0, 0, WIDTH, HEIGHT)
    page.showPage()
    page.save()
    return out.getvalue()


def locked():
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1, encrypt=StandardEncryption("Borealis-7", strength=128))
    page.drawString(MARGIN, HEIGHT - 80, "Account 1503 40 12345")
    page.showPage()
    page.save()
    return out.getvalue()
