"""`liutong demo`: a real data set circulates end to end, over HTTP, in real processes."""
