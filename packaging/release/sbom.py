"""What is inside a binary, as CycloneDX 1.6; the same input gives the same bytes.

    sbom.py PACKAGE FEATURES TARGET BINARY >PACKAGE.cdx.json

SOURCE_DATE_EPOCH is the time that it bears.
"""

import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import uuid

import crates


def purl(key):
    return "pkg:cargo/{}@{}".format(*key)


def sha256(content):
    return [{"alg": "SHA-256", "content": content}]


def component(crate):
    found = {"type": "library", "bom-ref": purl(crate.key), "name": crate.name, "version": crate.version}
    if crate.description:
        found["description"] = " ".join(crate.description.split())
    if crate.checksum:
        found["hashes"] = sha256(crate.checksum)
    found["licenses"] = [{"expression": crate.licence}]
    found["purl"] = purl(crate.key)
    if crate.repository:
        found["externalReferences"] = [{"type": "vcs", "url": crate.repository}]
    return found


def rustc():
    """The version of the compiler, and so of the standard library."""
    words = subprocess.run([os.environ.get("RUSTC", "rustc"), "--version"], check=True, capture_output=True, text=True)
    return words.stdout.split()[1]


def standard_library():
    version = rustc()
    return {
        "type": "library",
        "bom-ref": f"rust-std@{version}",
        "name": "rust-std",
        "version": version,
        "description": "The Rust standard library",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
        "externalReferences": [{"type": "vcs", "url": "https://github.com/rust-lang/rust"}],
    }


def bill(main, others, target, binary):
    made = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.UTC)
    digest = hashlib.sha256(binary.read_bytes()).hexdigest()
    subject = component(main) | {"type": "application", "hashes": sha256(digest)}
    subject["properties"] = [{"name": "target", "value": target}]
    std = standard_library()
    needs = [{"ref": purl(it.key), "dependsOn": sorted(map(purl, it.needs))} for it in [main, *others]]
    needs[0]["dependsOn"].append(std["bom-ref"])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": subject,
        },
        "components": [*map(component, others), std],
        "dependencies": needs,
    }


def main(package, features, target, binary):
    first, *others = crates.linked(package, features, target)
    others.sort(key=lambda it: it.key)
    json.dump(bill(first, others, target, pathlib.Path(binary)), sys.stdout, indent=1, ensure_ascii=False)
    print()
    print(f"{package}: {len(others) + 1} components", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
