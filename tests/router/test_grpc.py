"""gRPC's own client and server, with the router between them: calls of all four kinds, and a switch beneath one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event

import grpc
import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
WITHIN = 60  # seconds


class Shop(grpc.GenericRpcHandler):
    """Its answers say which environment it is in."""

    def __init__(self, name: bytes, left: Event) -> None:
        def fail(_: bytes, context: grpc.ServicerContext) -> None:
            context.set_trailing_metadata((("why", "fire"),))
            context.abort(grpc.StatusCode.INTERNAL, "no stock")

        def wait(_: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
            context.add_callback(left.set)
            yield b"come in"
            left.wait(10 * WITHIN)

        self._calls = {
            "/shop/Ask": grpc.unary_unary_rpc_method_handler(lambda asked, _: name + b" " + asked),
            "/shop/Fail": grpc.unary_unary_rpc_method_handler(fail),
            "/shop/Wait": grpc.unary_stream_rpc_method_handler(wait),
            "/shop/Count": grpc.unary_stream_rpc_method_handler(
                lambda asked, _: (b"%d" % n for n in range(int(asked)))
            ),
            "/shop/Add": grpc.stream_unary_rpc_method_handler(lambda asked, _: b"%d" % sum(map(len, asked))),
            "/shop/Talk": grpc.stream_stream_rpc_method_handler(
                lambda asked, _: (name + b" " + each for each in asked)
            ),
        }

    def service(self, call: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        return self._calls.get(call.method)


@pytest.fixture
def left() -> Event:
    """Set once a call that waits was given up by who made it."""
    return Event()


@pytest.fixture
def environments(certificate, left, monkeypatch) -> Iterator[dict[str, str]]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    pem = certificate.read_bytes()
    own = grpc.ssl_server_credentials([(pem[pem.index(b"-----BEGIN PRIVATE") :], pem)])
    servers, urls = [], {}
    for name in ("blue", "green"):
        server = grpc.server(ThreadPoolExecutor(8), handlers=[Shop(name.encode(), left)])
        # By number: of a name's two addresses, a port that is free at one may be another process's at the other.
        port = server.add_secure_port("127.0.0.1:0", own)
        server.start()
        servers.append(server)
        urls[f"BLUEGREEN_{name.upper()}_URL"] = f"https://localhost:{port}"
    yield urls
    for server in servers:
        server.stop(None).wait()


@pytest.fixture
def router(start, service, environments):
    found = start(**environments, BLUEGREEN_TELEMETRY_SECONDS="0.5")
    found.follows(service.serve(BLUE, Phase.WATCHING))
    return found


@pytest.fixture
def shop(router) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(f"127.0.0.1:{router.settings.port}") as channel:
        yield channel


def test_calls_of_every_kind_pass(shop):
    assert shop.unary_unary("/shop/Ask")(b"for tea", timeout=WITHIN) == b"blue for tea"
    assert [*shop.unary_stream("/shop/Count")(b"200", timeout=WITHIN)] == [b"%d" % n for n in range(200)]
    assert shop.stream_unary("/shop/Add")((b"x" * 100_000 for _ in range(30)), timeout=WITHIN) == b"3000000"
    assert [*shop.stream_stream("/shop/Talk")(iter([b"1", b"2"]), timeout=WITHIN)] == [b"blue 1", b"blue 2"]


@pytest.mark.parametrize(
    ("call", "code", "says"),
    [
        ("Fail", grpc.StatusCode.INTERNAL, "no stock"),
        ("Nobody", grpc.StatusCode.UNIMPLEMENTED, "Method not found!"),
    ],
)
def test_what_went_wrong_is_told_as_the_environment_told_it(call, code, says, shop):
    with pytest.raises(grpc.RpcError) as raised:
        shop.unary_unary(f"/shop/{call}")(b"", timeout=WITHIN)

    assert (raised.value.code(), raised.value.details()) == (code, says)


def test_trailing_metadata_come_with_it(shop):
    with pytest.raises(grpc.RpcError) as raised:
        shop.unary_unary("/shop/Fail")(b"", timeout=WITHIN)

    assert dict(raised.value.trailing_metadata())["why"] == "fire"


def test_a_call_that_is_given_up_is_given_up_at_the_environment_too(shop, left):
    call = shop.unary_stream("/shop/Wait")(b"", timeout=WITHIN)
    assert next(call) == b"come in"  # so the environment has it
    call.cancel()

    assert left.wait(WITHIN)


@pytest.mark.slow
def test_a_call_whose_time_is_up_is_given_up_at_the_environment_too(shop, left):
    call = shop.unary_stream("/shop/Wait")(b"", timeout=2)
    with pytest.raises(grpc.RpcError) as raised:
        list(call)

    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert left.wait(WITHIN)


def test_a_conversation_goes_on_where_it_began_and_new_calls_go_to_the_other(shop, router, service):
    asked: SimpleQueue[bytes | None] = SimpleQueue()
    said = shop.stream_stream("/shop/Talk")(iter(asked.get, None), timeout=WITHIN)
    asked.put(b"1")
    before = next(said)
    router.follows(service.serve(GREEN, Phase.WATCHING))
    until(lambda: shop.unary_unary("/shop/Ask")(b"", timeout=WITHIN) == b"green ", what="green answers")
    asked.put(b"2")
    asked.put(None)

    assert [before, *said] == [b"blue 1", b"blue 2"]


def test_a_failure_that_only_grpc_status_names_is_an_answer_to_the_router(shop, router):
    """To HTTP it is a 200: docs/router.md says what sees it."""
    for _ in range(3):
        with pytest.raises(grpc.RpcError):
            shop.unary_unary("/shop/Fail")(b"", timeout=WITHIN)
    counts = until(lambda: [block.users[BLUE] for block in router.telemetry().blocks if BLUE in block.users])

    assert sum(each.requests for each in counts) > 0
    assert sum(each.failed for each in counts) == 0
