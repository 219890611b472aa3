"""Pseudonyms and masking. Every number here is of the region 999999, which does not exist."""

import os
import re
import stat
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import names, people

KEY = b"only-for-these-tests-0123456789"


def number(birthday: str = "19900101", sequence: str = "123") -> str:
    first = "999999" + birthday + sequence
    return first + people.check_digit(first)


def ending_in(character: str) -> str:
    """The first number of one birthday whose check digit is this."""
    numbers = (number(sequence=f"{sequence:03}") for sequence in range(1000))
    return next(text for text in numbers if text.endswith(character))


NUMBERS = st.builds(
    lambda day, sequence: number(day.strftime("%Y%m%d"), f"{sequence:03}"),
    st.dates(min_value=date(1900, 1, 1), max_value=date(2009, 12, 31)),
    st.integers(0, 999),
)
# Excel keeps fifteen digits and writes zeros for the rest.
SPOILT_BY_EXCEL = next(
    text for tens in range(10) if (text := f"99999919900101{tens}000")[17] != people.check_digit(text[:17])
)
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def one(value: str | None) -> tuple[str | None, str]:
    keys, verdicts = people.pseudonyms([value], KEY)
    return keys[0], verdicts[0]


# ---- pseudonyms


def test_the_check_digit_is_that_of_the_standard() -> None:
    # Stated there as: the sum over all 18 places of digit x (2^(18 - place) mod 11) leaves 1.
    weights = [2 ** (18 - position) % 11 for position in range(1, 18)]
    for sequence in range(200):
        text = number(sequence=f"{sequence:03}")
        total = sum(int(digit) * weight for digit, weight in zip(text[:17], weights, strict=True))
        last = 10 if text[17] == "X" else int(text[17])
        assert (total + last) % 11 == 1


@given(NUMBERS)
def test_a_pseudonym_does_not_depend_on_the_spelling(text: str) -> None:
    expected, verdict = one(text)
    assert verdict == "ok"
    assert expected is not None
    assert re.fullmatch(r"p[0-9a-f]{32}", expected)
    spaced = f"\u3000{text[:6]} {text[6:14]}\u200b {text[14:]}\n"
    for spelling in (text.lower(), text.translate(FULL_WIDTH), spaced, "'" + text, text.lower() + "\xa0"):
        assert one(spelling) == (expected, "ok")


@given(NUMBERS)
def test_a_pseudonym_depends_on_the_key_and_gives_nothing_away(text: str) -> None:
    mine, other = (people.pseudonyms([text], key)[0][0] for key in (KEY, KEY + b"!"))
    assert mine is not None
    assert mine != other
    assert text[6:14] not in mine


def test_different_numbers_have_different_pseudonyms() -> None:
    texts = [number(sequence=f"{sequence:03}") for sequence in range(1000)]
    keys, verdicts = people.pseudonyms(texts * 2, KEY)
    assert set(verdicts) == {"ok"}
    assert keys[:1000] == keys[1000:]
    assert len(set(keys)) == 1000


def test_an_old_number_is_the_same_person_as_the_new_one() -> None:
    new = number("19561231", "071")
    old = new[:6] + new[8:17]
    assert one(old) == one(new)
    assert one(old + ".0") == one(new)  # fifteen digits survive a float unharmed


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (None, "missing"),
        ("", "missing"),
        (" \u3000\u200b ", "missing"),
        ("9.99999199001011e+17", "damaged"),
        ("9.99999E+17", "damaged"),
        ("９.９９Ｅ＋１７", "damaged"),
        ("999999199001011234.0", "damaged"),
        (SPOILT_BY_EXCEL, "damaged"),
        ("12345", "invalid"),
        ("99999919900101123", "invalid"),
        ("9999991990010112345", "invalid"),
        ("无", "invalid"),
        ("同上", "invalid"),
        ("99999919900101ABCD", "invalid"),
        (number("19900230"), "invalid"),
        (number("19901301"), "invalid"),
        (number("18890101"), "invalid"),
        ("999999900230123", "invalid"),
    ],
)
def test_verdicts(value: str | None, verdict: str) -> None:
    assert one(value) == (None, verdict)


@given(NUMBERS, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(text: str, place: int, by: int) -> None:
    if text[place] == "X":
        return
    wrong = text[:place] + str((int(text[place]) + by) % 10) + text[place + 1 :]
    key, verdict = one(wrong)
    assert key is None
    assert verdict in {"invalid", "damaged"}


def test_a_check_digit_may_be_x_or_zero() -> None:
    for character in "X0":
        assert one(ending_in(character))[1] == "ok"


# ---- masking


SHORT_TEXT = st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"]), max_size=12)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINES = st.from_regex(r"0[1-9][0-9]{1,2}-?[2-8][0-9]{6,7}", fullmatch=True)


@given(st.lists(st.tuples(SHORT_TEXT, NUMBERS | MOBILES | LANDLINES), max_size=5), SHORT_TEXT, st.booleans())
def test_masked_text_contains_no_number(parts: list[tuple[str, str]], tail: str, full_width: bool) -> None:
    text = "，".join(before + "、" + secret for before, secret in parts) + "，" + tail
    if full_width:
        text = text.translate(FULL_WIDTH)
    masked = people.mask(text)
    assert masked.count(people.MASK) == len(parts)
    assert not re.search(r"\d{7}", masked)
    assert people.mask(masked) == masked


@pytest.mark.parametrize(
    "secret",
    [
        "999999 19900101 1234",
        "999999-19900101-123x",
        "9 9 9 9 9 9 1 9 9 0 0 1 0 1 1 2 3 4",
        "999999900101123",
        "9.99999199001011e+17",
        "９.９９９９９１９９００１０１１ｅ＋１７",
        "999999199001011000.0",
        "9999991990010112341399999999",
        "138 0013 8000",
        "138-0013-8000",
        "138－0013－8000",
        "138 001 38000",
        "1380 013 8000",
        "1380-0138-000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "+86 13800138000",
        "008613800138000",
        "8613800138000",
        "0771-2812345",
        "0771—2812345",
        "（0771）2812345",
        "（0771）  281 2345",
        "010 8888 8888",
        "02088888888",
    ],
)
def test_what_is_hidden(secret: str) -> None:
    masked = people.mask(f"联系人{secret}，谢谢")
    assert masked.startswith("联系人")
    assert masked.endswith("，谢谢")
    assert people.MASK in masked
    assert not re.search(r"\d{3}", masked)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "约120人",
        "450102001003",
        "450102001003-a1b2c3，2021-Q4",
        "2021-03-05 2021-03-06",
        "2021年3月5日—2021年3月6日，1200人",
        "2021-10-15 18:00-2021-10-16 20:00",
        "20210305120000",
        "108.3160258, 22.8267915",
        "108.31602580000001",
        "1,234,567.89",
        "第12行第3列，共3602条",
    ],
)
def test_what_stays(text: str) -> None:
    assert people.mask(text) == text


# ---- the key


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(people.KEY_VARIABLE, raising=False)
    return tmp_path / "config" / "person.key"


def test_a_key_is_made_once_and_only_for_its_owner(key_file: Path) -> None:
    key = people.load_key(key_file)
    assert len(key) == 32
    assert people.load_key(key_file) == key
    if os.name == "posix":
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_first_runs_at_one_moment_agree_on_the_key(key_file: Path) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(people.load_key(key_file))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_the_environment_wins_as_hex_or_text(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(people.KEY_VARIABLE, "00ff" * 16)
    assert people.load_key(key_file) == bytes.fromhex("00ff" * 16)
    monkeypatch.setenv(people.KEY_VARIABLE, "一句足够长的口令")
    assert people.load_key(key_file) == "一句足够长的口令".encode()
    assert not key_file.exists()
    monkeypatch.setenv(people.KEY_VARIABLE, " ")
    assert len(people.load_key(key_file)) == 32


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff\xfe\x00"])
def test_a_spoilt_key_is_refused_rather_than_replaced(key_file: Path, content: bytes) -> None:
    key_file.parent.mkdir()
    key_file.write_bytes(content)
    with pytest.raises(ValueError, match="密钥"):
        people.load_key(key_file)
    assert key_file.read_bytes() == content


# ---- tokens -------------------------------------------------------------------------------------


def test_a_token_is_read_as_the_person_whose_number_it_stands_for() -> None:
    stated = number()
    stands_for_it = people.token(stated, KEY)
    assert stated not in stands_for_it
    assert people.pseudonyms([stands_for_it], KEY) == people.pseudonyms([stated], KEY)
    assert people.pseudonyms([stated], KEY)[0][0][1:] not in stands_for_it.lower()  # type: ignore[index]
    assert people.mask(stands_for_it) == stands_for_it


@pytest.mark.parametrize("spoilt", ["化名", "化名ABC", "化名" + "A" * 32, "化名１２３"])
def test_a_token_that_somebody_made_up_is_no_person(spoilt: str) -> None:
    assert people.pseudonyms([spoilt], KEY) == ([None], ["invalid"])


def test_a_token_of_another_installation_or_with_a_slip_is_no_person() -> None:
    stands_for_it = people.token(number(), KEY)
    assert people.pseudonyms([stands_for_it], b"another key of sixteen bytes") == ([None], ["invalid"])
    swapped = stands_for_it[:-2] + ("AB" if stands_for_it[-2:] != "AB" else "BA")
    assert people.pseudonyms([swapped], KEY) == ([None], ["invalid"])


@pytest.mark.parametrize("stated", ["1234", "4.50102E+17", "450102199001011000", ""])
def test_what_is_no_number_keeps_its_verdict_in_a_copy(stated: str) -> None:
    again = people.token(stated, KEY)
    assert again == stated == "" or stated not in again
    assert people.pseudonyms([again], KEY)[1] == people.pseudonyms([stated], KEY)[1]


# ---- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("填报人：王小丽", "填报人：［已隐去］"),
        ("联系人: 陈建国、欧阳明华  电话见下", "联系人: ［已隐去］、［已隐去］  电话见下"),
        ("负责人（签字）：李强", "负责人（签字）：［已隐去］"),
        ("姓 名：张伟", "姓 名：［已隐去］"),
        ("负责人参加了会议", "负责人参加了会议"),
        ("负责人：由社区确定", "负责人：由社区确定"),
        ("参加人数：30 人", "参加人数：30 人"),
        ("王小丽调解室", "王小丽调解室"),
    ],
)
def test_names_behind_a_label_are_masked(text: str, hidden: str) -> None:
    assert people.mask(text) == hidden


@pytest.mark.parametrize(
    "text", ["活动", "停车", "文化", "教育", "政策宣讲", "河岸广场", "安宁社区", "2021-11-05", "30"]
)
def test_a_word_is_not_taken_for_a_name(text: str) -> None:
    assert people.mask_cell(text) == text


@pytest.mark.parametrize("text", ["王小丽", "陈 建国", "欧阳明华", "阿卜杜拉·买买提", "李强"])
def test_a_cell_that_is_a_name_is_masked(text: str) -> None:
    assert people.mask_cell(text) == people.MASK


def test_names_in_a_file_name_are_masked_but_not_the_committees() -> None:
    assert (
        people.mask_file_name("高峰_陈建国_活动台账13812345678.xlsx", {"高峰"})
        == "高峰_［已隐去］_活动台账［已隐去］.xlsx"
    )


@pytest.mark.parametrize(
    ("heading", "is_persons"),
    [
        ("姓名", True),
        ("联系人", True),
        ("负责人电话", True),
        ("队长", True),
        ("参加人数", False),
        ("负责人单位", False),
        ("活动名称", False),
    ],
)
def test_a_column_of_persons_is_known_by_its_heading(heading: str, is_persons: bool) -> None:
    assert names.is_person_heading(heading) == is_persons
