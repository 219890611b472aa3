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
    suggestion: str | None = None  # what may be typed into the cell, where it follows from other cells


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
    "suggestion",
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
    "empty_file": (
        "文件「{name}」是空的，可能还没有传完",
        "请等文件保存或上传完毕后重新提交；原文件就是空的，请重新填报",
    ),
    "encrypted": ("文件「{name}」设有打开密码", "请在 Excel 或 WPS 中取消打开密码，另存后重新提交"),
    "file_too_large": (
        "文件「{name}」超过 {limit} MB，没有读取",
        "请删去图片、多余的工作表和空白行列后重新提交，或拆成几个文件",
    ),
    "too_much_inside": (
        "文件「{name}」解压后超过 {limit} MB，没有读取",
        "请在 Excel 或 WPS 中打开，删去多余的工作表、图片和空白行列，另存为 .xlsx 后重新提交",
    ),
    "too_many_sheets": (
        "文件「{name}」的工作表超过 {limit} 张，没有读取",
        "请只保留本期的台账，其余工作表删去后重新提交",
    ),
    "too_many_rows": (
        "文件「{name}」中有内容落在第 {limit} 行以后，没有读取",
        "请按 Ctrl+End 找到最后一个单元格，删去表格以外的行后保存；内容确实很多时请拆成几个文件",
    ),
    "too_many_columns": (
        "文件「{name}」中有内容落在第 {limit} 列以后，没有读取",
        "请按 Ctrl+End 找到最后一个单元格，删去表格以外的列后保存，再重新提交",
    ),
    "unsafe_xml": (
        "文件「{name}」含有表格程序不会写出的实体声明，为安全起见没有读取",
        "请在 Excel 或 WPS 中打开原表，另存为 .xlsx 后重新提交",
    ),
    "unsafe_zip": (
        "文件「{name}」的内部结构互相重叠，为安全起见没有读取",
        "请在 Excel 或 WPS 中打开原表，另存为 .xlsx 后重新提交",
    ),
    "broken_text": (
        "文件「{name}」的文字有一处损坏，可能没有传完或被两种编码混用",
        "请重新导出这个文件（编码选 UTF-8 或 GB18030），再提交",
    ),
    "broken_quotes": (
        "文件「{name}」第 {line} 行的双引号不成对，后面的内容无法分列",
        "请在该行补上或删去双引号，或另存为 .xlsx 后重新提交",
    ),
    "not_as_named": (
        "文件「{name}」的内容不是{expected}，与扩展名不符",
        "请在 Excel 或 WPS 中打开原文件，另存为 .xlsx 后重新提交",
    ),
    "format_not_supported": ("暂不支持{kind}格式的文件「{name}」", "请另存为 .xlsx 或 .csv 后重新提交"),
    "no_table": ("文件「{name}」中没有找到可识别的台账表格", "请使用统一的台账模板，保留表头行后重新提交"),
    "empty_sheet": (
        "工作表「{sheet}」是空的",
        "如果漏填，请按模板补上表头和数据后重新提交；多余的空表请删去",
    ),
    "no_rows": (
        "工作表「{sheet}」只有表头，没有数据行",
        "如果本期确实没有内容，可以不处理；如果漏填，请补填后重新提交",
    ),
    "unrecognised_sheet": (
        "工作表「{sheet}」像一张表，但不属于任何已知台账，未读取",
        "请核对表头是否与模板一致；与台账无关的表请删去",
    ),
    "hidden_sheet": (
        "隐藏的工作表「{sheet}」中有台账，没有读取",
        "如果要报送其中的内容，请取消隐藏后重新提交；否则请删去这张表",
    ),
    "missing_column": (
        "工作表「{sheet}」缺少必填列「{heading}」，整张表未采用",
        "请补上这一列（表头可写作：{aliases}）后重新提交{similar}",
    ),
    "similar_column": (
        "没有读取列「{heading}」，它与台账要求的「{other}」相近",
        "如果就是「{other}」，请把表头改成这个名称后重新提交；不是则可以不处理",
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
        "请在表头上方写明“填报单位：某某社区联合党委”，名称与组织名册一致{similar}",
    ),
    "unknown_owner": ("没有认出本行的「{heading}」“{value}”", "请填写组织名册中的社区联合党委名称{similar}"),
    "other_committee": (
        "本行的「{heading}」“{value}”不是本表的填报单位",
        "请把这一行移到该社区自己的台账，或更正填报单位",
    ),
    "unknown_period": (
        "本行的「{heading}」“{value}”不是本表的填报期，或没有写明年份和季度",
        "请按“2021年第四季度”的写法填写，并与表头上方的填报期一致",
    ),
    "shared_number": (
        "几行合并的单元格里填写了“{heading}”“{value}”，只计在其中第一行",
        "请取消合并，把每一行的数分别填写",
    ),
    "uncalculated": (
        "“{heading}”是一个还没有计算出结果的公式",
        "请用 Excel 或 WPS 打开文件，等公式算出结果后保存，再重新提交",
    ),
    "error_value": ("“{heading}”是错误值 {value}", "请更正公式或直接填写数值后重新提交"),
    "too_many_cells": (
        "本行比表头多出内容，很可能有一格中的逗号把它分成了两格",
        "请把含逗号的那一格用双引号括起来，或另存为 .xlsx 后重新提交",
    ),
    "values_without_heading": (
        "{letter} 列没有表头，其中的“{value}”等内容没有读取",
        "请补上这一列的表头；与台账无关的内容请移到表格以外",
    ),
    "numbers_end_in_zeros": (
        "“{heading}”整列的号码都以 000 结尾，很可能已被 Excel 改成数值而丢失末三位",
        "请把这一列的单元格格式设为“文本”，按原件重新填写末三位",
    ),
    "no_period": ("工作表「{sheet}」没有写明填报期", "请在表头上方写明，例如“填报期：2021年第四季度”"),
}

# Where no column is at fault: code -> (what is expected, an example). The others follow from the column.
FILE_EXPECTATIONS: dict[str, tuple[str, str]] = {
    "unreadable": ("能用 Excel 或 WPS 打开的 .xlsx 或 .csv 文件", ""),
    "parser_crashed": ("能用 Excel 或 WPS 打开的 .xlsx 或 .csv 文件", ""),
    "empty_file": ("保存完毕的 .xlsx 或 .csv 文件", ""),
    "encrypted": ("没有打开密码的文件", ""),
    "file_too_large": ("只含本期台账的文件", ""),
    "too_much_inside": ("只含本期台账的文件", ""),
    "too_many_sheets": ("只含本期台账的工作表", ""),
    "too_many_rows": ("表格以外没有内容", ""),
    "too_many_columns": ("表格以外没有内容", ""),
    "unsafe_xml": ("由 Excel 或 WPS 保存的文件", ""),
    "unsafe_zip": ("由 Excel 或 WPS 保存的文件", ""),
    "broken_text": ("编码一致、完整的文本文件", ""),
    "broken_quotes": ("成对的双引号", ""),
    "hidden_sheet": ("要报送的工作表不隐藏", ""),
    "similar_column": ("模板中的列名", ""),
    "unknown_owner": ("组织名册中的名称", ""),
    "other_committee": ("只含本单位的行", ""),
    "unknown_period": ("与填报期一致的季度", "2021年第四季度"),
    "shared_number": ("每一行各自的数", ""),
    "uncalculated": ("已经算出结果的单元格", ""),
    "error_value": ("数值或文字，不是错误值", ""),
    "too_many_cells": ("与表头一样多的单元格", ""),
    "values_without_heading": ("有内容的列都有表头", ""),
    "numbers_end_in_zeros": ("按文本格式填写的完整号码", ""),
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
