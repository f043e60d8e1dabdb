"""Side by side with what people would use instead: one local Asana, one run, requests counted where they arrive."""
