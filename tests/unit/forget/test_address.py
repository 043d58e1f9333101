from __future__ import annotations

import pytest

from listrak.forget.address import address_sha256

# printf %s ann@example.com | sha256sum
ANN = "71d4f55f72fa128dfb468a1a3901507c804b74316488744d769d7f4b16696476"


@pytest.mark.parametrize("address", ["ann@example.com", " Ann@Example.COM\n"])
def test_digest_is_that_of_the_stripped_address_in_lower_case(address: str) -> None:
    assert address_sha256(address) == ANN
