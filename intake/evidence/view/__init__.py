"""What can be seen of a file, one module a family of formats. Runs in the sandbox's process and nowhere else."""
