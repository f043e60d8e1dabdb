"""The Asana connector against the local Asana, over HTTP; every exchange is held against Asana's own contract."""
