"""The desk (待办): what waits for whom over all slices, one list in the order of its days."""
