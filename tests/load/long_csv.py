"""A million activities from one CSV file: a load ÷ DuckDB reading the same file into typed tables and
building the same core tables and marts, with no check at all."""

from __future__ import annotations

import csv
import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

from etl import archive, decisions, inputs, pipeline, snapshot, staging, validation, warehouse
from etl.settings import Settings
from tests.load.loading import taken
from tests.load.result import Result

ROUNDS = 3
_HEADINGS = ("序号", "活动时间", "活动名称", "活动类型", "是否主题活动", "服务事项", "主办单位", "活动地点",
             "参加人数", "参与人次", "志愿服务时长（小时）")  # fmt: skip
_TYPES = ("志愿服务", "文艺晚会、游园", "专业技术培训", "主题党日", "政策宣讲", "其他活动")
_ITEMS = ("就业", "义诊咨询", "停车", "治堵", "养老助老", "环境卫生", "课后辅导", "")
# What DuckDB is told of the columns, for it must not have to find it out.
_COLUMNS = {"no": "bigint", "held_on": "date", "title": "varchar", "activity_type": "varchar", "themed": "varchar",
            "item_code": "varchar", "unit_name": "varchar", "venue": "varchar", "head_count": "bigint",
            "attended_count": "bigint", "volunteer_hours": "double"}  # fmt: skip


def write(path: Path, committee: str, rows: int) -> None:
    """A quarter's ledger; one row in five thousand has no number where one must be."""
    chance = random.Random(20211231)
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerows([["活动台账"], [f"填报单位：{committee}"], ["填报期：2021年第四季度"], _HEADINGS])
        for number in range(1, rows + 1):
            day = f"2021-{chance.randrange(10, 13)}-{chance.randrange(1, 29):02}"
            heads = chance.randrange(5, 300)
            lines.writerow([
                number, day, f"第{number}场便民活动", chance.choice(_TYPES), chance.choice("是否"),
                chance.choice(_ITEMS), f"第{chance.randrange(40)}单位", f"{chance.randrange(200)}号院",
                heads if number % 5000 else "若干", heads + chance.randrange(100), chance.randrange(2, 90),
            ])  # fmt: skip


def ratio(settings: Settings, inbox: Path, folder: Path, rows: int, rounds: int = ROUNDS) -> list[Result]:
    """`inbox`: some workbooks beside the long file, so that core has its dimensions."""
    committee = next(row for row in pipeline.prepare(settings).reference.organisations if row["level"] == "3")
    file = folder / "long" / f"{committee['short_name']}_2021年第四季度.csv"
    file.parent.mkdir()
    write(file, committee["name"], rows)
    print(f"  {rows:,} 行，{file.stat().st_size / 1e6:,.0f} MB")
    clock, processor = [], []
    for number in range(rounds + 1 if rounds > 1 else 1):
        own = replace(settings, data=folder / "long-data")
        pipeline.load(own, [inbox])
        bare = taken(lambda own=own: _without_checks(own, file, committee["code"]))  # type: ignore[misc]
        whole = taken(lambda own=own: _load(own, file, rows))  # type: ignore[misc]
        shutil.rmtree(own.data)
        print(
            f"  不作校验 {bare[0]:.1f} 秒，装入 {whole[0]:.1f} 秒（处理器 {bare[1]:.1f}、{whole[1]:.1f} 秒）"
        )
        if number or rounds == 1:
            clock.append(whole[0] / bare[0])
            processor.append(whole[1] / bare[1])
    shutil.rmtree(file.parent)
    return [
        Result(f"{rows:,} 行 CSV：装入 ÷ 不作校验", clock, 3, "倍"),
        Result("　　同上，按处理器时间", processor, float("inf"), "倍"),
    ]


def _load(settings: Settings, file: Path, rows: int) -> None:
    loaded = pipeline.load(settings, [file])
    assert loaded.row_count == rows, loaded.findings
    assert loaded.row_count - loaded.accepted_count == rows // 5000


def _without_checks(settings: Settings, file: Path, community: str) -> None:
    """The same tables of core and marts, of the file as DuckDB reads it; what it cannot read it leaves out."""
    workshop = pipeline.prepare(settings)
    received = archive.receipts(settings.data / "archive")
    decided = decisions.decisions(settings.data / "archive")
    batches = list(staging.complete_batches(settings.data / "staging" / workshop.code_id()))
    with snapshot.under_construction(settings.data) as (connection, building):
        inputs.register(connection, workshop, received, decided, batches)
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _COLUMNS.items())
        connection.execute(
            f"""create temp table bare as from read_csv('{file}', skip = 4, header = false, columns = {{{columns}}},
                delim = ',', quote = '"', auto_detect = false, ignore_errors = true)"""
        )
        connection.execute(
            f"""create or replace temp view accepted_activities as
                select 1 as submission_id, '{file.stem}' as sheet_name, no as row_no, '{community}' as community_code,
                       '{community}-' || unit_name as unit_code, held_on, held_on as ended_on, title, activity_type,
                       themed = '是' as themed, item_code, venue, head_count, attended_count, volunteer_hours
                from bare"""
        )
        connection.register("nothing", validation.FINDING_SCHEMA.empty_table())
        connection.execute("create temp table cross_finding as from nothing")
        inputs.register_findings(connection, workshop)
        for model in warehouse.load_models(connection):
            warehouse.run(connection, model)
        snapshot.seal(connection, building, snapshot.path_of(settings.data, f"bare-{os.getpid()}"))
