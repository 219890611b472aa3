"""What kinds of units can give, and how that is called."""

from __future__ import annotations

# Kind of unit -> codes of catalogue items; a sector that is named below goes before the kind.
ITEMS_BY_KIND: dict[str, tuple[str, ...]] = {
    "government": ("legal", "consumer", "business_help", "parking", "party_study"),
    "institution": ("reading", "performance", "party_study", "parking", "garden_party"),
    "enterprise": ("employment", "parking", "pairing", "sanitation"),
    "social": ("elderly", "skills", "performance", "pairing", "employment"),
    "school": ("tutoring", "reading", "parking", "performance"),
    "hospital": ("clinic", "elderly"),
    "police": ("safety", "traffic"),
}
ITEMS_BY_SECTOR: dict[str, tuple[str, ...]] = {
    "internet": ("skills", "employment"),
    "finance": ("consumer", "business_help"),
    "logistics": ("parking", "sanitation"),
}

# Catalogue item -> (what it is called, measure, fewest, most). Nobody offers 调解 or 防疫物资.
THINGS: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    "employment": (("招聘岗位信息", "个", 3, 30), ("实习实训岗位", "个", 2, 12)),
    "business_help": (("财税政策辅导", "场", 2, 8), ("小微企业融资咨询", "场", 2, 8)),
    "consumer": (("消费维权咨询", "场", 1, 6), ("防骗宣传资料", "份", 100, 600)),
    "tutoring": (("课后辅导", "课时", 8, 60), ("假期托管教室", "间", 1, 3)),
    "skills": (("电子商务培训", "课时", 6, 40), ("智能手机使用培训", "课时", 4, 20)),
    "party_study": (("理论宣讲", "场", 2, 10),),
    "performance": (("文艺节目", "场", 1, 6), ("舞台音响设备", "套", 1, 2)),
    "garden_party": (("游园活动场地", "个", 1, 3),),
    "reading": (("图书借阅", "册", 100, 800), ("亲子阅读课", "场", 2, 12)),
    "clinic": (("义诊咨询", "场", 2, 12), ("健康讲座", "场", 2, 8)),
    "epidemic": (("防疫物资", "份", 50, 500),),
    "elderly": (("助老理发", "场", 4, 12), ("爱心午餐", "份", 20, 80), ("康复辅具借用", "件", 2, 12)),
    "parking": (("夜间共享停车位", "个", 5, 60), ("周末停车位", "个", 5, 40)),
    "traffic": (("护学岗执勤", "班次", 4, 24),),
    "sanitation": (("清洁工具", "套", 10, 60), ("垃圾清运", "车次", 2, 20)),
    "safety": (("夜间巡防", "班次", 4, 30), ("消防隐患排查", "次", 2, 8)),
    "pairing": (("慰问物资", "份", 5, 40),),
    "legal": (("法律咨询", "场", 2, 10),),
    "mediation": (("调解员驻点", "场", 2, 12),),
}
GENERAL: tuple[tuple[str, str, int, int], ...] = (("{item}服务", "场", 1, 8),)

# What is asked for, by how often.
NEED_WEIGHTS: dict[str, int] = {
    "parking": 17, "elderly": 14, "clinic": 10, "tutoring": 9, "sanitation": 8, "legal": 8, "mediation": 6,
    "safety": 6, "employment": 6, "skills": 4, "reading": 4, "performance": 3, "pairing": 5, "traffic": 2,
    "consumer": 2, "party_study": 2, "garden_party": 1,
}  # fmt: skip
