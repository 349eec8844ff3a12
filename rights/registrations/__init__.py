"""Registration of rights (数据产权登记): application, acceptance, review, notice, certificate, with its clocks."""
