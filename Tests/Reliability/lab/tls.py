"""TLS servers of every bad kind, and a good one, which keep what reached them."""

import os
import socket
import ssl
import struct
import subprocess
import threading

from .site import shim

DAY = 86_400


def certificate(folder, name, host="localhost", signed_by=None, moved_days=0, days=2):
    """`name.pem` with certificate and key for a host, signed by itself or by another; made that many days from now."""
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key",
             "-out", folder / f"{name}.crt", "-addext", f"subjectAltName=DNS:{host}"]
    if signed_by:
        words += ["-CA", folder / f"{signed_by}.crt", "-CAkey", folder / f"{signed_by}.key", "-addext", "basicConstraints=critical,CA:FALSE"]
    environment = dict(os.environ)
    if moved_days:
        clock = folder / f"{name}.clock"
        clock.write_bytes(struct.pack("q", moved_days * DAY))
        environment.update({"LD_PRELOAD": shim("clockshim"), "CLOCK_SHIM_FILE": str(clock)})
    subprocess.run([str(word) for word in words], check=True, capture_output=True, env=environment)
    pem = folder / f"{name}.pem"
    pem.write_bytes((folder / f"{name}.crt").read_bytes() + (folder / f"{name}.key").read_bytes())
    return pem


class Server:
    """Keeps every byte that comes out of its TLS, and how often somebody came; answers everything with one answer."""

    def __init__(self, pem, answer="HTTP/1.1 503 Not now\r\nContent-Length: 0\r\n\r\n", version=None):
        self.received, self.visits = b"", 0
        self.answer = answer.encode()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if version:
            # Debian refuses these versions itself: this server is one that nobody has updated.
            self.context.set_ciphers("ALL:@SECLEVEL=0")
            self.context.minimum_version = self.context.maximum_version = version
        self.context.load_cert_chain(pem)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.visits += 1
            connection.settimeout(10)
            try:
                with self.context.wrap_socket(connection, server_side=True) as spoken:
                    while data := spoken.recv(65536):
                        self.received += data
                        if b"\r\n\r\n" in data:
                            spoken.sendall(self.answer)
            except OSError:
                pass  # It was refused, or has said all it had to say.

    def close(self):
        self.listener.close()
