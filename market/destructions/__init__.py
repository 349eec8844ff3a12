"""Destroying the data of an asset (数据销毁): asked for by one, approved by another, final once no key has a copy."""
