"""Where the program `asl` is."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Iterator

from ._errors import ServerError


def program() -> str:
    """The path of the program `asl`.

    That is the variable ASL_PROGRAM, the program that was installed with this package, or else the first `asl` on PATH.
    """
    given = os.environ.get("ASL_PROGRAM")
    if given:
        return given
    name = "asl.exe" if sys.platform == "win32" else "asl"
    for folder in _script_folders():
        if (folder / name).is_file():
            return str(folder / name)
    # On Windows, `which` also looks in the current folder, which may have the files of a stranger.
    found = shutil.which("asl", path=os.pathsep.join(f for f in os.get_exec_path() if os.path.isabs(f)))
    if found is not None and Path(found).parent.resolve() == Path.cwd():
        found = None
    if found is None:
        raise ServerError("there is no program `asl`: install a wheel of asl-workflow for this platform, or set ASL_PROGRAM")
    return found


def _script_folders() -> Iterator[Path]:
    """Where pip puts programs: of this environment, of the user, and beside `pip install --target`."""
    yield Path(sysconfig.get_path("scripts"))
    yield Path(sysconfig.get_path("scripts", scheme="nt_user" if os.name == "nt" else "posix_user"))
    yield Path(__file__).parent.parent / "bin"
