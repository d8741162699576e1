"""Access tokens as auth signs them, a subject each, for load: tokens.py DATA_FOLDER [HOW_MANY]. Needs `cryptography`."""
import base64, glob, json, os, sys, time, uuid
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

folder, many = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
path, = glob.glob(f"{folder}/keys/access-token-*.ed25519")
SEED = b"\x04\x22\x04\x20"  # PKCS#8 with the public key in it, which the library does not read (RFC 8410, 7)
key = Ed25519PrivateKey.from_private_bytes(open(path, "rb").read().split(SEED, 1)[1][:32])
kid = os.path.basename(path).removeprefix("access-token-").removesuffix(".ed25519")


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: dict) -> str:
    return encoded(json.dumps(value, separators=(",", ":")).encode())


def uuid7() -> str:
    head = int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10)
    return str(uuid.UUID(bytes=head[:6] + bytes([head[6] & 15 | 0x70, head[7], head[8] & 63 | 0x80]) + head[9:]))


now = int(time.time())
for _ in range(many):
    claims = {"iss": "craftchain-auth", "aud": "craftchain", "sub": uuid7(), "role": "artisan", "scope": [],
              "iat": now, "exp": now + 900, "jti": uuid7()}
    message = part({"alg": "EdDSA", "typ": "at+jwt", "kid": kid}) + "." + part(claims)
    print(message + "." + encoded(key.sign(message.encode())))
