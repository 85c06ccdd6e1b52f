"""Checks one webhook as a receiver would, with Debian's cryptography alone: nothing of the gateway's code takes part."""
import base64
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

webhook = json.load(sys.stdin)
content = ".".join((webhook["id"], webhook["timestamp"], webhook["body"])).encode()
public = [Ed25519PublicKey.from_public_bytes(base64.b64decode(key[len("whpk_"):])) for key in webhook["keys"]]


def holds(signature):
    version, _, value = signature.partition(",")
    assert version == "v1a", version
    for key in public:
        try:
            key.verify(base64.b64decode(value), content)
            return True
        except InvalidSignature:
            continue
    return False


print(json.dumps([holds(one) for one in webhook["signature"].split(" ")]))
