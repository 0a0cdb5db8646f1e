#!/usr/bin/env python3
"""Reads the ordinary files of a corpus with m365-extract and with Python's markitdown, and compares the times.

    python beside_markitdown.py PROGRAM CORPUS [--least RATIO]

PROGRAM is m365-extract, built with --release; CORPUS holds `files/` and `manifest.json`; markitdown[all] comes from
PyPI. markitdown runs in this process, loaded and warm; each of our files pays for a process of its own. Only files
that both read are compared. Prints for each format the milliseconds per file of both, how many times faster we are,
and our largest peak of memory; fails where a format is less than RATIO times faster.
"""

import argparse
import collections
import json
import logging
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

# How often both read each file; the fastest reading counts, since other work on the machine only slows.
ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--least", type=float, default=0.0, help="the least ratio, e.g. 10")
    options = parser.parse_args()
    manifest = json.loads((options.corpus / "manifest.json").read_text())["files"]
    formats = {file["file"]: file["format"] for file in manifest if not file.get("hostile")}
    files = [options.corpus / "files" / name for name in sorted(formats)]
    return report(formats, ours(options.program, files), theirs(files), options.least)


def ours(program: str, files: list[pathlib.Path]) -> dict[str, dict]:
    """Reads the files one after another, each in a process of its own as in a server."""
    runs: dict[str, dict] = {}
    for file in files * ROUNDS:
        with tempfile.TemporaryDirectory() as results:
            subprocess.run([program, "--results", results, file], check=False)
            run = json.loads((pathlib.Path(results) / "_run.json").read_text())[file.name]
        if run["outcome"] == "ok" and run["ms"] <= runs.get(file.name, run)["ms"]:
            runs[file.name] = run
    return runs


def theirs(files: list[pathlib.Path]) -> dict[str, float]:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    from markitdown import MarkItDown

    converter, times = MarkItDown(), {}
    for file in files * ROUNDS:
        start = time.perf_counter()
        try:
            converter.convert(file)
        except Exception:  # its converters raise what their libraries raise
            continue
        took = (time.perf_counter() - start) * 1000
        times[file.name] = min(took, times.get(file.name, took))
    return times


def report(formats: dict, ours: dict[str, dict], theirs: dict[str, float], least: float) -> int:
    groups = collections.defaultdict(list)
    for name in sorted(ours.keys() & theirs.keys()):
        groups[formats[name]].append(name)
    print("format    files  our ms  their ms   ratio  our peak MB")
    slow = []
    for format, names in sorted(groups.items()):
        fast, long = mean([ours[name]["ms"] for name in names]), mean([theirs[name] for name in names])
        peak = max(ours[name].get("peak_mb", 0) for name in names)
        print(f"{format:9} {len(names):5} {fast:7.2f} {long:9.2f} {long / fast:7.1f} {peak:12.1f}")
        if long / fast < least:
            slow.append(format)
    unread = sorted(theirs.keys() - ours.keys())
    if unread:
        print(f"read by markitdown alone: {', '.join(unread)}")
    if slow:
        print(f"less than {least:g} times faster: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


def mean(figures: list[float]) -> float:
    return sum(figures) / len(figures)


if __name__ == "__main__":
    sys.exit(main())
