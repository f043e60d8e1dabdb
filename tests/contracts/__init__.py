"""The vendor contracts: helpers that hold requests and replies against them."""
