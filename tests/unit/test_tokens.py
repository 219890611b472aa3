"""The proxy's signed header: only the right address, signature, time and claims are believed."""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from dashboard.access import AccessError, Proxy
from dashboard.tokens import account_of

SECRET = b"a secret for tests, of no use to anybody"


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    (tmp_path / "key").write_bytes(SECRET)
    return Proxy(("10.1.0.0/24", "127.0.0.1"), tmp_path / "key", issuer="gateway", audience="liandong")


def token(key: OctKey | ECKey | RSAKey | None = None, algorithm: str = "HS256", **claims: object) -> str:
    stated = {"sub": "li", "iss": "gateway", "aud": "liandong", "exp": int(time.time()) + 300} | claims
    return jwt.encode(
        {"alg": algorithm}, {name: value for name, value in stated.items() if value is not None},
        key or OctKey.import_key(SECRET), algorithms=[algorithm],
    )  # fmt: skip


def test_a_good_header_names_the_account(proxy: Proxy) -> None:
    assert account_of(proxy, "10.1.0.7", token()) == "li"
    assert account_of(replace(proxy, claim="mail"), "127.0.0.1", token(mail="li@x")) == "li@x"


@pytest.mark.parametrize("peer", ["10.1.1.7", "192.168.0.1", "::1", "", "nonsense"])
def test_another_address_is_not_believed(proxy: Proxy, peer: str) -> None:
    with pytest.raises(AccessError, match="统一入口"):
        account_of(proxy, peer, token())


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iss": "another"},
        {"iss": None},
        {"aud": "else"},
        {"nbf": 9_999_999_999},
    ],
    ids=str,
)
def test_wrong_claims_are_not_believed(proxy: Proxy, claims: dict[str, object]) -> None:
    with pytest.raises(AccessError, match="无效或已过期"):
        account_of(proxy, "127.0.0.1", token(**claims))


def test_a_forged_or_altered_header_is_not_believed(proxy: Proxy) -> None:
    good = token()
    head, body, signature = good.split(".")
    stranger = OctKey.import_key(b"another secret that the proxy never had")
    for forged in (
        token(stranger), f"{head}.{body}.", f"{head}.{body[:-2]}AA.{signature}", "li", "a.b.c",
        "eyJhbGciOiJub25lIn0." + body + ".", good[:-1] + ("A" if good[-1] != "A" else "B"),
    ):  # fmt: skip
        with pytest.raises(AccessError):
            account_of(proxy, "127.0.0.1", forged)


def test_no_header_no_account(proxy: Proxy) -> None:
    for header in (None, ""):
        with pytest.raises(AccessError, match="没有收到登录信息"):
            account_of(proxy, "127.0.0.1", header)
    with pytest.raises(AccessError, match="没有账号"):
        account_of(proxy, "127.0.0.1", token(sub=None))


@pytest.mark.parametrize(("kind", "algorithm"), [(ECKey, "ES256"), (RSAKey, "RS256")])
def test_a_public_key_checks_and_cannot_sign(
    proxy: Proxy, kind: type[ECKey] | type[RSAKey], algorithm: str
) -> None:
    private = ECKey.generate_key("P-256") if kind is ECKey else RSAKey.generate_key(2048)
    public = private.as_pem(private=False)
    proxy.key_file.write_bytes(public)
    assert account_of(proxy, "127.0.0.1", token(private, algorithm)) == "li"
    # The old trick: signing with the public key, taken for a shared secret.
    signed = token().rpartition(".")[0]
    signature = urlsafe_b64encode(hmac.digest(public.strip(), signed.encode(), "sha256")).decode().rstrip("=")
    with pytest.raises(AccessError):
        account_of(proxy, "127.0.0.1", f"{signed}.{signature}")


@pytest.mark.parametrize(
    "content", [b"short", b"", b"-----BEGIN PUBLIC KEY-----\nno\n-----END PUBLIC KEY-----"]
)
def test_a_bad_key_is_one_sentence(proxy: Proxy, content: bytes) -> None:
    proxy.key_file.write_bytes(content)
    with pytest.raises(AccessError, match="验签密钥文件"):
        account_of(proxy, "127.0.0.1", token())
    proxy.key_file.unlink()
    with pytest.raises(AccessError, match="读不出来"):
        account_of(proxy, "127.0.0.1", token())
