"""What the levels and the values of the dimensions are called in the invented district."""

from __future__ import annotations

LEVELS = [
    (1, "district", "城区", "District", "区委", "指挥部"),
    (2, "street", "街道（镇）", "Street / town", "街道（镇）党工委", "龙头"),
    (3, "community", "社区", "Community", "社区联合党委", "战斗堡垒"),
    (4, "unit", "成员单位", "Member unit", "成员单位党组织", "突击队员"),
]
LABELS: dict[str, list[tuple[str, str, str]]] = {
    "type": [
        ("volunteer", "志愿服务", "Volunteer service"),
        ("gala", "文艺晚会、游园", "Galas and garden parties"),
        ("training", "专业技术培训", "Professional training"),
        ("party_day", "主题党日", "Party day"),
        ("lecture", "政策宣讲", "Policy talk"),
        ("other", "其他活动", "Other"),
    ],
    "themed": [("true", "是", "Yes"), ("false", "否", "No")],
    "class": [
        ("education", "教育", "Education"),
        ("culture", "文化", "Culture"),
        ("health", "卫生健康", "Health"),
        ("order", "城市治理", "City order"),
    ],
    "item": [
        ("skills", "技能培训", "Skills"),
        ("party_study", "理论学习", "Study"),
        ("performance", "文艺演出", "Performances"),
        ("garden_party", "游园活动", "Garden parties"),
        ("elderly", "养老助老", "Care for the elderly"),
        ("sanitation", "环境卫生", "Sanitation"),
    ],
    "unit_kind": [
        ("government", "机关", "Government office"),
        ("enterprise", "企业", "Enterprise"),
        ("school", "学校", "School"),
        ("hospital", "医院", "Hospital"),
        ("police", "派出所", "Police post"),
    ],
    "sector": [
        ("administration", "党政管理", "Administration"),
        ("education", "教育", "Education"),
        ("health", "医疗卫生", "Health"),
        ("commerce", "商贸服务", "Commerce"),
        ("security", "公安政法", "Public security"),
    ],
    "member_status": [
        ("full", "正式党员", "Full member"),
        ("probationary", "预备党员", "Probationary member"),
    ],
    "point_kind": [
        ("estate", "小区楼栋", "Housing estate"),
        ("grid", "网格驿站", "Grid post"),
        ("business", "商圈楼宇", "Business district"),
        ("village", "村屯院落", "Village"),
    ],
    "dataset": [
        ("activities", "活动", "Activities"),
        ("member_units", "成员单位", "Member units"),
        ("members", "双重管理党员", "Dual-managed members"),
        ("service_points", "联系点", "Liaison points"),
    ],
}
