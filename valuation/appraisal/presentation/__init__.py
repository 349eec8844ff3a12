"""An appraisal for its readers: parameters in words, and charts from the trace and the inputs."""
