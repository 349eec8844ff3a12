"""Price bands (价格参考区间): what a price is seen beside, from appraisals in force and from realised trades."""
