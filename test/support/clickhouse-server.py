"""Runs the ClickHouse server that the embedded engine's library holds: arguments are the library's path and the program's own."""
import ctypes
import sys

library, *arguments = sys.argv[1:]
encoded = [argument.encode() for argument in ["clickhouse", *arguments]]
argv = (ctypes.c_char_p * len(encoded))(*encoded)
ctypes.CDLL(library).query_stable_v2(len(encoded), argv)
