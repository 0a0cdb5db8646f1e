"""Whose code a binary has inside, and on which terms: the texts, each once, with the crates that it is for.

    licences.py PACKAGE FEATURES TARGET >THIRD-PARTY.txt

Ends with an error where a crate's licence is not among those of deny.toml, or where its text cannot be found.
"""

import re
import sys
import tomllib

import crates

TEXT = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense|patents)([-._].*)?", re.IGNORECASE)
SOURCE = {".rs", ".py", ".toml", ".sh"}
# What lies there is not linked in.
ELSEWHERE = {"benches", "examples", "fuzz", "resources", "tests"}
RULE = "=" * 100


def allowed(expression, licences):
    """Whether an SPDX expression is satisfied by the licences; `OR` binds weaker than `AND`."""
    words = re.findall(r"[()]|[^\s()]+(?: WITH [^\s()]+)?", expression)

    def either():
        found = both()
        while words and words[0] == "OR":
            words.pop(0)
            found = both() or found
        return found

    def both():
        found = one()
        while words and words[0] == "AND":
            words.pop(0)
            found = one() and found
        return found

    def one():
        word = words.pop(0)
        if word != "(":
            return word in licences
        found = either()
        words.pop(0)
        return found

    return bool(words) and either() and not words


def own_texts(crate):
    files = (it for it in sorted(crate.folder.rglob("*")) if it.is_file() and TEXT.fullmatch(it.name))
    for file in files:
        folders = file.relative_to(crate.folder).parts[:-1]
        if file.suffix not in SOURCE and ELSEWHERE.isdisjoint(folders):
            yield file.read_text("utf-8", errors="replace")


def texts(crate, others):
    """A crate's texts; where its package forgot them, those of its repository or of the licence that it names."""
    if found := list(own_texts(crate)):
        return found
    for other in others:
        if other.repository and other.repository == crate.repository and (found := list(own_texts(other))):
            return found
    if allowed(crate.licence, {"Apache-2.0"}):
        return [(crates.ROOT / "LICENSE-APACHE").read_text("utf-8")]
    if allowed(crate.licence, {"MIT"}):
        return [in_the_name_of(crate)]
    sys.exit(f"{crate.name} {crate.version} ({crate.licence}) has no text of its licence")


def in_the_name_of(crate):
    """The MIT licence; who grants it stands in the crate's manifest."""
    authors = ", ".join(crate.authors) or f"The {crate.name} authors"
    ours = (crates.ROOT / "LICENSE-MIT").read_text("utf-8")
    return re.sub("^Copyright .*$", lambda _: f"Copyright (c) {authors}", ours, count=1, flags=re.MULTILINE)


def by_text(theirs):
    """The texts, however each is wrapped, with the names of the crates."""
    found = {}
    for crate in theirs:
        for text in texts(crate, theirs):
            names = found.setdefault(" ".join(text.split()), (text, []))[1]
            if crate.name not in names:
                names.append(crate.name)
    return found.values()


def write(package, theirs, out):
    out.write(f"{package} has inside the Rust standard library (its licences are in RUST.html) and these crates.\n")
    out.write("The source of each is at https://crates.io/crates/NAME/VERSION. The texts of the licences follow.\n\n")
    for crate in theirs:
        out.write(f"{crate.name} {crate.version}: {crate.licence}\n")
    for text, names in by_text(theirs):
        out.write(f"\n{RULE}\n{', '.join(names)}\n{RULE}\n\n{text.strip()}\n")


def main(package, features, target):
    theirs = [it for it in crates.linked(package, features, target) if not it.ours]
    theirs.sort(key=lambda it: it.key)
    licences = set(tomllib.loads((crates.ROOT / "deny.toml").read_text("utf-8"))["licenses"]["allow"])
    if refused := [f"{it.name} ({it.licence})" for it in theirs if not allowed(it.licence, licences)]:
        sys.exit(f"not among the licences of deny.toml: {', '.join(refused)}")
    write(package, theirs, sys.stdout)
    print(f"{package}: texts of {len(theirs)} crates", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
