"""Screening (重复检测): each claimed content is compared with earlier claims before it may go on."""
