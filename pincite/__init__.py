"""What people and programs touch: the command line, the page, the service, files of answers, and evaluation."""
