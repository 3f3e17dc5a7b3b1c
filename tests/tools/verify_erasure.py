#!/usr/bin/env python3
"""Verifies a terminal's certificate of erasure, without anything of Hotaru.

    verify_erasure.py CERTIFICATE.json [PUBLIC-KEY]

PUBLIC-KEY are the 64 hexadecimal digits that the school knows the terminal by; without it
only that the certificate is whole is shown. Ed25519 as RFC 8032, section 5.1 and 6, has it,
in plain Python: slow, and easy to check.
"""

import hashlib
import json
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError("not a point")
    return P - x if x & 1 != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        raise ValueError("not a point")
    x = recover(y, sign)
    return x, y, 1, x * y % P


def add(one, two):
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, one):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, one)
        one = add(one, one)
        scalar >>= 1
    return result


def same(one, two):
    return (one[0] * two[2] - two[0] * one[2]) % P == 0 == (one[1] * two[2] - two[1] * one[2]) % P


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = point(BASE_Y.to_bytes(32, "little"))


def is_signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    try:
        a, b = point(key), point(r)
    except ValueError:
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return same(times(s, BASE), add(b, times(k, a)))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        certificate = json.load(file)
    key = bytes.fromhex(certificate["key"])
    message = b"hotaru erasure 1\n" + certificate["statement"].encode()
    if len(sys.argv) == 3 and bytes.fromhex(sys.argv[2]) != key:
        sys.exit("another key than the terminal's signed this certificate")
    if not is_signed(key, message, bytes.fromhex(certificate["signature"])):
        sys.exit("the signature does not fit: the certificate was altered")
    print(certificate["statement"])


main()
