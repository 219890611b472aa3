"""The file that Streamlit's own login reads its secrets from: checked before the dashboard starts.

It lies outside the program's folder, so that no copy and no commit of the program takes it along.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from dashboard.access import AccessError, Oidc

PROGRAM = Path(__file__).resolve().parents[1]
_WANTED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_CALLBACK = "/oauth2callback"
_SHORTEST_SECRET = 32  # characters of what signs the cookie


def check_secrets(oidc: Oidc) -> None:
    """Raises AccessError, which says what to mend and repeats no secret."""
    file = oidc.secrets_file
    if file.resolve().is_relative_to(PROGRAM):
        raise AccessError(f"登录密钥文件 {file} 放在程序目录里，容易随程序一起外传；请移到程序目录之外")
    try:
        auth = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("auth")
    except FileNotFoundError as problem:
        raise AccessError(f"找不到登录密钥文件 {file}，请按说明写好其中的 [auth] 一节") from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise AccessError(f"登录密钥文件 {file} 读不出来，请检查文件权限，并以 UTF-8 编码保存") from problem
    except tomllib.TOMLDecodeError:
        # What stands at the faulty place may be a secret: neither said nor kept as the cause.
        raise AccessError(f"登录密钥文件 {file} 的格式不对，请对照样例更正") from None
    if not isinstance(auth, dict):
        raise AccessError(f"登录密钥文件 {file} 中没有 [auth] 一节，请对照样例补上")
    for name in _WANTED:
        if not isinstance(auth.get(name), str) or not auth[name].strip():
            raise AccessError(f"登录密钥文件 {file} 的 [auth] 缺少 {name}，请对照样例补上")
    if not auth["redirect_uri"].endswith(_CALLBACK):
        raise AccessError(f"登录密钥文件 {file} 的 redirect_uri 应以 {_CALLBACK} 结尾")
    if len(auth["cookie_secret"]) < _SHORTEST_SECRET:
        raise AccessError(f"登录密钥文件 {file} 的 cookie_secret 太短，至少 {_SHORTEST_SECRET} 个字符")
