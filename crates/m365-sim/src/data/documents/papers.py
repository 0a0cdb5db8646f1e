"""The papers: a plan and a memo of Word, and rules of LibreOffice."""

import io
from datetime import datetime

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from odf import style as odf_style
from odf import table as odf_table
from odf import text as odf_text
from odf.opendocument import OpenDocumentText

THEN = datetime(2026, 1, 1)


def files():
    yield "Construction plan.docx", saved(plan())
    yield "Q3 budget memo.docx", saved(memo())
    yield "Crew rules.odt", rules()


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def blank(title, author):
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, author, ""
    properties.created = properties.modified = THEN
    return document


def plan():
    document = blank("Apollo construction plan", "Jonas Lindqvist")
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.header.paragraphs[0].text = "Fjordlight Energy – Apollo"
    section.footer.paragraphs[0].text = "Internal"
    document.add_heading("Apollo construction plan", 0)
    document.add_paragraph("How 24 turbines come to stand off Bergen, and who does what until then.")
    document.add_heading("Purpose", 1)
    purpose = document.add_paragraph("This plan holds for the harbour of Ågotnes and for the site at sea")
    footnote(document, purpose, "The site is the area of the concession, 61 km².")
    purpose.add_run(". It replaces the plan of the tender.")
    document.add_heading("Order of work", 1)
    for text, level in (
        ("Foundations", 0), ("Drive the piles, A1 to A8 first", 1), ("Set the transition pieces", 1),
        ("Cables", 0), ("Turbines", 0),
    ):
        document.add_paragraph(text, style="List Number" if level == 0 else "List Bullet 2")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("Foundations", 1)
    reviewed(document, document.add_paragraph("Monopiles of 62 m with a diameter of 8.5 m. "))
    piles(document)
    document.add_heading("Noise", 2)
    noise = document.add_paragraph()
    noise.add_run("No pile is driven in May. ").bold = True
    said = noise.add_run("The bubble curtain runs whenever a pile is driven.")
    comment = document.add_comment(said, "Claire: is this condition 8 of the concession?", "Haruto Tanaka", "HT")
    comment._comment_elm.set(qn("w:date"), "2026-01-05T10:00:00Z")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("Cables", 1)
    cables = document.add_paragraph("38.4 km of 66 kV cable by Nordkabel, laid in August. See ")
    linked(document, cables, "the permit page", "https://www.nve.no/concession/apollo")
    cables.add_run(".")
    document.add_heading("Dates", 1)
    for text in ("Design freeze: end of the month", "First foundation: spring", "First power: autumn"):
        document.add_paragraph(text, style="List Bullet")
    return document


def piles(document):
    table = document.add_table(4, 4, style="Table Grid")
    rows = [
        ("Position", "Load", "", "Length m"),
        ("", "MN", "with waves MN", ""),
        ("A4", "41", "44", "62"),
        ("A5", "39", "43", "62"),
    ]
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))


def reviewed(document, paragraph):
    """Adds a sentence that Mira put in, and one that she took out."""
    by = 'w:author="Mira Solberg" w:date="2026-01-05T10:00:00Z"'
    for kind, text in (("ins", ("t", "Position A5 gets a longer pile.")), ("del", ("delText", " A6 waits."))):
        tag, words = text
        xml = f'<w:{kind} {nsdecls("w")} w:id="9" {by}><w:r><w:{tag} xml:space="preserve">{words}</w:{tag}></w:r></w:{kind}>'
        paragraph._p.append(parse_xml(xml))


def footnote(document, paragraph, text):
    """Adds a footnote: the part is not known to the library."""
    notes = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote></w:footnotes>"""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "1")
    paragraph.add_run()._r.append(reference)


def linked(document, paragraph, text, target):
    id = document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), id)
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = text
    run.append(words)
    link.append(run)
    paragraph._p.append(link)


def memo():
    document = blank("Q3 budget memo", "Adele Vance")
    document.add_heading("Q3 budget", 1)
    document.add_paragraph("To: Mira Solberg, Lukas Brandt\nFrom: Adele Vance")
    document.add_paragraph("The board has approved 70 350 kNOK. What each programme may spend:")
    table = document.add_table(4, 2)
    rows = (("Programme", "kNOK"), ("Apollo", "48 200"), ("Borealis", "12 750"), ("Operations", "9 400"))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    document.add_paragraph("Objections reach me until the last Friday of the month, 16:00 Bergen time.")
    return document


def rules():
    document = OpenDocumentText()
    document.meta.childNodes.clear()
    heading = odf_style.Style(name="Heading 1", family="paragraph")
    document.styles.addElement(heading)
    document.text.addElement(odf_text.H(outlinelevel=1, stylename=heading, text="Crew rules"))
    document.text.addElement(odf_text.P(text="For everybody on board of Ålesund blue, the crew boat."))
    rules = odf_text.List()
    for text in ("Life jackets on deck", "No work above 1.8 m of wave height"):
        item = odf_text.ListItem()
        item.addElement(odf_text.P(text=text))
        rules.addElement(item)
    document.text.addElement(rules)
    table = odf_table.Table(name="Watches")
    for row in (("Watch", "From", "To"), ("Bjørn Ås", "06:00", "14:00"), ("Haruto Tanaka", "14:00", "22:00")):
        cells = odf_table.TableRow()
        for text in row:
            cell = odf_table.TableCell(valuetype="string")
            cell.addElement(odf_text.P(text=text))
            cells.addElement(cell)
        table.addElement(cells)
    document.text.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()
