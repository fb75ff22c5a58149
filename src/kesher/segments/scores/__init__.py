"""Lead scores: fit by rules, engagement by events that fade, grades A1 to D4, stages."""
