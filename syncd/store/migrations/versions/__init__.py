"""One module a step; never edited once it was released."""
