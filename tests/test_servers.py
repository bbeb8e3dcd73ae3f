"""Where no server runs and none is named, the tests start their own."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.private_servers import start_private
from tests.servers import HOW_TO, execute


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_private_server_answers_and_is_started_once(engine_name: str) -> None:
    with TemporaryDirectory(prefix="career-migrate-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs under an account of its own
        server = start_private(engine_name, folder)
        if server is None:
            pytest.skip(HOW_TO[engine_name])
        try:
            assert start_private(engine_name, folder) == server
            execute(f"{server.url}/", "CREATE DATABASE one", "CREATE DATABASE two")
        finally:
            server.stop()
