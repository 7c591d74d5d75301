"""`itsm serve` as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from assistant.settings import PROJECT, Settings
from tests.support import ITSM


def test_a_server_stops_when_told_to_though_somebody_sends_slowly(
    real_settings: Settings, tmp_path: Path
) -> None:
    for name in ("builds", "published.json"):
        (tmp_path / name).symlink_to(real_settings.data_dir / name)
    environment = {**os.environ, "ITSM_DATA_DIR": str(tmp_path), "ITSM_PORT": "0"}
    with subprocess.Popen(
        [*ITSM, "serve"], env=environment, cwd=PROJECT, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        port = re.search(r":(\d+) ", server.stderr.readline())
        assert port
        with socket.create_connection(("127.0.0.1", int(port[1]))) as slow:
            slow.sendall(
                b"POST /api/v1/ask HTTP/1.1\r\nhost: localhost:%s\r\ncontent-length: 100\r\n"
                b"content-type: application/json\r\nexpect: 100-continue\r\n\r\n" % port[1].encode()
            )
            assert b" 100 " in slow.recv(100)  # so it is being read
            slow.sendall(b"{")
            server.send_signal(signal.SIGINT)
            try:
                assert server.wait(timeout=30) == 130
            finally:
                server.kill()
