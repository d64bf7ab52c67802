"""The lane inside the virtual machine: cameras, the daemon, the cloud, a witness, and the cases that need them."""
