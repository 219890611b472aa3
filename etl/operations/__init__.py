"""What whoever runs the system needs beside the data: a check-up, backups, and files for the services around it."""
