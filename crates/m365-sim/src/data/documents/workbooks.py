"""The workbooks: the budget with its formulas, one that is encrypted, and one of the old format."""

import io
from datetime import date, datetime

import msoffcrypto
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

LINES = [
    ("Apollo", "Turbines", 31200, 24100),
    ("Apollo", "Cables", 13800, 6300),
    ("Apollo", "Survey", 3200, 1550),
    ("Borealis", "Permits", 7650, 3010),
    ("Borealis", "Studies", 4500, 1300),
    ("Operations", "Crew boat", 5800, 5100),
    ("Operations", "Harbour", 4200, 4020),
]
PAYMENTS = [
    (date(2026, 7, 15), "Nordkabel", "First drum", 2760000),
    (date(2026, 8, 14), "Hokuto Turbine", "Nacelles 1 to 4", 5200000.5),
    (date(2026, 8, 31), "Tallowmere", "Crew boat, first quarter", 640000),
    (date(2026, 9, 15), "Nordkabel", "Credit for drum 17", -84500),
]


def files():
    yield "Q3 budget.xlsx", budget()
    yield "Salaries 2026.xlsx", encrypted(salaries())
    yield "Drum list.xls", drums()


def workbook(fill, **options):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        book.set_properties({"title": "Q3 budget", "author": "Adele Vance", "created": datetime(2026, 1, 1)})
        fill(book)
    return out.getvalue()


def budget():
    return workbook(fill_budget)


def fill_budget(book):
    head = book.add_format({"bold": True, "align": "center"})
    number, percent = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "0 %"})
    summary = book.add_worksheet("Summary")
    summary.merge_range("A1:D1", "Q3 budget, kNOK", head)
    summary.write_row("A2", ("Programme", "Approved", "Spent", "Share"), head)
    for row, name in enumerate(("Apollo", "Borealis", "Operations"), 3):
        approved = sum(line[2] for line in LINES if line[0] == name)
        spent = sum(line[3] for line in LINES if line[0] == name)
        summary.write(f"A{row}", name)
        summary.write_formula(f"B{row}", f"=SUMIF(Lines!A:A,A{row},Lines!C:C)", number, approved)
        summary.write_formula(f"C{row}", f"=SUMIF(Lines!A:A,A{row},Lines!D:D)", number, spent)
        summary.write_formula(f"D{row}", f"=C{row}/B{row}", percent, spent / approved)
    summary.write("A6", "Approved total", head)
    summary.write_formula("B6", "=SUM(B3:B5)", number, 70350)
    summary.write_formula("C6", "=SUM(C3:C5)", number, 45380)
    summary.write_formula("D6", "=C6/B6", percent, 45380 / 70350)
    summary.write_comment("B4", "600 kNOK moved to Operations.", {"author": "Adele Vance"})
    summary.write("A8", "Objections until the last Friday of the month, 16:00 Bergen time")
    lines = book.add_worksheet("Lines")
    lines.write_row("A1", ("Programme", "Line", "Approved kNOK", "Spent kNOK"), head)
    for row, line in enumerate(LINES, 1):
        lines.write_row(row, 0, line)
    payments(book, head)
    rates = book.add_worksheet("Rates")
    rates.write_row("A1", ("Currency", "NOK"), head)
    rates.write_row("A2", ("EUR", 11.8))
    rates.write_row("A3", ("USD", 10.15))
    rates.hide()


def payments(book, head):
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": '#,##0.00 "NOK"'})
    sheet = book.add_worksheet("Cash plan")
    sheet.write_row("A1", ("Due", "To", "For", "Amount"), head)
    for row, (due, to, purpose, amount) in enumerate(PAYMENTS, 1):
        sheet.write_datetime(row, 0, datetime(due.year, due.month, due.day), day)
        sheet.write_row(row, 1, (to, purpose))
        sheet.write_number(row, 3, amount, money)
    total = sum(amount for *_, amount in PAYMENTS)
    sheet.write(5, 2, "Sum", head)
    sheet.write_formula(5, 3, "=SUM(D2:D5)", money, total)
    sheet.set_row(4, None, None, {"hidden": True})


def salaries():
    return workbook(lambda book: book.add_worksheet("Salaries").write("A1", "Only for Ingrid"))


def encrypted(content):
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("Borealis-7", out)
    assert msoffcrypto.OfficeFile(out).is_encrypted()
    return out.getvalue()


def drums():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Drums")
    rows = [("Drum", "Length m", "Tested"), (17, 1200, date(2026, 3, 2)), (18, 1180, date(2026, 3, 3)), (21, 900, None)]
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value is not None:
                sheet.write(y, x, value, *([day] if isinstance(value, date) else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
