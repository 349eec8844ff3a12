"""The forms of papers: one layout of a paper's content, and what page, print, spreadsheet and CSV make of it."""
