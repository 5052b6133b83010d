"""Holds the ports named on the command line until it is ended: what passes beside it passes beside other programs."""

from __future__ import annotations

import socket
import sys
import time

if __name__ == "__main__":
    held = []
    for port in map(int, sys.argv[1:]):
        holder = socket.socket()
        try:
            holder.bind(("", port))
        except OSError as error:
            print(f"port {port} is taken already ({error.strerror}), which serves as well", flush=True)
            continue
        holder.listen()
        held.append(holder)
    print("held:", *(holder.getsockname()[1] for holder in held), flush=True)
    while True:
        time.sleep(3600)
