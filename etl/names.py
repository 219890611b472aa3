"""What looks like the name of a person: in a column, in a cell of its own, behind 联系人： in a text.

Only used to hide names; in doubt about an unread column it hides, in doubt about a cell that is read it does
not. The surnames are the commonest of the household register, the second list what given names are made of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹"
    "熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿"
    "梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚"
    "丘古米池滕晋苑邬臧畅宫来嵺苟尚茅邝蓝农蒙岑闭零磨班粟卓晏仇仲麦巫窦岩滑奚全党"
)
_COMPOUND = ("欧阳", "上官", "司马", "司徒", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "端木", "东方", "南宫", "西门", "呼延", "闻人")  # fmt: skip
_GIVEN = frozenset(
    "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰梅红霖建国庆志文武斌波辉鹏飞宇浩轩然子涵梓欣怡嘉佳颖慧琳琪萱雪晴雨婷倩玲燕云凤莲香珍珠"
    "琴芬芝莉萍菊春秋冬荣贵福禄寿喜德义仁礼信忠孝诚良善俊豪杰雄健康宁祥瑞吉星月阳光晨旭昊天翔龙虎彪海江河川山峰岭松柏林森树根生旺兴昌盛发财宝金银"
    "铁钢铭钧锋锐鑫淼焱垚学习思远智慧聪哲睿博雅诗琦瑶瑾璇璐莹蓉薇蕾茜菲菁芸芹苗茂荷蓝蕊晓小大长永恒久立成功业勤奋进跃升腾达通顺利安乐欢悦心爱美"
    "媛姗姣娇婉婧妍妮娥娴霄霆震雷电东南西北中正直方圆元亨贞一二三甲乙丙丁世代家宗祖先绍继承显耀宏伯仲叔季士毅刚坚彦卿君臣民权政治凯旋胜捷帅将兵"
    "锦绣绮纨素洁清净纯真实朴厚敦温柔惠淑贤岩石磐坤乾泽润泉源洪涌波澜湘沛沁涵漫冰凌寒梦琛珊玥珂珺琼瑜璟晗昕昱晖晟煜烨炜炎灿焕熙荧启帆航舟野丹彤"
    "楠桐梓杉柳杨桃李杏棠槐榕樱曼莎倩依伊可尔娅雯霁云岚嵘峻嵩巍维纲纪经纶绪缘绯绚红翠碧青澄澈羽翼翰翎鸿鹤鹰燕莺凰麟骏驰骁驹骥"
)
_ORGANISATION_END = frozenset(
    "店厂院校所局社司队会站城园馆部处室心组村街路区县市镇乡屯坡里巷桥场厅楼苑庭府居寓吧屋坊庄团系科班公"
)
_TWO_TO_FOUR = re.compile(r"[\u4e00-\u9fff]{2,4}")
_MINORITY = re.compile(r"[\u4e00-\u9fff]{2,8}[·•‧][\u4e00-\u9fff]{2,8}")
_ROLE = r"(?:姓\s*名|联\s*系\s*人|联络人|负责人|责任人|经办人|填报人|填表人|制表人|审核人|复核人|担保人|介绍人|报送人|签发人|签字|签名|队长|组长|楼长|户主)"
_HEADING = re.compile(
    rf"{_ROLE}|姓名|名字|名单|党员信息|代表人|法人|家属|监护人|志愿者$|书记$|主任$|电话|手机|联系方式|联络方式|微信|邮箱|邮件|身份证|证件号|住址|家庭地址|出生"
)
_COUNTED = re.compile(r"人数|人次|数量|个数|次数|时长|单位|是否|类别|性质|日期|时间|编号|期限|比例")
_LABEL = re.compile(rf"{_ROLE}(?:[(（][^()（）]{{0,8}}[)）])?\s*[:：]\s*|{_ROLE}[ \u3000\t]+")
_WORD = re.compile(r"[、,，/\s\u3000]{0,3}([\u4e00-\u9fff]+(?:[·•][\u4e00-\u9fff]+)?)")
AFTER_A_LABEL = frozenset(":： \t\u3000")
_SHARE_UNREAD, _SHARE_READ = 0.6, 0.8
_FEWEST = 3  # distinct values; two names may be two words


def is_name(text: str, strict: bool = False) -> bool:
    """Surname and given name and nothing else; `strict`: of characters that given names are made of."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if _MINORITY.fullmatch(plain):
        return True
    if not _TWO_TO_FOUR.fullmatch(plain):
        return False
    if plain.startswith(_COMPOUND) and len(plain) > 2:
        given = plain[2:]
    elif plain[0] in _SURNAMES and len(plain) < 4:
        given = plain[1:]
    else:
        return False
    if strict:
        return all(char in _GIVEN for char in given)
    return plain[-1] not in _ORGANISATION_END


def is_person_heading(heading: str) -> bool:
    """Whether a column is called after persons: 姓名, 联系人, 手机号 … but not 负责人数."""
    plain = re.sub(r"[\s*＊:：]", "", heading)
    return len(plain) <= 20 and bool(_HEADING.search(plain)) and not _COUNTED.search(plain)


def is_label(text: str) -> bool:
    """联系人： or 填报人, after which a name or number stands in the next cell."""
    plain = re.sub(r"\s", "", text)
    return len(plain) <= 12 and bool(_HEADING.search(plain)) and not _COUNTED.search(plain)


def are_names(values: Iterable[str | None], is_read: bool) -> bool:
    """Whether most values of a column are names; stricter for a column that a ledger does read."""
    distinct = {value.strip() for value in values if value and value.strip()}
    if len(distinct) < _FEWEST:
        return False
    others = len(distinct) * (1 - (_SHARE_READ if is_read else _SHARE_UNREAD)) + 1e-6
    for value in distinct:  # of most columns, a part tells that they hold something else
        others -= not is_name(value, strict=is_read)
        if others < 0:
            return False
    return True


def is_label_among(texts: Iterable[str | None]) -> bool:
    """Whether hide_labelled may find something in one of many texts."""
    together = "\n".join(filter(None, texts))
    return any(char in together for char in AFTER_A_LABEL)


def hide_labelled(text: str, instead: str) -> str:
    """填报人：某某　联系人：某某、某某 with every name replaced; other words behind a label stay."""
    if AFTER_A_LABEL.isdisjoint(text):  # most texts by far
        return text
    pieces, start = [], 0
    for label in _LABEL.finditer(text):
        at = label.end()
        while (word := _WORD.match(text, at)) and _may_be_name(word[1]):
            pieces += [text[start : word.start(1)], instead]
            start = at = word.end()
    return "".join([*pieces, text[start:]])


def _may_be_name(word: str) -> bool:
    return is_name(word) or (len(word) > 2 and is_name(word[:3], strict=True))


def hide_in_file_name(name: str, instead: str, known: Iterable[str] = ()) -> str:
    """东桥_某某某.xlsx with the name replaced; `known`: words that are something else, such as committees."""
    others = set(known)
    return re.sub(
        r"[\u4e00-\u9fff]+",
        lambda word: instead if is_name(word[0], strict=True) and word[0] not in others else word[0],
        name,
    )
