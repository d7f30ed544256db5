"""The SOAP backend of contract/orders.wsdl: it answers with the order that it got, or with the fault, and keeps what it read."""

import http.server
import re
import threading

FAULT = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode>
<faultstring>the order is closed</faultstring><detail><t:orderFault xmlns:t="urn:example:orders"><t:id>{id}</t:id><t:state>CLOSED</t:state></t:orderFault></detail>
</soap:Fault></soap:Body></soap:Envelope>"""


class Backend:
    """`with Backend() as backend:` listens at `backend.url`; `backend.read` has the bodies of the requests."""

    def __init__(self):
        read = self.read = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                request = self.rfile.read(int(self.headers["Content-Length"])).decode()
                read.append(request)
                status, answer = answered(request)
                self.send_response(status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(answer.encode())))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/orders"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()


def answered(request):
    if ":remark>fault<" in request or "<remark>fault<" in request:
        return 500, FAULT.format(id=re.search(r"id>(-?\d+)<", request)[1])
    return 200, re.sub(r"(</?(?:\w+:)?placeOrder)\b", r"\1Response", request)
