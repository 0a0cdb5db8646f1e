"""Puts binaries and manifest into one bundle; the same input gives the same bytes.

    assemble.py OUT PLATFORM=BINARY... [--with NAME=FILE...]     PLATFORM: darwin, linux or win32
"""

import copy
import hashlib
import json
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUNDLE = "m365-local.mcpb"
LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"]
# The earliest date that a zip can hold: when it was packed is nobody's business.
EPOCH = (1980, 1, 1, 0, 0, 0)
EXECUTABLE, PLAIN = 0o100755, 0o100644


def binary(platform):
    return f"server/{platform}/m365-local" + (".exe" if platform == "win32" else "")


def manifest_for(manifest, platforms):
    """Narrows the manifest to the platforms whose binaries are there."""
    manifest = copy.deepcopy(manifest)
    server = manifest["server"]
    config = server["mcp_config"]
    first = platforms[0]
    server["entry_point"] = binary(first)
    config["command"] = "${__dirname}/" + binary(first)
    config["platform_overrides"] = {
        other: {"command": "${__dirname}/" + binary(other)} for other in platforms[1:]
    }
    if not config["platform_overrides"]:
        del config["platform_overrides"]
    manifest["compatibility"]["platforms"] = platforms
    return manifest


def pretty(value):
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def write_bundle(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        for name, mode, content in files:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = mode << 16
            bundle.writestr(info, content)


def pairs(words):
    return dict(word.split("=", 1) for word in words)


def main(out, words):
    end = words.index("--with") if "--with" in words else len(words)
    given, beside = pairs(words[:end]), pairs(words[end + 1:])
    manifest = json.loads((HERE / "manifest.json").read_text("utf-8"))
    known = manifest["compatibility"]["platforms"]
    if unknown := set(given) - set(known):
        sys.exit(f"{', '.join(sorted(unknown))}: no platform of the manifest ({', '.join(known)})")
    # Linux comes first where it is there: on macOS and Windows the overrides count.
    platforms = sorted(given, key=lambda name: (name != "linux", name))
    files = [("manifest.json", PLAIN, pretty(manifest_for(manifest, platforms)))]
    files += [(name, PLAIN, (ROOT / name).read_bytes()) for name in LICENCES]
    files += [(name, PLAIN, pathlib.Path(file).read_bytes()) for name, file in sorted(beside.items())]
    files += [(binary(it), EXECUTABLE, pathlib.Path(given[it]).read_bytes()) for it in platforms]
    bundle = pathlib.Path(out) / BUNDLE
    write_bundle(bundle, files)
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    server = json.loads((ROOT / "packaging/server.json").read_text("utf-8"))
    for package in server["packages"]:
        package["fileSha256"] = digest
    (pathlib.Path(out) / "server.json").write_bytes(pretty(server))
    print(f"{bundle}: {bundle.stat().st_size} bytes, {', '.join(platforms)}, sha256 {digest}")


if __name__ == "__main__":
    if len(sys.argv) < 3 or not all("=" in word or word == "--with" for word in sys.argv[2:]):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
