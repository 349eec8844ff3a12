"""Names of people and postal addresses in Chinese, which have no check digit: told by their form and by a dictionary.

docs/decisions/0015-names-by-dictionary.md has the choice of library and what was measured.
"""

import re
from typing import Final

import rjieba

_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴"
    "霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚"
    "岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑"
    "迟邝"
)
_PAIRS: Final = "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐司徒夏侯长孙宇文端木呼延独孤南宫百里东郭澹台"
_COMPOUND: Final = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))
_PERSON_TAGS: Final = frozenset({"nr", "nrt", "nrfg"})
_HAN: Final = re.compile(r"[㐀-鿿]{2,4}")
_SPOKEN: Final = re.compile(r"[㐀-鿿]{1,10}(?:[·•‧・][㐀-鿿]{1,10}){1,3}")
DOOR: Final = re.compile(
    r"(?:路|街|道|巷|胡同|弄|里|村|屯|嘎查|小区|花园|家园|苑|广场|大厦|公寓|府|城|园|院)[^，。；、\s]{0,12}?"
    r"(?:[0-9０-９]{1,5}|[一二三四五六七八九十百]{1,4})(?:号|號|栋|幢|座|单元|室|组|弄)"
)


def person_name(text: str) -> bool:
    """Whether a whole value reads as a person's name: a surname with one or two signs that is no other word.

    Names that are written with a dot between their parts, as those of many nationalities are, are told by the dot.
    """
    if _SPOKEN.fullmatch(text):
        return True
    if not _HAN.fullmatch(text):
        return False
    if not ((text[0] in _SURNAMES and len(text) <= 3) or (text[:2] in _COMPOUND and len(text) > 2)):
        return False
    if not rjieba.has_word(text):
        return True
    tags = rjieba.tag(text)
    return len(tags) == 1 and tags[0][1] in _PERSON_TAGS


def address(text: str) -> bool:
    """Whether a text names a door: a road, village or estate followed by a number of house, building or room."""
    return DOOR.search(text[:500]) is not None
