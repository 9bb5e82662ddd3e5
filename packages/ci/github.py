"""GitHub's API, as far as comments of pull requests need it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class GitHub:
    """A server on the loopback interface, which ends with its `with` block."""

    def __init__(self):
        self.comments = []
        self.calls = []
        self.may_write = True
        github = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(200, [{"id": id, "body": body} for id, body in enumerate(github.comments)])

            def do_POST(self):
                assert self.path == "/repos/a/b/issues/7/comments", self.path
                self.write(lambda body: github.comments.append(body))

            def do_PATCH(self):
                index = int(self.path.removeprefix("/repos/a/b/issues/comments/"))
                self.write(lambda body: github.comments.__setitem__(index, body))

            def write(self, change):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))["body"]
                if github.may_write:
                    change(body)
                    self.answer(200, {})
                else:
                    self.answer(403, {"message": "Resource not accessible by integration"})

            def answer(self, status, answer):
                assert self.headers["authorization"] == "Bearer secret"
                github.calls.append((self.command, self.path))
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
