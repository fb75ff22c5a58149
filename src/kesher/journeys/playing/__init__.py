"""Playing the customer: one person walks a journey in memory and in virtual time, as the tick would move her."""
