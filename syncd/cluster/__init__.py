"""The queue of passes in PostgreSQL, for work that outgrows one machine; knows neither passes nor plans."""
