"""HS256 tokens for HAProxy, a subject each, one a line: tokens.py HOW_MANY, with the secret in JWT_SECRET."""
import base64, hashlib, hmac, json, os, sys, time

secret, now = os.environ["JWT_SECRET"].encode(), int(time.time())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


header = encoded(b'{"alg":"HS256","typ":"JWT"}')
for number in range(int(sys.argv[1])):
    claims = {"sub": f"user-{number}", "iss": "craftchain-auth", "aud": "craftchain", "iat": now, "exp": now + 86400}
    message = header + "." + encoded(json.dumps(claims).encode())
    print(message + "." + encoded(hmac.new(secret, message.encode(), hashlib.sha256).digest()))
