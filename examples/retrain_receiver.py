"""Trains when Driftgauge asks for it. Needs Python 3.9 or newer, and nothing else.

    RETRAIN_SECRET=... python3 examples/retrain_receiver.py 9000
"""

import base64, hashlib, hmac, json, os, sys, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["RETRAIN_SECRET"]
seen = set()  # keep it in a file or a database, so that a restart forgets nothing
lock = threading.Lock()


def verify(headers, body):
    """Standard Webhooks 1.0: who sent it, and that it is not an old one."""
    key = base64.b64decode(SECRET[6:]) if SECRET.startswith("whsec_") else SECRET.encode()
    stamp = headers["webhook-timestamp"]
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    mine = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(stamp)) < 300
    return fresh and any(hmac.compare_digest(mine, one) for one in headers["webhook-signature"].split())


def report(callback, **status):
    request = urllib.request.Request(
        callback["url"],
        data=json.dumps(status).encode(),
        headers={"authorization": f"Bearer {callback['token']}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30):
        pass


def train(model, training):
    """Replace this: train on the period, deploy, and return the new version."""
    return str(int(time.time()))


def run(data):
    callback = data["callback"]
    try:
        report(callback, status="running")
        version = train(data["model"], data["training"])
        report(callback, status="succeeded", version=version)
    except Exception as error:
        report(callback, status="failed", message=str(error)[:2000])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            genuine = verify(self.headers, body)
        except (TypeError, KeyError, ValueError):
            genuine = False
        if genuine:
            data = json.loads(body)["data"]
            with lock:
                new = data["id"] not in seen
                seen.add(data["id"])
            if new:  # the same request may come twice
                threading.Thread(target=run, args=(data,)).start()
        self.send_response(202 if genuine else 401)
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
