"""One call of `store` through zeep, which sends octets in the envelope and reads answers by MTOM."""

import os
import random
import sys

from zeep import Client
from zeep.transports import Transport


def main():
    octets = random.Random(1).randbytes(50_000)
    client = Client(os.environ["WSDL_URL"], transport=Transport(timeout=15, operation_timeout=15))
    answer = client.service.store(name="a", data=octets)
    if answer.data != octets:
        print(f"not so: the octets are those that were sent; seen: {answer.data and len(answer.data)}", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
