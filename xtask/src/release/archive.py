"""Archives that depend on their content only: archive.py pack FOLDER ARCHIVE, archive.py sums FOLDER"""

import gzip
import hashlib
import sys
import tarfile
import zipfile
from pathlib import Path

# The first day that a zip can name.
DAY = (1980, 1, 1, 0, 0, 0)
SECONDS = 315532800


def mode(file):
    return 0o755 if file.name.split(".")[0] in ("asl", "bootstrap") and "cdx" not in file.name else 0o644


def pack(folder, archive):
    files = sorted(folder.iterdir())
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for file in files:
                info = zipfile.ZipInfo(file.name, DAY)
                info.create_system = 3  # Unix, which has modes
                info.external_attr = (0o100000 | mode(file)) << 16
                packed.writestr(info, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
        return
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, SECONDS) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as packed:
            for file in files:
                info = tarfile.TarInfo(f"{folder.name}/{file.name}")
                info.size, info.mode, info.mtime = file.stat().st_size, mode(file), SECONDS
                with open(file, "rb") as content:
                    packed.addfile(info, content)


def sums(folder):
    files = [file for file in sorted(folder.iterdir()) if file.name.endswith((".tar.gz", ".zip", ".whl", ".tgz"))]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(lines), newline="\n")
    print("".join(lines), end="")


if sys.argv[1] == "pack":
    pack(Path(sys.argv[2]), Path(sys.argv[3]))
else:
    sums(Path(sys.argv[2]))
