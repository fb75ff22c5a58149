"""What happens next: journeys, versions, nodes, runs and the tick that moves them."""
