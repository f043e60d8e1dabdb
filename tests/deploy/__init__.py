"""What runs syncd on a server: the container image, the compose file, the systemd unit, rules for alerts."""
