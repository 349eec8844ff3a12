"""What happens in the process that makes published files: plain paths and values in and out, no database."""
