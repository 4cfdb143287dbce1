"""A close frame goes between two frames, and nowhere else."""

import socket
import threading

import pytest
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode

from bluegreen.core.environment import Environment
from bluegreen_router.frames import Frames, close_frame
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
UPGRADE = b"GET /ws HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


def frames(masked: bool, *sizes: int) -> list[bytes]:
    protocol = FrameProtocol(client=masked, extensions=[])
    return [protocol.send_data(bytes(size)) for size in sizes]


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("piece", [1, 7, 1000, 10**6])
def test_frames_of_every_length_are_followed_in_pieces_of_every_size(masked: bool, piece: int):
    wire = b"".join(frames(masked, 0, 5, 125, 126, 65_535, 65_536))
    followed = Frames()
    for at in range(0, len(wire), piece):
        assert followed.follow(wire[at : at + piece]) == len(wire[at : at + piece])

    assert followed.between
    assert not followed.closing


def test_when_it_is_to_stop_it_stops_at_the_end_of_the_frame():
    first, second = frames(True, 300, 300)
    followed = Frames()
    followed.follow(first[:100])

    assert not followed.between
    assert followed.follow(first[100:] + second[:50], stop=True) == len(first) - 100
    assert followed.between


@pytest.mark.parametrize("masked", [True, False])
def test_the_close_frame_is_one_that_others_understand(masked: bool):
    decoder = FrameDecoder(client=not masked, extensions=[])
    decoder.receive_bytes(close_frame(masked))
    frame = decoder.process_buffer()

    assert frame.opcode is Opcode.CLOSE
    assert int.from_bytes(frame.payload, "big") == CloseReason.GOING_AWAY
    followed = Frames()
    followed.follow(close_frame(masked))
    assert followed.closing


def test_the_environment_gets_whole_frames_and_then_the_close(start, service, patient):
    first, second = frames(True, 300, 300)
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=listen, args=(listening, heard), daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        router = start(BLUEGREEN_BLUE_URL=url, BLUEGREEN_STREAM_SECONDS="0.2")
        router.follows(service.serve(BLUE))
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
            client.sendall(UPGRADE)
            assert client.recv(65536).startswith(b"HTTP/1.1 101")
            client.sendall(first[:100])
            router.follows(service.serve(GREEN))
            assert client.recv(65536) == close_frame(masked=False)
            client.sendall(first[100:] + second[:50])
            until(lambda: heard.endswith(close_frame(masked=True)))

    assert bytes(heard).partition(b"\r\n\r\n")[2] == first + close_frame(masked=True)


def listen(listening: socket.socket, heard: bytearray) -> None:
    connection, _ = listening.accept()
    with connection:
        heard += connection.recv(65536)
        connection.sendall(UPGRADED)
        while data := connection.recv(65536):
            heard += data
