"""The forms of a report: JSON, HTML, PDF, XLSX; each renders the document model and adds nothing of its own."""
