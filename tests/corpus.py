"""Scores m365-extract on a corpus of documents, and fails below what we promise.

    python tests/corpus.py PROGRAM CORPUS

CORPUS holds `files/`, `manifest.json` and `score.py`; PROGRAM is the built `m365-extract`.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

ORDINARY, HOSTILE, TRIMMED = 97.0, 100.0, 95.0
FORMATS = {"doc": 98.0, "docx": 98.0, "eml": 98.0, "pdf": 98.0, "pptx": 98.0, "xls": 98.0}


def main(program: str, corpus: pathlib.Path) -> int:
    manifest = json.loads((corpus / "manifest.json").read_text())["files"]
    with tempfile.TemporaryDirectory() as results:
        extract(program, corpus / "files", results)
        scores = score(corpus, results)
    return report(manifest, scores)


def extract(program: str, files: pathlib.Path, results: str) -> None:
    names = sorted(str(file) for file in files.iterdir())
    # It fails where a file has no text, which is right for some of them.
    subprocess.run([program, "--results", results, *names], check=False)


def score(corpus: pathlib.Path, results: str) -> dict:
    scores = pathlib.Path(results) / "_scores.json"
    command = [sys.executable, corpus / "score.py", results, "--json", scores]
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return json.loads(scores.read_text())


def report(manifest: list, scores: dict) -> int:
    ordinary = [file for file in manifest if not file.get("hostile")]
    hostile = [file["file"] for file in manifest if file.get("hostile")]
    trimmed = [scores[file["file"]].get("trim", 0.0) for file in ordinary if file.get("trimmed")]
    found = [
        ("ordinary files", mean(scores, [file["file"] for file in ordinary]), ORDINARY),
        ("hostile files", mean(scores, hostile), HOSTILE),
        ("trimmed mail", 100 * sum(trimmed) / len(trimmed), TRIMMED),
    ]
    for name, least in FORMATS.items():
        files = [file["file"] for file in ordinary if file["format"] == name]
        found.append((name, mean(scores, files), least))
    missed = [f"{name}: {score:.1f} is below {least}" for name, score, least in found if score < least]
    print("\n".join(missed) or "every promise is kept")
    return 1 if missed else 0


def mean(scores: dict, names: list) -> float:
    return 100 * sum(scores[name]["score"] for name in names) / len(names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
