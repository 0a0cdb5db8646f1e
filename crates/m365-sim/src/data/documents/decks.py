"""The deck of the budget review."""

import io
from datetime import datetime

from pptx import Presentation
from pptx.util import Inches

THEN = datetime(2026, 1, 1)


def files():
    yield "Q3 budget deck.pptx", saved(budget())


def saved(deck):
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def budget():
    deck = Presentation()
    unused(deck)
    properties = deck.core_properties
    properties.title, properties.author = "Q3 budget", "Adele Vance"
    properties.created = properties.modified = THEN
    title = slide(deck, 0, "Q3 budget", "Ten minutes in all. The board has seen the first version.")
    title.placeholders[1].text = "Finance review for the programmes\nAdele Vance"
    bullets(
        slide(deck, 1, "In short"),
        "Approved total: 70 350 kNOK, as before",
        "Two thirds of the year are over, and two thirds of Apollo's money",
        ("Apollo has spent 31 950 kNOK", "Borealis has spent 4 310 kNOK", "Operations has spent 9 120 kNOK"),
        "Cables are at 13.8 million with Nordkabel",
    )
    bullets(
        slide(deck, 1, "Why Borealis spends so little", "Claire knows the date of the hearing."),
        "The ministry wants the impact assessment before the hearing",
        ("Nothing can be ordered until then", "Studies go on: 1 300 kNOK so far"),
    )
    table(
        slide(deck, 5, "Approved by programme", "This is the page that was corrected: Borealis was 12 750 kNOK."),
        [
            ("Programme", "Approved kNOK", "Spent kNOK", "Spent"),
            ("Apollo", "48 200", "31 950", "66 %"),
            ("Borealis", "12 150", "4 310", "35 %"),
            ("Operations", "10 000", "9 120", "91 %"),
            ("Approved total", "70 350", "45 380", "65 %"),
        ],
    )
    bullets(
        slide(deck, 1, "What changed", "Bjørn wanted 640; we can do 600."),
        "600 kNOK move from Borealis to Operations for the second crew boat",
        "Nordkabel at 13.8 million, so 2 100 kNOK stay in cables",
    )
    bullets(
        slide(deck, 1, "Next steps"),
        "Objections until the last Friday of the month, 16:00 Bergen time",
        "Budget review every Tuesday, 15:00",
    )
    backup = slide(deck, 1, "Back-up: one crew boat", "Only if the board asks.")
    bullets(backup, "With one boat Operations stays at 9 400 kNOK", "Two days of work a week are lost")
    backup._element.set("show", "0")
    return deck


def unused(deck):
    """Drops the layouts that no slide has, so that the file is small."""
    for layout in list(deck.slide_layouts):
        if layout.name not in ("Title Slide", "Title and Content", "Title Only"):
            deck.slide_layouts.remove(layout)
        elif layout.name == "Title Only":
            deck.title_only = layout


def slide(deck, layout, title, notes=None):
    layout = deck.title_only if layout == 5 else deck.slide_layouts[layout]
    new = deck.slides.add_slide(layout)
    new.shapes.title.text = title
    if notes:
        new.notes_slide.notes_text_frame.text = notes
    return new


def bullets(on, *lines):
    frame = on.placeholders[1].text_frame
    first = True
    for line in lines:
        level = 1 if isinstance(line, tuple) else 0
        for text in line if level else (line,):
            paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
            paragraph.text, paragraph.level = text, level
            first = False


def table(on, rows):
    size = (len(rows), len(rows[0]), Inches(1), Inches(2), Inches(8), Inches(3))
    cells = on.shapes.add_table(*size).table
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            cells.cell(y, x).text = text
