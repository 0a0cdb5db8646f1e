"""The crates that go into a binary, as cargo itself resolves them."""

import dataclasses
import json
import pathlib
import re
import subprocess
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass
class Crate:
    name: str
    version: str
    licence: str
    authors: list[str]
    folder: pathlib.Path
    repository: str | None
    description: str | None
    # Of the package in the registry; None for the crates of this repository.
    checksum: str | None
    needs: set[tuple[str, str]] = dataclasses.field(default_factory=set)

    @property
    def key(self):
        return self.name, self.version

    @property
    def ours(self):
        return self.checksum is None


def cargo(*words):
    return subprocess.run(["cargo", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def normal(expression):
    """SPDX, also where a crate has the notation of before it: `MIT/Apache-2.0`."""
    return re.sub(r"\s*/\s*", " OR ", expression or "")


def checksums():
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))
    return {(it["name"], it["version"]): it.get("checksum") for it in lock["package"]}


def packages(target):
    found = json.loads(cargo("metadata", "--locked", "--format-version=1", f"--filter-platform={target}"))
    sums = checksums()
    for it in found["packages"]:
        key = it["name"], it["version"]
        folder = pathlib.Path(it["manifest_path"]).parent
        yield Crate(*key, normal(it["license"]), it["authors"], folder, it["repository"], it["description"], sums[key])


def linked(package, features, target):
    """The package, first, and what it is linked with; code that only runs while building is not among it."""
    known = {crate.key: crate for crate in packages(target)}
    choice = ["--no-default-features", f"--features={features}", f"--target={target}"]
    tree = cargo("tree", "--locked", f"--package={package}", *choice, "--edges=normal", "--prefix=depth", "--format= {p}")
    found, above = {}, []
    for line in tree.splitlines():
        depth, name, version = line.split()[:3]
        crate = known[name, version.removeprefix("v")]
        found[crate.key] = crate
        del above[int(depth):]
        if above:
            above[-1].needs.add(crate.key)
        above.append(crate)
    return list(found.values())

