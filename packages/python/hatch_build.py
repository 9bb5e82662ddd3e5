"""Puts the program `asl` into a wheel.

ASL_PROGRAM names the program, and ASL_WHEEL_PLATFORM the platforms of the wheel, such as `win_amd64`. Nothing is compiled here.
"""

import os
import sysconfig
from pathlib import Path
from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# `cargo xtask release` writes these beside the program.
BILL_OF_MATERIALS = "asl.cdx.json"
LICENCES = "THIRD-PARTY-LICENSES.txt"


class ProgramHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        if version == "editable":
            return
        given = os.environ.get("ASL_PROGRAM")
        if not given:
            raise RuntimeError("set ASL_PROGRAM to the program `asl`, built by `cargo build --release -p asl-cli`")
        program = Path(given).resolve()
        if not program.is_file():
            raise RuntimeError(f"ASL_PROGRAM: there is no file {program}")
        local = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{os.environ.get('ASL_WHEEL_PLATFORM') or local}"
        build_data["pure_python"] = False
        build_data["shared_scripts"] = {str(program): "asl.exe" if program.suffix == ".exe" else "asl"}
        if (program.parent / BILL_OF_MATERIALS).is_file():
            build_data["sbom_files"] = [str(program.parent / BILL_OF_MATERIALS)]
        if (program.parent / LICENCES).is_file():
            build_data["force_include"][str(program.parent / LICENCES)] = f"asl/{LICENCES}"
