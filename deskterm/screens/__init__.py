"""What agents see: the console. No SQL and no mail here; it shows frozen values and asks the desk."""
