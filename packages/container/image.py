"""Makes the root of an image as its Dockerfile says, and runs it without Docker. For a Dockerfile on scratch, with a few instructions."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path


class Image:
    """The root of an image, and how its container starts."""

    def __init__(self, dockerfile, context, root, platform):
        self.root = root
        self.args = {"TARGETPLATFORM": platform}
        self.context = context
        self.labels, self.env, self.ports = {}, {}, []
        self.user, self.folder = "0:0", "/"
        self.entrypoint, self.command = [], []
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        text = re.sub(r"\\\n\s*", " ", dockerfile.read_text())
        for line in text.splitlines():
            if line.strip() and not line.startswith("#"):
                name, _, rest = line.partition(" ")
                getattr(self, f"do_{name.lower()}")(rest.strip())

    def do_from(self, base):
        assert base == "scratch", f"{base} cannot be had here"

    def do_arg(self, name):
        assert name in self.args, name

    def do_label(self, labels):
        self.labels |= dict(re.findall(r'(\S+)="([^"]*)"', labels))

    def do_copy(self, words):
        *words, source, target = words.split()
        options = dict(word.removeprefix("--").split("=") for word in words)
        source = re.sub(r"\$\{(\w+)\}", lambda found: self.args[found[1]], source)
        found, target = self.context / source, self.inside(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A folder's content is copied, not the folder.
        shutil.copytree(found, target) if found.is_dir() else shutil.copy(found, target)
        if "chmod" in options:
            target.chmod(int(options["chmod"], 8))
        if "chown" in options and os.geteuid() == 0:
            os.chown(target, *map(int, options["chown"].split(":")))

    def do_workdir(self, folder):
        self.folder = folder
        self.inside(folder).mkdir(parents=True, exist_ok=True)

    def do_user(self, user):
        self.user = user

    def do_expose(self, port):
        self.ports.append(int(port))

    def do_entrypoint(self, words):
        self.entrypoint = json.loads(words)

    def do_cmd(self, words):
        self.command = json.loads(words)

    def inside(self, path):
        return self.root / path.lstrip("/")

    def bytes(self):
        return sum(file.stat().st_size for file in self.root.rglob("*") if file.is_file())

    def start(self, command=None, env=None, **options):
        """Starts its container: its own root, user and processes; the network is that of the caller."""
        uid, gid = self.user.split(":")
        alone = ["unshare", "--pid", "--mount", "--fork", "--kill-child", f"--root={self.root}", f"--wd={self.folder}"]
        alone += [f"--setuid={uid}", f"--setgid={gid}"]
        given = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **self.env, **(env or {})}
        return subprocess.Popen([*alone, *self.entrypoint, *(command or self.command)], env=given, text=True, **options)


def add_libraries(program, root):
    """Copies the loader and the libraries of a program that is not static, which the image has not. Returns whether there are any."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True)
    libraries = re.findall(r"(/\S+) \(0x", listed.stdout)
    for library in libraries:
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)
    return bool(libraries)
