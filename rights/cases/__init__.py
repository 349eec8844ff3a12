"""Registration cases (登记案件): applied for, screened, examined, put to public notice, and concluded."""
