"""The API description's own names."""

import pytest

from kernel.http.docs import component_names


def test_a_generic_type_is_named_by_what_it_holds_and_no_module_shows():
    titles = {"kernel.jobs.routes.JobView": "JobView", "Page_kernel.jobs.routes.JobView_": "Page[JobView]"}
    assert list(component_names(titles).values()) == ["JobView", "JobViewPage"]


def test_two_types_of_one_name_are_refused():
    with pytest.raises(ValueError, match="LinkView"):
        component_names({"a_LinkView": "LinkView", "b_LinkView": "LinkView", "c": "Other"})
