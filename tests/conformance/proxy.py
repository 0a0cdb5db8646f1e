"""Passes requests on from a free port of loopback to an MCP server, with an Authorization header.

The conformance suite cannot send one. Usage: M365_PROXY_TOKEN=... proxy.py URL; the first line on stdout is
the address to use in place of URL. The suite's own Host and Origin are passed on where they are strangers',
so that its test of DNS rebinding reaches the server; its loopback names become the server's.
"""

import http.client
import http.server
import os
import ssl
import sys
import urllib.parse

TARGET = urllib.parse.urlsplit(sys.argv[1])
TOKEN = os.environ["M365_PROXY_TOKEN"]
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"}


def is_loopback(host):
    return urllib.parse.urlsplit(f"//{host}").hostname in ("localhost", "127.0.0.1", "::1")


def connect():
    if TARGET.scheme == "https":
        context = ssl.create_default_context(cafile=os.environ.get("M365_PROXY_CA_FILE"))
        return http.client.HTTPSConnection(TARGET.netloc, context=context, timeout=60)
    return http.client.HTTPConnection(TARGET.netloc, timeout=60)


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server = connect()
        server.putrequest(self.command, TARGET.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.request_headers():
            server.putheader(name, value)
        server.putheader("Content-Length", str(len(body)))
        server.endheaders(body)
        self.answer(server.getresponse())
        server.close()

    def request_headers(self):
        host = self.headers.get("Host", "")
        yield "Host", TARGET.netloc if is_loopback(host) else host
        yield "Authorization", f"Bearer {TOKEN}"
        origin = self.headers.get("Origin", "")
        if origin:
            own = is_loopback(urllib.parse.urlsplit(origin).netloc)
            yield "Origin", f"{TARGET.scheme}://{TARGET.netloc}" if own else origin
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP | {"host", "origin", "content-length", "authorization"}:
                yield name, value

    def answer(self, response):
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        while chunk := response.read1(65536):
            self.wfile.write(chunk)
            self.wfile.flush()
        self.close_connection = True

    do_GET = do_POST = do_DELETE = do_OPTIONS = pass_on

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}{TARGET.path}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
