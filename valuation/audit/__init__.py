"""The auditor's desk (审计工作台): questions to all stored appraisals, exports, past values beside realised deals."""
