"""What happens on the machine that starts the virtual machine: preparing, booting, replaying what was recorded."""
