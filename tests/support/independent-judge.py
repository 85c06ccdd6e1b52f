"""Checks one statement, evidence or receipt, with jwcrypto and the published key history alone: nothing of the gateway's code takes part."""
import json
import sys

from jwcrypto import jwk, jws

evidence, history = json.load(sys.stdin)
token = jws.JWS()
token.deserialize(evidence)
keys = {key["kid"]: key for key in history["keys"]}
header = token.jose_header
assert header["typ"] in ("evidence+jwt", "receipt+jwt") and header["alg"] == "ES256", header
public = {name: keys[header["kid"]][name] for name in ("kty", "crv", "x", "y")}
token.verify(jwk.JWK(**public), alg="ES256")
print(token.payload.decode())
