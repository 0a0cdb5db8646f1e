"""Packs files into OUT/NAME.tar.gz, or OUT/NAME.zip for Windows; the same files give the same bytes.

    archive.py OUT/NAME.tar.gz|OUT/NAME.zip FILE|NAME=FILE...

All lie in a folder NAME. Programs (what has no ending, or `.exe`, and is executable here) stay executable.
SOURCE_DATE_EPOCH is the time that they bear.
"""

import gzip
import io
import os
import pathlib
import sys
import tarfile
import time
import zipfile

SUFFIXES = (".tar.gz", ".zip")


def mode(file):
    return 0o755 if os.access(file, os.X_OK) else 0o644


def tar(path, files, made):
    with path.open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, file in files:
                info = tarfile.TarInfo(name)
                content = file.read_bytes()
                info.size, info.mode, info.mtime = len(content), mode(file), made
                archive.addfile(info, io.BytesIO(content))


def zipped(path, files, made):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in files:
            info = zipfile.ZipInfo(name, time.gmtime(made)[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = (0o100000 | mode(file)) << 16
            archive.writestr(info, file.read_bytes())


def main(out, words):
    path = pathlib.Path(out)
    suffix = next((it for it in SUFFIXES if path.name.endswith(it)), None) or sys.exit(__doc__)
    folder = path.name.removesuffix(suffix)
    named = (word.partition("=") for word in words)
    files = {f"{folder}/{name if file else pathlib.Path(name).name}": pathlib.Path(file or name) for name, _, file in named}
    pack = tar if suffix == ".tar.gz" else zipped
    pack(path, sorted(files.items()), int(os.environ["SOURCE_DATE_EPOCH"]))
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
