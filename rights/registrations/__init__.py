"""The registration case (登记案件) as a record: its states, clocks, policies and evidence; rights.cases moves it on."""
