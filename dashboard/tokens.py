"""The signed header that a reverse proxy sets: believed when its address, signature and time are right."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from joserfc import jwk, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from dashboard.access import AccessError, Proxy

# One algorithm a kind of key: a header may not choose how it wants to be checked.
_ALGORITHMS = {OctKey: "HS256", RSAKey: "RS256", ECKey: "ES256", OKPKey: "Ed25519"}
_LEEWAY = 60  # seconds that two clocks may be apart
_SHORTEST_SECRET = 32  # bytes
_REFUSED = "登录信息无效或已过期，请重新登录；仍不行时请联系管理员"


def account_of(proxy: Proxy, peer: str, header: str | None) -> str:
    """Whose request it is. `peer`: the address that the connection really comes from. Raises AccessError."""
    if not _is_from(peer, proxy.addresses):
        raise AccessError("请从统一入口访问，不能直接打开本服务的地址")
    if not header:
        raise AccessError("没有收到登录信息，请先在统一入口登录")
    key = _key(proxy.key_file)
    try:
        token = jwt.decode(header.strip(), key, algorithms=[_ALGORITHMS[type(key)]])
        wanted: dict[str, dict[str, object]] = {"exp": {"essential": True}}
        for name, value in (("iss", proxy.issuer), ("aud", proxy.audience)):
            if value:
                wanted[name] = {"essential": True, "value": value}
        JWTClaimsRegistry(leeway=_LEEWAY, **wanted).validate(token.claims)  # type: ignore[arg-type]
    except (JoseError, ValueError) as problem:
        raise AccessError(_REFUSED) from problem
    account = token.claims.get(proxy.claim)
    if not isinstance(account, str) or not account.strip():
        raise AccessError("登录信息中没有账号，请联系管理员核对统一入口的设置")
    return account.strip()


def _is_from(peer: str, addresses: tuple[str, ...]) -> bool:
    try:
        there = ipaddress.ip_address(peer)
        return any(there in ipaddress.ip_network(address, strict=False) for address in addresses)
    except ValueError:
        return False


def _key(file: Path) -> OctKey | RSAKey | ECKey | OKPKey:
    try:
        content = file.read_bytes().strip()
        if content.startswith(b"-----BEGIN"):
            for name in ("EC", "RSA", "OKP"):
                try:
                    return jwk.import_key(content, name)
                except (JoseError, ValueError, TypeError):
                    continue
            raise ValueError("no kind of key that is known")
        if len(content) < _SHORTEST_SECRET:
            raise AccessError(f"验签密钥文件 {file} 太短（至少 {_SHORTEST_SECRET} 字节），请联系管理员更换")
        return OctKey.import_key(content)
    except OSError as problem:
        raise AccessError(f"验签密钥文件 {file} 读不出来，请联系管理员检查路径和权限") from problem
    except (JoseError, ValueError, TypeError) as problem:
        raise AccessError(f"验签密钥文件 {file} 的格式不对，请联系管理员更换") from problem
