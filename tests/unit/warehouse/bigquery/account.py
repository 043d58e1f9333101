"""A service account of the stand-in's project."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PROJECT = "throw-away"


@cache
def a_key(token_uri: str) -> dict[str, str]:
    """The JSON of a service account's key, made up."""
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": f"loader@{PROJECT}.iam.gserviceaccount.com",
        "token_uri": token_uri,
    }
