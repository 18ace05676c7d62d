import base64
import json

import pytest

from azext_ml.rest.credentials import StaticToken, tenant_of


def test_a_ready_token_serves_every_audience():
    token = StaticToken("s3cret")
    assert token.get_token("a").token == token.get_token("b", claims="c").token == "s3cret"
    assert "s3cret" not in repr(token)


def test_a_token_names_its_tenant():
    claims = base64.urlsafe_b64encode(json.dumps({"tid": "1-2", "name": "ü?>"}).encode()).decode().rstrip("=")
    assert tenant_of(StaticToken(f"header.{claims}.signature"), "scope") == "1-2"


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "a.bm90IGpzb24.c", "a.W10.c"])
def test_a_token_that_says_nothing(token):
    assert tenant_of(StaticToken(token), "scope") is None
    assert tenant_of(None, "scope") is None
