"""Verifications a second with argon2-cffi at m=19 MiB, t=2, p=1: argon2_cffi.py SECONDS."""
import sys, time
from argon2 import PasswordHasher

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
stored, until, many, begun = hasher.hash("seven kilns and a river"), time.perf_counter() + float(sys.argv[1]), 0, time.perf_counter()
while time.perf_counter() < until:
    hasher.verify(stored, "seven kilns and a river")
    many += 1
print(f"{many / (time.perf_counter() - begun):.1f} verifications_a_second")
