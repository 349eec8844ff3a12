"""What a hostile buyer of a join sends as a query, beside what it would send of one table."""

NAMES = """
select count(*) from a
select count(*) from b
select count(*) from side_a
select count(*) from side_b
select count(*) from kept_a
select count(*) from loaded
select count(*) from joined
select count(*) from wages
select count(*) from "wages.csv"
select count(*) from a join b using (key)
select count(*) from data join side_b using (key)
select count(*) from data where key = 'x'
select count(key) from data
select count(distinct key) from data
select key, count(*) from data group by key
select unit, count(*) from data group by unit
select count(*) from data where a_person = 'p31'
select a_person, count(*) from data group by a_person
select b_card, count(*) from data group by b_card
select count(*) from data where b_card is null
select count(*) from data where region = '华东'
select region, count(*) from data group by region
select a.region, count(*) from data group by a.region
select sum(spend) from data
select sum(a_spend) from data
select sum(b_pay) from data
select sum(a_age) from data
select sum(b_spend * a_pay) from data
select count(*) from data where a_age = b_spend
select count(*) from data where a_region = b_shop
select count(*) from data where a_age = (select max(a_age) from data)
select count(*) from data where a_place = 1
select count(*) from data where b_turn = 1
""".strip().splitlines()
"""Names of the other's tables, of what the engine is thought to hold, and of identifiers."""
