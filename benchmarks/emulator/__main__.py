"""`make bench-emulator`: what the emulator itself costs, which a measurement of the product would otherwise hide.

Alone on two cores: a read of the emulated Spaces 4 ms, clients that send 50 requests a second 15 % of a core.
"""

import socket
import threading
import time

import boto3
import typer

from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.traffic import Traffic
from bluegreen_emulator.wire import Server

_READS = 200
_SECONDS = 3.0


def main() -> None:
    typer.echo(f"a read of the emulated Spaces        {read_ms():.1f} ms")
    typer.echo(f"clients, 50 requests a second        {traffic_share():.0%} of a core")


def read_ms() -> float:
    """Milliseconds that one read takes, on average, client included."""
    server = Server(Spaces({"KEY": ("secret", {"": "fullaccess"})}, ["state"]).app)
    keys = {"aws_access_key_id": "KEY", "aws_secret_access_key": "secret"}
    s3 = boto3.client("s3", region_name="fra1", endpoint_url=server.url, **keys)
    s3.put_object(Bucket="state", Key="a", Body=b"{}")
    began = time.perf_counter()
    for _ in range(_READS):
        s3.get_object(Bucket="state", Key="a")["Body"].read()
    taken = time.perf_counter() - began
    server.close()
    return taken / _READS * 1000


def traffic_share() -> float:
    """The share of a core that clients need, with the cheapest server there is."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=_answer_plainly, args=(listener,), daemon=True).start()
    traffic = Traffic(f"http://127.0.0.1:{listener.getsockname()[1]}", clients=4)
    before = time.process_time()
    traffic.start()
    time.sleep(_SECONDS)
    traffic.stop()
    share = (time.process_time() - before) / _SECONDS
    listener.close()
    return share


def _answer_plainly(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")


if __name__ == "__main__":
    typer.run(main)
