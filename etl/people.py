"""Identity numbers become keyed pseudonyms here, and nowhere else are they ever seen.

Nothing in this module stores, logs or returns a number: it gives back pseudonyms, verdicts, masked
text, and the tokens that stand for a number in the copy of a workbook that goes back to its sender. Format and check digit follow GB 11643-1999 《公民身份号码》 (the check digit is
ISO 7064 MOD 11-2); the 15-digit form is the one in use before that standard.
"""

import base64
import binascii
import hmac
import os
import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from operator import mul
from pathlib import Path

from etl import names

KEY_VARIABLE = "LIANDONG_PERSON_KEY"
MASK = "［已隐去］"
MASK_DAMAGED = "［已隐去，末几位已丢失］"  # a number that went through a spreadsheet's number format

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
# The digits go in as ASCII codes, 48 too large each; this takes the surplus off again.
_CODE_SURPLUS = 48 * sum(_WEIGHTS)
_SHORTEST_KEY = 16  # bytes
_FIRST_YEAR = 1900

_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'’]+")  # Excel marks text with an apostrophe
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{2}")
_NUMBER = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")


def check_digit(first17: str) -> str:
    """The 18th character for the first 17 digits (GB 11643-1999)."""
    return _CHECK_DIGITS[(sum(map(mul, first17.encode(), _WEIGHTS)) - _CODE_SURPLUS) % 11]


def _judge(value: str) -> tuple[str | None, str]:
    """The 18-character number, if it is one, and the verdict."""
    text = value
    if text == MASK_DAMAGED:
        return None, "damaged"
    if not _NUMBER.fullmatch(text):
        text = _BLANKS.sub("", unicodedata.normalize("NFKC", value)).upper()
        if not text:
            return None, "missing"
        if _SCIENTIFIC.fullmatch(text):
            return None, "damaged"
        if whole := _WHOLE_FLOAT.fullmatch(text):
            # A float holds 15 digits exactly: an old number survives it, an 18-digit one does not.
            text = whole.group(1)
            if len(text) > 15:
                return None, "damaged"
        if not _NUMBER.fullmatch(text):
            return None, "invalid"
    if len(text) == 15:
        text = text[:6] + "19" + text[6:]
        text += check_digit(text)
    elif text[17] != check_digit(text[:17]):
        # Excel keeps 15 digits of a number and writes zeros for the rest.
        return None, "damaged" if text.endswith("000") else "invalid"
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None, "invalid"
    return (text, "ok") if born.year >= _FIRST_YEAR else (None, "invalid")


class Memory(dict[str, tuple[str | None, str]]):
    """Numbers already judged. Ledgers repeat themselves every quarter; must not outlive one command."""

    def __repr__(self) -> str:
        return f"Memory of {len(self)} numbers"


def pseudonyms(
    values: Sequence[str | None], key: bytes, seen: Memory | None = None
) -> tuple[list[str | None], list[str]]:
    """A pseudonym and a verdict for each stated identity number; both as long as `values`.

    The pseudonym is "p" and 32 hex digits: HMAC-SHA-256 of the 18-character number, the same
    for every spelling of it (full-width, blanks, lower-case x, the old 15 digits). Verdicts:
    "ok", "missing", "damaged" (went through a spreadsheet's number format, digits are lost),
    "invalid" (length, date or check digit). Only "ok" has a pseudonym, otherwise it is None.
    """
    seen = Memory() if seen is None else seen
    keys: list[str | None] = []
    verdicts: list[str] = []
    for value in values:
        if value is None:
            keys.append(None)
            verdicts.append("missing")
            continue
        result = seen.get(value)
        if result is None:
            if value.startswith(_TOKEN_MARK):
                digest = _pseudonym_of(value, key)
                verdict = "ok" if digest else "invalid"
            else:
                number, verdict = _judge(value)
                digest = (
                    None if number is None else "p" + hmac.digest(key, number.encode(), "sha256").hex()[:32]
                )
            result = seen[value] = (digest, verdict)
        keys.append(result[0])
        verdicts.append(result[1])
    return keys, verdicts


# ---- tokens ------------------------------------------------------------------------------------

_TOKEN_MARK = "化名"
_BLOCK, _TAG = 16, 4  # bytes of a pseudonym and of the check part; 20 together fill 32 letters


def token(value: str, key: bytes) -> str:
    """What stands for an identity number in a workbook that goes back: 化名 and 32 letters and digits.

    Read again by the same installation it is the same person. It is the pseudonym enciphered, so that
    it cannot be found in a release, and ends with a check part, so that nobody can make one up. A
    number that is none becomes a mask, which is read with the same verdict as the number was.
    """
    ((pseudonym,), (verdict,)) = pseudonyms([value], key)
    if pseudonym is None:
        return {"damaged": MASK_DAMAGED, "missing": value}.get(verdict, MASK)
    left, right = bytes.fromhex(pseudonym[1:])[: _BLOCK // 2], bytes.fromhex(pseudonym[1:])[_BLOCK // 2 :]
    for number in range(4):  # a Feistel network of four rounds (Luby and Rackoff 1988)
        left, right = right, _xor(left, _round(key, number, right))
    block = left + right
    return _TOKEN_MARK + base64.b32encode(block + _check_part(block, key)).decode()


def _pseudonym_of(text: str, key: bytes) -> str | None:
    try:
        content = base64.b32decode(text.removeprefix(_TOKEN_MARK).strip())
    except (binascii.Error, ValueError):
        return None
    block = content[:_BLOCK]
    if len(content) != _BLOCK + _TAG or not hmac.compare_digest(content[_BLOCK:], _check_part(block, key)):
        return None
    left, right = block[: _BLOCK // 2], block[_BLOCK // 2 :]
    for number in reversed(range(4)):
        left, right = _xor(right, _round(key, number, left)), left
    return "p" + (left + right).hex()


def _round(key: bytes, number: int, half: bytes) -> bytes:
    return hmac.digest(key, b"token round %d " % number + half, "sha256")[: len(half)]


def _check_part(block: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"token check " + block, "sha256")[:_TAG]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


# ---- masking ------------------------------------------------------------------------------------

# The patterns look at a shadow of the text, equally long, in which every decimal digit is ASCII,
# every blank a space and every dash a hyphen. In doubt they mask: too much is a nuisance, too
# little a leak.
_SHADOW_EXTRA = {ord(c): "-" for c in "－﹣−–—―‐‑‒_＿"} | {
    ord("Ｘ"): "X",
    ord("ｘ"): "x",
    ord("＋"): "+",
    ord("（"): "(",
    ord("）"): ")",
    ord("．"): ".",
    ord("Ｅ"): "E",
    ord("ｅ"): "e",
}
_GAP = "[ -]{0,3}"
# fmt: off
_SECRETS = re.compile("|".join((
    # an identity number stored as a float still shows the birthday
    r"[0-9][.][0-9]{8,}[eE][+]?[0-9]{2}(?![0-9])",
    # any run too long for a code, an amount or a moment: identity numbers, whole, cut or joined
    r"[0-9]{15,}[Xx]?",
    # grouped: region, birthday, sequence and check digit
    (rf"(?<![0-9])[1-9]{_GAP}(?:[0-9]{_GAP}){{5}}(?:1{_GAP}[89]|2{_GAP}0){_GAP}(?:[0-9]{_GAP}){{2}}"
     rf"[01]{_GAP}[0-9]{_GAP}[0-3]{_GAP}[0-9]{_GAP}(?:[0-9]{_GAP}){{3}}[0-9Xx](?![0-9])"),
    # mobile numbers: whole, in the usual groups, digit by digit
    (r"(?<![0-9])(?:[(]?(?:[+]|00)?86[)]?[ -]{0,2})?1[3-9](?:[0-9]{9}|"
     r"[0-9][ -]{1,3}[0-9]{4}[ -]{0,3}[0-9]{4}|[0-9][ -]{1,3}[0-9]{3}[ -]{1,3}[0-9]{5}|"
     r"[0-9]{2}[ -]{1,3}[0-9]{3}[ -]{1,3}[0-9]{4}|[0-9]{2}[ -]{1,3}[0-9]{4}[ -]{1,3}[0-9]{3}|"
     r"[0-9]{5}[ -]{1,3}[0-9]{4})(?![0-9])"),
    r"(?<![0-9])1[ -]{1,3}[3-9](?:[ -]{1,3}[0-9]){9}(?![0-9])",
    # landlines with their area code
    r"(?<![0-9])[(]?0[0-9]{2,3}[)]?[ -]{0,3}[1-9][0-9]{2,3}[ -]{0,2}[0-9]{4}(?![0-9])",
)))
# fmt: on
_TEN_DIGITS = re.compile(
    r"(?<!\d)\d(?:\D{0,4}\d){9}"
)  # where a run of digits begins, as any such number does
# By what `mask` may change a text at all, in the words of RE2.
MAY_HIDE = "[" + "".join(names.AFTER_A_LABEL) + r"]|\p{Nd}(?:\P{Nd}{0,4}\p{Nd}){9}"


def _shadow(text: str) -> str:
    if text.isascii():
        return text.replace("\t", " ").replace("\n", " ").replace("\r", " ").replace("_", "-")
    out = []
    for char in text.translate(_SHADOW_EXTRA):
        if char.isdecimal():
            out.append(str(unicodedata.decimal(char)))
        elif char.isspace() or unicodedata.category(char) == "Cf":
            out.append(" ")
        else:
            out.append(char)
    return "".join(out)


def mask(text: str) -> str:
    """The text with everything that looks like an identity or phone number, and with names behind 联系人：
    and the like, replaced by MASK.

    For every value on its way into a finding, a message or a log. Organisation codes (12 digits),
    dates, amounts and coordinates of up to 14 decimals stay.
    """
    text = names.hide_labelled(text, MASK)
    if _TEN_DIGITS.search(text) is None:
        return text
    shadow = _shadow(text)
    pieces, start = [], 0
    for match in _SECRETS.finditer(shadow):
        pieces += [text[start : match.start()], MASK]
        start = match.end()
    return "".join([*pieces, text[start:]])


def mask_each(texts: Sequence[str | None]) -> list[str | None]:
    """As `mask`, of many texts; of most columns one look tells that no label is among them."""
    if names.is_label_among(texts):
        return [mask(text) if text else None for text in texts]
    search = _TEN_DIGITS.search
    return [mask(text) if text and len(text) >= 10 and search(text) else text for text in texts]


def mask_cell(text: str) -> str:
    """As `mask`, and nothing is left of a text that is a person's name as a whole."""
    return MASK if names.is_name(text, strict=True) else mask(text)


def mask_file_name(name: str, known: Collection[str] = ()) -> str:
    """As `mask`, and words that are names are hidden unless they are `known` to be something else."""
    return mask(names.hide_in_file_name(name, MASK, known))


# ---- the key ------------------------------------------------------------------------------------


def _parsed_key(text: str, where: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = text.encode()
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"{where}里的假名密钥太短（至少 {_SHORTEST_KEY} 字节），请恢复原来的密钥")
    return key


def load_key(key_file: Path) -> bytes:
    """The key of the pseudonyms: LIANDONG_PERSON_KEY (hex or text), else the file, else a new file.

    A new key goes into `key_file` (mode 0600, folders made as needed) in one step: two first
    runs at the same moment end with the same key. ValueError for a key under 16 bytes: an empty
    or cut file must not silently give every person a new pseudonym.
    """
    if stated := os.environ.get(KEY_VARIABLE, "").strip():
        return _parsed_key(stated, f"环境变量 {KEY_VARIABLE} ")
    path = key_file.expanduser()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create_key(path)
    try:
        return _parsed_key(path.read_text(encoding="utf-8"), f"文件“{path}”")
    except UnicodeDecodeError as error:
        raise ValueError(f"文件“{path}”不是假名密钥，请恢复原来的密钥") from error


def fingerprint(key: bytes) -> str:
    """Tells keys apart and gives none of them away."""
    return hmac.digest(key, b"which key is this", "sha256").hex()


def _create_key(path: Path) -> None:
    import secrets  # here, because every process that reads files waits for what this module imports
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A hard link, unlike a rename, never replaces the key of somebody who was faster.
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
