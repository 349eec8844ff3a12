"""Names of people and addresses: how many are found, and how many words are taken for one."""

import random
import re

import polars as pl
import pytest

from tests.conftest import NOW
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.profile import names
from valuation.quality.scoring.score import score

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红玲建国文辉力鹏飞燕宇浩凯健俊帆雪莹"
    "倩婷欣怡梦琪子涵雨轩梓博思睿嘉佳豪晨"
)
WORDS = re.findall(
    r"\S+",
    "北京 上海 石家庄 张家口 马鞍山 金华 江门 高雄 黄石 唐山 温州 安康 高粱 马铃薯 "
    "白菜 黄瓜 石榴 柏树 梅花 牛奶 龙虾 白糖 温度计 万用表 雷达 高压锅 文件夹 "
    "车载充电器 安全帽 古董 明信片 全家桶 路由器 简历 管道 向日葵 应收账款 管理费用 "
    "党员 项目 成本 高中 盛夏 单位 商品 司机 师傅 查询 史料 数据 企业 交易 金额 "
    "时间 地区 类型 编号 名称 状态 备注 合同 订单 客户 部门 规格 型号 库存 运输 "
    "煤炭 原煤 精煤 焦炭 港口 铁路 公路 张三丰传 王府井 周末 周期 周边 方向 方案 "
    "方法 方便 石油 石灰 金属 金融 金额度 白天 白色 黄色 黄金 高度 高速 高温 马上 "
    "马路 马力 江河 江南 江水 毛利 毛重 毛巾 龙头 龙门 田地 田野 史前 安装 安排 "
    "安全 常用 常温 常见 温度 温室 康复 施工 施肥 文化 文本 文件 牛肉 牛仔 洪水 "
    "洪灾 ",
)
ADDRESSES = [
    "内蒙古自治区呼和浩特市新城区海拉尔东街12号",
    "内蒙古自治区呼和浩特市和林格尔县盛乐镇前进村3组18号",
    "北京市海淀区中关村大街27号院3号楼2单元501室",
    "阳光小区18栋2103",
    "人民路一百二十号",
    "光明胡同6号",
]
PLACES = [
    "内蒙古自治区呼和浩特市",
    "广州市天河区",
    "高速公路通行数据",
    "2026年11月23日第3号公告",
    "道路运输企业12家",
    "第5号",
]


def people(count):
    """So many different names, made of common surnames and signs of given names."""
    made = random.Random(7)
    found: set[str] = set()
    while len(found) < count:
        found.add(made.choice(SURNAMES) + "".join(made.choices(GIVEN, k=made.choice([1, 2, 2, 2]))))
    return sorted(found)


def test_nearly_every_name_is_found_and_few_words_are():
    made = people(2000)
    assert sum(map(names.person_name, made)) / len(made) > 0.98
    taken = [word for word in WORDS if names.person_name(word)]
    assert len(taken) / len(WORDS) < 0.2, taken  # Nearly all of them were chosen because they begin like names.


@pytest.mark.parametrize("name", ["欧阳娜娜", "诸葛亮", "买买提·阿不都热合曼", "乌兰·巴特尔"])
def test_compound_and_dotted_names_are_found(name):
    assert names.person_name(name)


@pytest.mark.parametrize("text", ["", "张", "张**", "Zhang San", "张三李四王五", "1501", "张 三", "王\n"])
def test_what_is_no_name_is_not_taken_for_one(text):
    assert not names.person_name(text)


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses_are_found(text):
    assert names.address(text)


@pytest.mark.parametrize("text", PLACES)
def test_places_and_numbers_alone_are_no_addresses(text):
    assert not names.address(text)


def findings(tmp_path, **columns):
    """What is found in a table of these columns."""
    table = pl.DataFrame(columns)
    table.write_parquet(tmp_path / "t.parquet")
    properties = [{"name": name, "logicalType": "string"} for name in columns]
    document = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "t", "version": "1"}
    contract = read(document | {"schema": [{"name": "t", "properties": properties}]})
    assert isinstance(contract, Contract)
    card = score(contract, {"t.parquet": tmp_path / "t.parquet"}, as_of=NOW, policy=policies().versions[-1])
    return {(f.column, f.category): (f.confidence, f.basis) for f in card.personal_data["t"]}


def test_columns_are_told_by_their_values_whatever_they_are_called(tmp_path):
    made = people(300)
    found = findings(
        tmp_path,
        a=made,
        b=[f"{made[i]}，{WORDS[i % len(WORDS)]}" for i in range(300)],
        c=[WORDS[i % len(WORDS)] for i in range(300)],
        d=[f"{ADDRESSES[i % 3]}{i}室" for i in range(300)],
        e=[f"海拉尔东街{i}号" if i % 20 == 0 else f"{WORDS[i % 90]}已处理 {i}" for i in range(300)],
        f=[made[i] if i % 6 == 0 else WORDS[i % len(WORDS)] for i in range(300)],
        full_name=["Ada Lovelace"] * 300,
    )
    assert found == {
        ("a", "person_name"): ("high", "values"),
        ("d", "address"): ("high", "values"),
        ("e", "address"): ("medium", "values"),
        ("f", "person_name"): ("medium", "values"),
        ("full_name", "person_name"): ("medium", "name"),
    }
