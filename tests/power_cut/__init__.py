"""Power cuts at every single system call by which signing changes the disk."""
