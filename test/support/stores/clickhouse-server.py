"""Runs the ClickHouse server that the embedded engine's library holds: arguments are the library's path and the program's own."""
import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1

if sys.platform == "linux":
    # Ends with whoever started it, also where that one is killed.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
library, *arguments = sys.argv[1:]
encoded = [argument.encode() for argument in ["clickhouse", *arguments]]
argv = (ctypes.c_char_p * len(encoded))(*encoded)
ctypes.CDLL(library).query_stable_v2(len(encoded), argv)
