"""A resolver on this machine, over real UDP, that answers from an emulated account's zones."""

import socket
import struct
import threading

_CNAME = 5


class Resolver:
    """`kept`: seconds for which an old answer is still kept; `data`: what that says, "" for what the zone says."""

    def __init__(self, domains):
        self.domains, self.kept, self.data, self.silent = domains, None, "", False
        self._wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._wire.bind(("127.0.0.1", 0))
        self._wire.settimeout(0.2)
        self.address = f"127.0.0.1:{self._wire.getsockname()[1]}"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._over.set()
        self._thread.join(5)
        self._wire.close()

    def _serve(self):
        while not self._over.is_set():
            try:
                asked, who = self._wire.recvfrom(512)
            except TimeoutError:
                continue
            if not self.silent:
                self._wire.sendto(self._answer(asked), who)

    def _answer(self, asked):
        name, end = _labels(asked)
        found = [record for zone in self.domains.zones for record in self.domains.records(zone, name, "CNAME")]
        flags = 0x8180 if found else 0x8183
        head = asked[:2] + struct.pack(">5H", flags, 1, len(found), 0, 0) + asked[12 : end + 4]
        return head + b"".join(self._record(record) for record in found)

    def _record(self, record):
        target = b"".join(bytes([len(p)]) + p.encode() for p in (self.data or record["data"]).strip(".").split("."))
        ttl = record["ttl"] if self.kept is None else self.kept
        return b"\xc0\x0c" + struct.pack(">2HIH", _CNAME, 1, ttl, len(target) + 1) + target + b"\0"


def _labels(asked):
    parts, at = [], 12
    while size := asked[at]:
        parts.append(asked[at + 1 : at + 1 + size].decode())
        at += 1 + size
    return ".".join(parts), at + 1
