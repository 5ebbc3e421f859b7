"""What goes back to providers, and the office's view of deliveries."""
