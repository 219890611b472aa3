"""Words from which the demo's names are put together. All of them are invented."""

# Two characters, one of each row, make a name that no institution is known by.
NAME_HEADS = "青云锦翠瑞明启星丹绿长乐盛宏博晨雅茂泽聚同恒"
NAME_TAILS = "榕槿禾澜岚棠"

# kind -> (what follows the name, sector, fewest and most Party members)
UNIT_ENDINGS: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    "government": (
        ("片区税务服务所", "administration", 20, 70),
        ("片区市场监管服务所", "administration", 18, 60),
        ("片区司法服务所", "security", 8, 26),
        ("片区统计服务所", "administration", 8, 30),
        ("片区住房保障服务所", "administration", 14, 60),
    ),
    "institution": (
        ("群众文化馆", "culture", 12, 50),
        ("图书阅览馆", "culture", 10, 40),
        ("园林绿化管护站", "administration", 20, 80),
        ("水利勘测设计院", "other", 60, 190),
        ("档案服务中心", "administration", 8, 36),
        ("群众体育指导中心", "culture", 10, 45),
        ("地质勘查队", "other", 60, 210),
    ),
    "enterprise": (
        ("商贸有限公司", "commerce", 5, 60),
        ("百货有限责任公司", "commerce", 16, 90),
        ("酒店管理有限公司", "commerce", 8, 55),
        ("物业服务有限公司", "commerce", 5, 40),
        ("物流有限公司", "logistics", 6, 60),
        ("公共交通服务有限公司", "logistics", 40, 160),
        ("信息技术有限公司", "internet", 5, 45),
        ("网络科技有限公司", "internet", 5, 30),
        ("农村商业银行网点", "finance", 16, 90),
        ("文化旅游有限公司", "culture", 5, 40),
        ("建筑工程有限公司", "other", 30, 170),
    ),
    "social": (
        ("商会", "commerce", 5, 24),
        ("餐饮行业协会", "commerce", 5, 18),
        ("电子商务协会", "internet", 5, 18),
        ("社会工作服务中心", "other", 5, 20),
        ("志愿服务联合会", "other", 6, 30),
        ("老年书画协会", "culture", 8, 40),
    ),
    "school": (
        ("小学", "education", 18, 60),
        ("实验小学", "education", 24, 80),
        ("中学", "education", 40, 120),
        ("幼儿园", "education", 5, 20),
        ("职业技术学校", "education", 50, 150),
    ),
    "hospital": (
        ("医院", "health", 110, 380),
        ("中医骨伤医院", "health", 60, 190),
        ("卫生服务中心", "health", 16, 50),
        ("口腔门诊部", "health", 5, 20),
    ),
    "police": (
        ("派出所", "security", 20, 60),
        ("公安警务站", "security", 8, 26),
    ),
}
UNIT_KIND_WEIGHTS = {
    "government": 18,
    "institution": 18,
    "enterprise": 30,
    "social": 12,
    "school": 12,
    "hospital": 5,
    "police": 8,
}

ESTATES = ("花园", "小区", "雅苑", "新村", "家园", "名邸", "里", "公寓")
# kind -> patterns; {name} an invented name, {estate} an estate, {n} and {m} small numbers, {unit} a unit
POINT_NAMES: dict[str, tuple[str, ...]] = {
    "estate": ("{name}{estate}{n}栋联系点", "{name}{estate}联系点", "{name}{estate}{n}单元联系点"),
    "grid": ("第{n}网格党员驿站", "{name}网格联系点"),
    "business": ("{name}商业街联系点", "{name}大厦{n}层联系点", "{name}广场联系点"),
    "unit": ("{unit}驻点", "{unit}党员服务岗", "{unit}便民联系点"),
    "village": ("{name}坡联系点", "{name}屯联系点", "{name}坡{n}队联系点"),
}
POINT_KIND_WEIGHTS = {
    "street": {"estate": 42, "grid": 26, "business": 16, "unit": 16},
    "town": {"village": 40, "estate": 18, "grid": 26, "business": 6, "unit": 10},
}

VENUES = (
    "{short}党群服务中心",
    "{short}新时代文明实践站",
    "{short}文化广场",
    "{short}便民服务大厅",
    "{short}综治中心",
    "{name}{estate}",
    "{name}{estate}中心花园",
    "{name}路沿线",
    "{name}市场门口",
    "红色驿站",
)
UNIT_VENUES = ("{unit}会议室", "{unit}多功能厅", "{unit}门前广场")

# item code -> titles; an item that is not listed here gets the general ones.
TITLES: dict[str, tuple[str, ...]] = {
    "employment": ("“就业暖心”岗位推介服务", "家门口的招聘咨询日", "“送岗进小区”志愿服务"),
    "business_help": ("助企政策上门讲解", "小微商户纾困走访", "“我为企业办实事”服务日"),
    "consumer": ("消费维权知识进社区", "“明白消费”现场答疑", "老年人防骗与消费维权宣传"),
    "tutoring": ("“四点半课堂”课后辅导", "青少年作业辅导志愿服务", "假期托管与兴趣小课堂"),
    "skills": (
        "家政服务技能培训",
        "电子商务实操培训",
        "中式烹调技能提升班",
        "养老护理技能培训",
        "智能手机使用培训",
        "消防器材操作培训",
    ),
    "party_study": ("专题理论学习会", "“学习有声”理论宣讲", "百姓宣讲小板凳课堂", "联合党委集中学习日"),
    "performance": ("广场文艺汇演", "“邻里百家”文艺晚会", "红歌传唱会", "社区群众文艺展演", "戏曲专场演出"),
    "garden_party": ("邻里游园会", "亲子趣味游园", "灯谜游园活动", "“邻里守望”百家宴游园"),
    "reading": ("“悦读邻里”读书会", "亲子绘本共读", "图书漂流日"),
    "clinic": ("“健康到家”义诊咨询", "中医义诊进小区", "慢性病筛查与用药咨询", "口腔健康检查服务"),
    "epidemic": ("小区卡口值守志愿服务", "楼栋摸排与防疫宣传", "公共场所消杀志愿服务", "疫苗接种引导服务"),
    "elderly": ("独居老人入户探访", "为老理发便民服务", "“爱心午餐”送餐志愿服务", "长者健康陪伴日"),
    "parking": ("停车秩序整理志愿服务", "共享停车位协调服务", "非机动车摆放整治"),
    "traffic": ("文明交通劝导", "上下学路口护学岗", "“礼让斑马线”志愿劝导"),
    "sanitation": ("“清洁家园”卫生大扫除", "背街小巷环境整治", "楼道堆物清理行动", "内河沿岸垃圾清捡"),
    "safety": ("平安夜巡志愿服务", "消防隐患排查", "反诈宣传入户行动", "燃气安全入户检查"),
    "pairing": ("困难家庭结对走访", "“微心愿”认领活动", "残疾家庭帮扶服务"),
    "legal": ("法律咨询进小区", "《民法典》宣讲", "“律师坐班”法律援助日"),
    "mediation": ("邻里纠纷调解会", "“板凳议事会”", "物业与业主协商会"),
}
GENERAL_TITLES = ("{item}便民服务", "{item}主题活动", "{item}进小区")
# type -> what is done, where the catalogue item leaves it open
TYPE_ITEMS: dict[str, dict[str, int]] = {
    "volunteer": {
        "sanitation": 20, "traffic": 12, "safety": 12, "elderly": 14, "epidemic": 18, "clinic": 8, "parking": 6,
        "pairing": 7, "legal": 4, "consumer": 3, "tutoring": 7, "employment": 3, "business_help": 3, "mediation": 2,
    },
    "gala": {"performance": 50, "garden_party": 44, "reading": 4},
    "training": {"skills": 80, "employment": 12, "business_help": 8},
    "party_day": {"party_study": 60, "pairing": 14, "sanitation": 12, "elderly": 8},
    "lecture": {"party_study": 36, "legal": 24, "safety": 18, "consumer": 12, "epidemic": 16},
    "other": {"mediation": 26, "reading": 26, "tutoring": 16, "business_help": 12, "parking": 8},
}  # fmt: skip

# What a title may begin with in a month.
MONTH_OPENINGS: dict[int, tuple[str, ...]] = {
    1: ("“迎新春”", "“暖冬行动”"),
    2: ("“新春走基层”", "“闹元宵”"),
    3: ("“学雷锋”", "“巾帼志愿”"),
    4: ("“春风行动”", "“书香四月”"),
    5: ("“五月花开”", "“劳动最光荣”"),
    6: ("“粽情端午”", "“安全生产月”"),
    7: ("“庆七一”", "“清凉一夏”"),
    8: ("“双拥共建”", "“缤纷暑假”"),
    9: ("“月满中秋”", "“开学第一课”"),
    10: ("“喜迎国庆”", "“九九重阳”"),
    11: ("“消防宣传月”", "“邻里守望”"),
    12: ("“宪法宣传周”", "“国际志愿者日”"),
}
EVERYDAY_OPENINGS = ("“我为群众办实事”", "“红色先锋”", "“联合共建”", "“党员双报到”")

REMARKS = ("", "", "", "", "", "", "与结对单位合办", "有照片", "见签到表", "长期开展")
NOTES: dict[str, tuple[str, ...]] = {
    "activities": ("注：人次按实际参与次数统计。", "注：参加人数为实到人数，人次按实际参与次数统计。"),
    "member_units": ("注：本表为现有及历史成员单位全部名单。", "注：协议到期日期空白的为长期有效。"),
    "service_points": ("注：已撤销的联系点请保留并填写撤销日期。", "注：经纬度请按本表所列坐标系填写。"),
    "members": ("注：本表为演示数据，姓名、身份证号、电话均为虚构。",),
}
EXPLANATION = (
    "填报说明（演示数据）",
    "本工作簿由演示程序生成，单位、人员、活动、坐标均为虚构。",
    "一、活动台账按季度填报，每季度结束后{due}日内报{district}汇总。",
    "二、成员单位、联系点、双重管理党员为名册，每次填报全部名单，含已到期、已撤销、已转出的。",
    "三、人数指实到人数，人次指参与次数，两者不得相加。",
    "四、数据有误的，请更正后重新报送整份工作簿，文件名加“更正”。",
)
