# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""As much of Midtrans as callbacks need: it signs them and confirms what it said."""

import hashlib
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SERVER_KEY = "SB-Mid-server-DUMMYKEYFORTESTS0001"
CODES = {"settlement": "200", "pending": "201", "deny": "202", "expire": "407"}


@dataclass(frozen=True)
class Order:
    """A payment at the gateway; ``amount`` in whole rupiah."""

    order_id: str
    transaction_id: str
    amount: int

    def notification(self, status: str) -> dict:
        """Return a signed notification, which is also the answer to a status call."""
        code, gross = CODES[status], f"{self.amount}.00"
        text = f"{self.order_id}{code}{gross}{SERVER_KEY}"
        body = {
            "transaction_time": "2026-11-16 09:15:00",
            "transaction_status": status,
            "transaction_id": self.transaction_id,
            "status_message": "midtrans payment notification",
            "status_code": code,
            "signature_key": hashlib.sha512(text.encode()).hexdigest(),
            "payment_type": "bank_transfer",
            "order_id": self.order_id,
            "merchant_id": "G000000000",
            "gross_amount": gross,
            "fraud_status": "accept",
            "currency": "IDR",
            "va_numbers": [{"bank": "bri", "va_number": "123456789012345678"}],
        }
        if status == "settlement":
            body["settlement_time"] = "2026-11-16 09:20:11"
        return body


class MidtransStub:
    """Answers status calls for known orders: each of them is settled.

    :param orders: known under their order id and their transaction id
    """

    def __init__(self, orders: list[Order]):
        self.asked = 0
        answers = {}
        for order in orders:
            answer = json.dumps(order.notification("settlement")).encode()
            answers[order.order_id] = answers[order.transaction_id] = answer
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                stub.asked += 1
                known = answers.get(self.path.split("/")[-2])
                body = known or b'{"status_code": "404"}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()
