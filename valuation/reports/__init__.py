"""Reports of appraisals: one document model, rendered as JSON, HTML, PDF and XLSX."""
