"""Progress: roll-up of work, attainment of KPIs, pace. Pure: today's date comes in as an argument."""
