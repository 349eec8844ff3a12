"""Third-party testing (第三方检测): an independent tester measures an asset at the centre and signs the result."""
