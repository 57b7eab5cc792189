"""A server on this machine that replies as a test tells it to: OpenAI's format, and every fault of it."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from llm.endpoints import Endpoint


class Answer:
    """One HTTP reply. ``body``: an object, a text, or a function that writes to the connection itself."""

    def __init__(self, body=None, *, status=200, headers=(), delay=0.0):
        self.body, self.status, self.headers, self.delay = body, status, dict(headers), delay


def completion(text, *, model="small-1", usage=(12, 3), logprobs=None, finish_reason="stop"):
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    if logprobs is not None:
        choice["logprobs"] = {"content": logprobs}
    counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1]} if usage else None
    return {"object": "chat.completion", "model": model, "choices": [choice], "usage": counts}


class FakeServer:
    """``answer`` gets (path, body, number of the request) and returns an ``Answer`` or the text of a completion."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.http.daemon_threads = True

    @property
    def address(self):
        return f"http://127.0.0.1:{self.http.server_port}/v1"

    def endpoint(self, **changes):
        fast = {"timeout_seconds": 5, "retry_seconds": 5}
        return Endpoint(**{"name": "small", "address": self.address, "model": "small", **fast, **changes})

    def handler(server):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in one packet.
            wbufsize = 64 * 1024

            def do_POST(self):
                data = self.rfile.read(int(self.headers.get("content-length") or 0))
                with server.lock:
                    server.requests.append((self.path, json.loads(data or b"null"), dict(self.headers)))
                    number = len(server.requests)
                    server.at_once += 1
                    server.most_at_once = max(server.most_at_once, server.at_once)
                try:
                    answer = server.answer(self.path, json.loads(data or b"null"), number)
                    self.send(answer if isinstance(answer, Answer) else Answer(completion(answer)))
                finally:
                    with server.lock:
                        server.at_once -= 1

            do_GET = do_POST

            def send(self, answer):
                time.sleep(answer.delay)
                with suppress(OSError):
                    if callable(answer.body):
                        answer.body(self)
                        self.close_connection = True
                        return
                    body = answer.body if isinstance(answer.body, (str, bytes)) else json.dumps(answer.body)
                    body = body.encode() if isinstance(body, str) else body
                    self.send_response(answer.status)
                    for name, value in {"content-length": len(body), **answer.headers}.items():
                        self.send_header(name, str(value))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *args):
                pass

        return Handler


@contextmanager
def serving(answer):
    server = FakeServer(answer)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
