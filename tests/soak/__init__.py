"""Long runs at random: plan edits, team edits, faults and crashes, and then a look for anything lost or doubled."""
