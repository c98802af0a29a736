"""Checks a proof with nothing of armsledger: python verify_proof.py ENTRY.tlog-proof signer.key.pub.

It prints the proved entry and the checkpoint that it is proved by. The formats stand in docs/formats.md. Beside Python
it needs the package cryptography. The key may also be given as its text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TAGS = ("armsledger/entry/1", "armsledger/entry/2")


def check(proof: str, key: str) -> tuple[list[object], str]:
    """The fields of the entry and the text of the checkpoint; raises ValueError or InvalidSignature."""
    head, _, note = proof.partition("\n\n")
    header, extra, index_line, *hash_lines = head.split("\n")
    text, _, signatures = note.rpartition("\n\n")
    origin, size_line, root_line, *_ = text.split("\n")
    name, key_id, key_base64 = key.strip().split("+", 2)
    verify_signature(f"{text}\n".encode(), signatures, name, key_id, base64.b64decode(key_base64, validate=True))
    record = base64.b64decode(extra.removeprefix("extra "), validate=True)
    fields: list[object] = json.loads(record)
    index, size = int(index_line.removeprefix("index ")), int(size_line)
    if header != "c2sp.org/tlog-proof@v1" or not origin.startswith("armsledger/ledger/"):
        raise ValueError("not a proof of an entry")
    if fields[0] not in TAGS or fields[1] != index + 1 or not 0 <= index < size:
        raise ValueError("the entry, its index and the size of the tree do not fit")
    hashes = [base64.b64decode(line, validate=True) for line in hash_lines]
    if root_from(hashlib.sha256(b"\x00" + record).digest(), index, size, hashes) != base64.b64decode(root_line):
        raise ValueError("the hashes do not lead to the root of the checkpoint")
    return fields, text


def verify_signature(message: bytes, signatures: str, name: str, key_id: str, key: bytes) -> None:
    """One of the signatures under the message must be by the key; key[0] is the type, 1 for Ed25519."""
    if hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != key_id or key[0] != 1:
        raise ValueError("the verifier key is damaged")
    for line in signatures.splitlines():
        dash, signer, signed = line.split(" ")
        if (dash, signer, base64.b64decode(signed)[:4].hex()) == ("\N{EM DASH}", name, key_id):
            return Ed25519PublicKey.from_public_bytes(key[1:]).verify(base64.b64decode(signed)[4:], message)
    raise ValueError("the checkpoint is not signed by this key")


def root_from(node: bytes, index: int, size: int, hashes: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.3.2: up from the leaf, with the neighbour on its side at each step."""
    last = size - 1
    for neighbour in hashes:
        if last == 0:
            raise ValueError("there are too many hashes")
        if index % 2 or index == last:
            node = hashlib.sha256(b"\x01" + neighbour + node).digest()
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            node = hashlib.sha256(b"\x01" + node + neighbour).digest()
        index, last = index // 2, last // 2
    if last:
        raise ValueError("there are too few hashes")
    return node


def text_of(name: str) -> str:
    """What a file holds; a key that is given as its text is no file."""
    if name.count("+") >= 2:
        return name
    with open(name, encoding="utf-8", newline="") as file:
        return file.read()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python verify_proof.py ENTRY.tlog-proof signer.key.pub")
    try:
        entry, checkpoint = check(text_of(sys.argv[1]), text_of(sys.argv[2]))
    except (OSError, ValueError, InvalidSignature) as error:
        sys.exit(f"NOT PROVED: {str(error) or 'the signature is wrong'}")
    print("PROVED:", json.dumps(entry, indent=1, ensure_ascii=False), checkpoint, sep="\n")
