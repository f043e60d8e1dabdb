"""What is seen to work only with real processes: killed, struck by faults, without their store, large."""
