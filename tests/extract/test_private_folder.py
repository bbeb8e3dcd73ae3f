"""The copy of a folder of exports is its user's alone, made once, and gone when it is not needed."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from migrate.extract.folder import stage_folder
from tests.extract.exports import MAPPING, training_csv, write_folder

STAGE_AND_LEAVE = """
import os, sys
from migrate.extract.folder import stage_files
from migrate.rulebook.mapping import load_mapping
print(stage_files(sys.argv[1], load_mapping()), flush=True)
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
"""


def test_same_folder_is_copied_once_and_again_after_a_change(tmp_path: Path) -> None:
    write_folder(tmp_path, {"training.csv": training_csv("1,7,t,a")})
    first = stage_folder(f"dir:{tmp_path}", MAPPING)
    assert stage_folder(f"dir:{tmp_path}", MAPPING) == first
    (tmp_path / "training.csv").write_bytes(training_csv("1,7,t,a", "2,7,t,b"))
    assert stage_folder(f"dir:{tmp_path}", MAPPING) != first


def test_copy_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    path = Path(stage_folder(f"dir:{write_folder(tmp_path)}", MAPPING).removeprefix("sqlite:///"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(("end", "left"), [("leaves", False), ("killed", True)])
def test_copy_is_gone_with_its_process_or_with_the_next(tmp_path: Path, end: str, left: bool) -> None:
    exports, temporary = write_folder(tmp_path / "exports"), tmp_path / "tmp"
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary)}
    for how, stays in ((end, left), ("leaves", False)):
        command = [sys.executable, "-c", STAGE_AND_LEAVE, f"dir:{exports}", how]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        path = Path(ran.stdout.strip().removeprefix("sqlite:///"))
        assert path.is_relative_to(temporary)
        assert path.exists() is stays
    assert not list(temporary.iterdir())
