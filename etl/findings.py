"""A bad value is a record, not an exception: what a finding is, and the sentences for each code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Refused(Exception):
    """The whole command cannot go on; the message is one sentence for the person at the keyboard."""


class Severity(StrEnum):
    SUBMISSION = "submission"  # the sheet or file is not used at all
    ROW = "row"  # the row is quarantined, the rest is used
    WARNING = "warning"  # the row is used, but somebody should look


SEVERITY_LABELS = {Severity.SUBMISSION: "整表退回", Severity.ROW: "整行退回", Severity.WARNING: "提醒"}


@dataclass(frozen=True)
class Finding:
    """One fault and its place, as the clerk would look for it in the workbook."""

    sha256: str
    file_name: str
    severity: Severity
    code: str
    sentence: str
    hint: str = ""
    dataset: str = ""
    community_code: str = ""
    period_key: str = ""
    sheet_name: str = ""
    row_no: int | None = None
    column_letter: str = ""
    column_name: str = ""
    heading: str = ""
    value: str | None = None


FINDING_COLUMNS = (
    "sha256",
    "file_name",
    "severity",
    "code",
    "sentence",
    "hint",
    "dataset",
    "community_code",
    "period_key",
    "sheet_name",
    "row_no",
    "column_letter",
    "column_name",
    "heading",
    "value",
)

# code -> (what is wrong, what to do). {…} is filled in where the finding is made.
FILE_SENTENCES: dict[str, tuple[str, str]] = {
    "unreadable": (
        "文件「{name}」打不开，可能已损坏或没有传完",
        "请在 Excel 或 WPS 中打开检查，另存为 .xlsx 后重新提交",
    ),
    "parser_crashed": (
        "读取文件「{name}」时程序中断、超时或内存不足，整个文件未采用",
        "请在 Excel 或 WPS 中打开检查，删去多余的空白行列、图片和公式，另存为 .xlsx 后重新提交",
    ),
    "not_as_named": (
        "文件「{name}」的内容不是{expected}，与扩展名不符",
        "请在 Excel 或 WPS 中打开原文件，另存为 .xlsx 后重新提交",
    ),
    "format_not_supported": ("暂不支持{kind}格式的文件「{name}」", "请另存为 .xlsx 或 .csv 后重新提交"),
    "no_table": ("文件「{name}」中没有找到可识别的台账表格", "请使用统一的台账模板，保留表头行后重新提交"),
    "empty_sheet": (
        "工作表「{sheet}」是空的",
        "如果本期无内容，请保留表头并在表中注明；如果漏填，请补填后重新提交",
    ),
    "no_rows": (
        "工作表「{sheet}」只有表头，没有数据行",
        "如果本期确实没有内容，可以不处理；如果漏填，请补填后重新提交",
    ),
    "unrecognised_sheet": (
        "工作表「{sheet}」像一张表，但不属于任何已知台账，未读取",
        "请核对表头是否与模板一致",
    ),
    "missing_column": (
        "工作表「{sheet}」缺少必填列「{heading}」，整张表未采用",
        "请补上这一列（表头可写作：{aliases}）后重新提交",
    ),
    "unknown_column": (
        "列「{heading}」不在台账要求之内，未读取",
        "如果是必要内容，请改用模板中的列名；否则可以不处理",
    ),
    "duplicate_column": ("列「{heading}」与「{other}」是同一项内容，只读取了「{other}」", "请只保留其中一列"),
    "names_in_column": (
        "列「{heading}」填写的像是人名，这一列没有采用",
        "台账不收集人名，请按模板填写单位、地点等内容；如果确实不是人名，请写全称",
    ),
    "unknown_committee": (
        "没有认出填报单位「{value}」",
        "请在表头上方写明“填报单位：某某社区联合党委”，名称与组织名册一致",
    ),
    "no_period": ("工作表「{sheet}」没有写明填报期", "请在表头上方写明，例如“填报期：2021年第四季度”"),
}

# Where no column is at fault: code -> (what is expected, an example). The others follow from the column.
FILE_EXPECTATIONS: dict[str, tuple[str, str]] = {
    "unreadable": ("能用 Excel 或 WPS 打开的 .xlsx 或 .csv 文件", ""),
    "parser_crashed": ("能用 Excel 或 WPS 打开的 .xlsx 或 .csv 文件", ""),
    "not_as_named": ("扩展名与内容一致的 .xlsx 或 .csv 文件", ""),
    "format_not_supported": (".xlsx 或 .csv 文件", ""),
    "no_table": ("至少一张有表头行的台账表", ""),
    "empty_sheet": ("有表头行的台账表", ""),
    "no_rows": ("表头下面至少一行数据", ""),
    "unrecognised_sheet": ("与模板一致的表头", ""),
    "missing_column": ("模板中的每一个必填列", ""),
    "unknown_column": ("模板中的列名", ""),
    "duplicate_column": ("每项内容只有一列", ""),
    "names_in_column": ("不含人名的内容", ""),
    "unknown_committee": ("组织名册中的名称", ""),
    "no_period": ("填报期写明年份和季度", "填报期：2021年第四季度"),
}

# type of a column -> (what is expected, an example)
EXPECTED: dict[str, tuple[str, str]] = {
    "date": ("日期", "2021-03-05"),
    "time": ("时刻", "09:30"),
    "integer": ("不带文字的整数", "120"),
    "number": ("数字", "36.5"),
    "enum": ("规定的选项之一", ""),
    "boolean": ("“是”或“否”", "是"),
    "catalogue_item": ("服务目录中的事项", ""),
    "longitude": ("经度（十进制度）", ""),
    "latitude": ("纬度（十进制度）", ""),
    "crs": ("WGS-84、GCJ-02 或 BD-09", "GCJ-02"),
    "text": ("文字", ""),
    "unit": ("名称", ""),
    "person_id": ("18 位身份证号（按文本格式填写）", ""),
}

POSITION_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("没有填写坐标，不能上图", "请在地图上选点后补填经度和纬度"),
    "incomplete": ("经度、纬度只填了一个，不能上图", "请把经度和纬度都填上"),
    "zero": ("坐标为 0，不能上图", "请在地图上选点后重新填写经度和纬度"),
    "swapped": ("经度和纬度填反了，不能上图", "请把两列的数值对调"),
    "outside": ("坐标落在本区范围之外，不能上图", "请核对坐标和坐标系后重新填写"),
    "no_crs": (
        "没有说明坐标系，不能上图",
        "请在表头上方写明“坐标系：GCJ-02”（高德、腾讯），或 BD-09（百度）、WGS-84",
    ),
}
