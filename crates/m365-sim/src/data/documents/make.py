"""Writes the documents of the demo company into this folder.

    pip install python-docx python-pptx XlsxWriter reportlab odfpy msoffcrypto-tool pillow xlwt
    python make.py

The bytes are the same each time, but for the encrypted workbook, whose salt is random. What the index of
the simulator reads of a file stands with its description, in `sites/files/*.txt`.
"""

import io
import zipfile
from pathlib import Path

import decks
import papers
import reports
import workbooks

HERE = Path(__file__).parent
PACKED = {".docx", ".odt", ".pptx", ".xlsx"}


def main():
    for module in (decks, papers, reports, workbooks):
        for name, content in module.files():
            if Path(name).suffix in PACKED and content.startswith(b"PK"):
                content = repacked(content)
            (HERE / name).write_bytes(content)
            print(f"{len(content):7} {name}")


def repacked(content):
    """Packs an archive tightly, and always with the same date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if not name.endswith("/"):
                entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                stored = name == "mimetype"
                entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                new.writestr(entry, old.read(name), compresslevel=9)
    return out.getvalue()


if __name__ == "__main__":
    main()
